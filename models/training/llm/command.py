"""`python -m models.training llm`: data and a base in, a language model for GGUF workers out."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from models.registry import Manifest
from models.training.experiment.errors import require_files
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.experiment.task import Task
from models.training.experiment.verdict import Verdict
from models.training.llm.decoder import located
from models.training.llm.settings import LlmRecipe

_EXAMPLES = """examples:
  python -m models fetch smollm2
  python -m models.training llm --data DATA --out EXPERIMENT
      SmolLM2-135M, 25,000 questions, a LoRA beside its base
  python -m models.training llm --data DATA --recipe llm-own --base ~/Qwen2.5-0.5B --out EXPERIMENT
      only fields/p2p_labelled.jsonl.gz of DATA; one merged Q8_0 file
  python -m models.training llm --data DATA --base model.gguf --set training.pieces=4 \\
      --set machine.device=cuda --out EXPERIMENT
  python -m models.training llm --data DATA --set pairs=200 --out /tmp/adapter
      to see it run
then:
  python -m models activate EXPERIMENT
"""


class LlmTask(Task[LlmRecipe]):
    """Training a language model, with its base on the command line."""

    def parser(self) -> argparse.ArgumentParser:
        """The parser of the command."""
        parser = super().parser()
        parser.add_argument(
            "--base",
            dest="set",
            action="append",
            type=_base,
            metavar="FOLDER|GGUF",
            help="what is taught: a folder as transformers writes it, or a GGUF file; by default"
            " what the recipe says",
        )
        return parser


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    return _TASK.parser()


def run(arguments: Sequence[str]) -> int:
    """Train; returns the exit code."""
    return _TASK.run(arguments)


def _base(text: str) -> str:
    """The setting that says what is taught."""
    return f"decoder.path={json.dumps(text)}"


def _files(folder: Path, recipe: LlmRecipe) -> list[Path]:
    from models.training.llm.data import files

    needed = files(recipe.mix)
    what = "a folder with " + ("fields/" if len(needed) == 1 else "fields/ and catalogue/")
    return [*require_files(folder, needed, what), *located(recipe.decoder).files]


def _judge(
    manifest: Manifest, folder: Path, data: Path, evaluation: Path | None, margin: float
) -> Verdict:
    from models.training.llm.judging import judge

    return judge(manifest, folder, data, evaluation, margin)


def _train(experiment: Experiment[LlmRecipe]) -> Made:
    from models.training.llm.train import train

    return train(experiment)


_TASK = LlmTask(
    name="llm",
    what="Teach a language model to say creator, title and year of torrent names: a LoRA, written"
    " as GGUF",
    examples=_EXAMPLES,
    recipe=LlmRecipe,
    files=_files,
    train=_train,
    extras="train,onnx,llama",
    judge=_judge,
)
