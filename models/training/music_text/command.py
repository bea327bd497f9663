"""`python -m models.training music-text`: stores of vectors and texts in, a text network out."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.embed.targets import targets
from models.registry import Manifest
from models.training.classifier.base import base_folder
from models.training.experiment import starts as begun_with
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.experiment.task import Task
from models.training.experiment.verdict import Verdict
from models.training.music_text import judging
from models.training.music_text.pairs import files
from models.training.music_text.settings import MusicTextRecipe

_EXAMPLES = """examples:
  python -m models.training music-text --target musicnn --data DATA --out EXPERIMENT
      DATA has clips/ and songs/, each a store: vectors.npy, index.jsonl, store.json
  python -m models.training music-text --target mert --data DATA --out EXPERIMENT \\
      --set machine.device=cuda --set clips.pieces=8
  python -m models.training music-text --recipe music-text-clips --data DATA --out EXPERIMENT
      clips alone, for both stages
  python -m models.training music-text --recipe music-text-tiny --data DATA --out EXPERIMENT
      to see it run
"""


class MusicTextTask(Task[MusicTextRecipe]):
    """Training a text network, with its target on the command line."""

    def parser(self) -> argparse.ArgumentParser:
        """The parser of the command."""
        parser = super().parser()
        parser.add_argument(
            "--target",
            dest="set",
            action="append",
            type=_target,
            metavar="NAME",
            help=f"what texts are brought to: {', '.join(targets())} (default: of the recipe)",
        )
        return parser


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    return TASK.parser()


def run(arguments: Sequence[str]) -> int:
    """Train; returns the exit code."""
    return TASK.run(arguments)


def _target(name: str) -> str:
    """The setting that says what texts are brought to."""
    if name not in targets():
        raise argparse.ArgumentTypeError(f"{name!r}; there are: {', '.join(targets())}")
    return f"target={name}"


def _starts(recipe: MusicTextRecipe) -> dict[str, Path]:
    base = recipe.tower.base
    return begun_with.base(f"tower.base={base}", base_folder(base))


def _train(experiment: Experiment[MusicTextRecipe]) -> Made:
    from models.training.music_text.train import train

    return train(experiment)


def _judge(
    manifest: Manifest, folder: Path, data: Path, evaluation: Path | None, margin: float
) -> Verdict:
    return judging.judge(manifest, folder, data, evaluation, margin)


TASK = MusicTextTask(
    name="music-text",
    what="Train a text network whose vectors lie where those of the sounds lie that a text is of",
    examples=_EXAMPLES,
    recipe=MusicTextRecipe,
    files=files,
    train=_train,
    judge=_judge,
    starts=_starts,
)
