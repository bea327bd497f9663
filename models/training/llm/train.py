"""A training from its recipe to its files: base, questions, teaching, measuring, GGUF."""

import logging
import os
import random
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from models import registry
from models.extract.llm.prompt import PROMPT_VERSION
from models.training.experiment import precision
from models.training.experiment.errors import DataMissing
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.held_out import choosing, judging
from models.training.llm import convert, data, decoder, export, measuring, teach, trying
from models.training.llm.answering import Answers
from models.training.llm.data import Pair
from models.training.llm.decoder import Base
from models.training.llm.lessons import Questions, Row, encoded
from models.training.llm.settings import SHIPPED, LlmRecipe

log = logging.getLogger(__name__)

CONVERTED = "base-f32.gguf"
"""A base that came as a folder, in the experiment's folder."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A model beside its base, and what it is asked."""

    experiment: Experiment[LlmRecipe]
    base: Base
    source: Path
    """The base as a GGUF file."""
    model: Any
    tokenizer: Any
    held: Sequence[Pair]

    @property
    def recipe(self) -> LlmRecipe:
        """How it is taught."""
        return self.experiment.recipe

    @property
    def rows(self) -> list[Row]:
        """The held-out pairs as token ids."""
        return encoded(self.tokenizer, self.held, self.recipe.training.longest)

    def answers(self) -> list[str]:
        """Its answers about the names that are held out."""
        asked = Answers(self.model, self.tokenizer, self.recipe.measured.batch)
        return asked.answer([pair.prompt for pair in self.held])

    def measured(self) -> dict[str, Any]:
        """Loss and shares of right answers on the names that are held out."""
        recipe = self.recipe
        questions = Questions(self.model, [], recipe.training, recipe.machine, recipe.seed)
        self.model.eval()
        loss = round(questions.held_out(self.rows), 4)
        return {"loss": loss, **measuring.measured(self.held, self.answers())}


def train(experiment: Experiment[LlmRecipe]) -> Made:
    """Train, measure and write the files to the experiment's candidate.

    Raises:
        TrainingError: base or data do not fit; the message says what to do.
        ImportError: the extra `train` is not installed.
    """
    recipe = experiment.recipe
    precision.prepare(recipe.machine)
    base = decoder.located(recipe.decoder)
    model, tokenizer = decoder.load(base)
    source = _as_gguf(experiment, base, model, tokenizer)
    sources = data.gather(experiment.root, recipe.mix, recipe.seed, experiment.judged)
    rng = random.Random(recipe.seed)  # noqa: S311
    pairs = data.pairs(sources, recipe.mix, recipe.pairs, rng)
    chosen_on, cases = recipe.chosen_on, recipe.measured.cases
    held = measuring.evenly(data.asked(judging(sources.held, chosen_on)), cases)
    if not held:
        raise DataMissing(f"{experiment.root} has no held-out names to judge by: label more")
    chosen_by = measuring.evenly(data.asked(choosing(sources.held, chosen_on)), cases)
    log.info("%d questions to learn, %d held out", len(pairs), len(held))
    torch.manual_seed(recipe.seed)
    model = decoder.with_lora(model, recipe.lora).to(recipe.machine.device)
    export.check(export.learnt(model), source)
    taught = Taught(experiment, base, source, model, tokenizer, held)
    metrics: dict[str, Any] = {}
    if recipe.measured.untaught:
        log.info("asking the base about %d names before it is taught", len(held))
        metrics["untaught"] = experiment.step("untaught", taught.measured)
    longest = recipe.training.longest
    rows = teach.Rows(*(encoded(tokenizer, part, longest) for part in (pairs, chosen_by)))
    result = experiment.step("adapter", lambda: teach.teach(experiment, model, rows))
    model.load_state_dict(result["weights"], strict=False)
    log.info("asking about %d names that were held out", len(held))
    metrics["held_out"] = experiment.step("held_out", taught.measured)
    metrics["training"] = _pace(result, rows, recipe)
    files = _write(taught)
    metrics["llama"] = trying.tried(files, taught)
    return _made(recipe, base, files, {name: part for name, part in metrics.items() if part})


def _as_gguf(experiment: Experiment[LlmRecipe], base: Base, model: Any, tokenizer: Any) -> Path:
    """The base as a GGUF file; a folder is converted once, before anything is taught."""
    if base.is_gguf:
        return base.answers
    path = experiment.folder / CONVERTED
    if not path.is_file():
        partial = path.with_name(f"{path.name}.part")
        convert.write_base(model, tokenizer, partial)
        partial.rename(path)
    return path


def _pace(result: dict[str, Any], rows: teach.Rows, recipe: LlmRecipe) -> dict[str, Any]:
    seconds = max(float(result["seconds"]), 1e-9)
    seen = min(result["steps"] * recipe.training.batch, recipe.training.epochs * len(rows.learnt))
    return {
        "steps": result["steps"],
        "pairs": seen,
        "minutes": round(seconds / 60, 2),
        "pairs_a_second": round(seen / seconds, 1),
    }


def _write(taught: Taught) -> dict[str, str]:
    """Write the files; role -> name in the candidate's folder."""
    folder, recipe = taught.experiment.candidate, taught.recipe
    products = export.learnt(taught.model)
    if recipe.export == "merged":
        export.write_merged(products, taught.source, recipe.lora, folder / "model.gguf")
        files = {"base": "model.gguf"}
    else:
        files = {"adapter": "adapter.gguf"}
        export.write_adapter(products, taught.source, recipe.lora, folder / files["adapter"])
        if recipe.decoder.path != SHIPPED:  # an adapter alone is for the base that ships
            files["base"] = "base.gguf"
            _place_base(taught, folder / files["base"])
    return files


def _place_base(taught: Taught, path: Path) -> None:
    """The base beside its adapter: linked where it can be, else copied; a folder's as Q8_0."""
    path.unlink(missing_ok=True)
    if not taught.base.is_gguf:
        export.write_merged({}, taught.source, taught.recipe.lora, path)
        return
    with suppress(OSError):
        os.link(taught.source, path)
        return
    shutil.copyfile(taught.source, path)


def _made(recipe: LlmRecipe, base: Base, files: dict[str, str], metrics: dict[str, Any]) -> Made:
    shipped = registry.load("smollm2")
    is_shipped = recipe.decoder.path == SHIPPED
    stem = base.path.resolve().name.removesuffix(".gguf")
    name = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:50] or "model"
    form = "a LoRA" if recipe.export == "adapter" else "merged, Q8_0"
    return Made(
        files=files,
        name=shipped.name if is_shipped else name,
        stage="extract",
        runtime="gguf",
        summary=f"{stem} taught on torrent names ({form}): creator, title and year between pipes.",
        licence=shipped.licence if is_shipped else "unknown",
        calibration=dict(recipe.belief or shipped.calibration),
        settings={"prompt_version": PROMPT_VERSION, "form": "taught"},
        metrics=metrics,
    )
