"""A training from its recipe to its files: clips, songs, ONNX, and what was measured."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.embed.targets import target
from models.training.experiment.errors import DataMissing, RecipeError
from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Loop, Plan, one_cycle
from models.training.experiment.precision import prepare
from models.training.experiment.results import Made
from models.training.music_text import score
from models.training.music_text.export import checked, export
from models.training.music_text.loss import Lessons, vectors_of
from models.training.music_text.model import Aligner, Tower, tokenizer_of
from models.training.music_text.pairs import Pairs, Read, Rows, gather, read_texts
from models.training.music_text.settings import MusicTextRecipe

log = logging.getLogger(__name__)

STAGE = "embed"
"""Of manifests; no stage of the pipeline."""

_BATCH = 128
_CHECKED = 64
"""Texts on which the file is held against the network."""


@dataclass(frozen=True, slots=True)
class _Taught:
    """What one stage has: the network and a store."""

    experiment: Experiment[MusicTextRecipe]
    net: Aligner
    pairs: Pairs
    read: Read

    def measured(self, rows: Rows) -> dict[str, Any]:
        """How well the texts and the sounds of some rows find each other."""
        spans = [np.arange(self.read.begins[row], self.read.begins[row + 1]) for row in rows]
        texts = np.concatenate(spans)
        sound_of = np.repeat(np.arange(len(rows)), [len(span) for span in spans])
        return score.score(self._vectors(texts), self.pairs.store.rows(rows), sound_of)

    def _vectors(self, texts: Rows) -> NDArray[np.float32]:
        device = self.experiment.recipe.machine.device
        parts = [texts[place : place + _BATCH] for place in range(0, len(texts), _BATCH)]
        with torch.inference_mode():
            vectors = [vectors_of(self.net, self.read, part, device) for part in parts]
        return np.concatenate([part.float().cpu().numpy() for part in vectors])

    def mrr(self) -> float:
        """What stops the training: of the works that choose, in percent."""
        return 100 * float(self.measured(self.pairs.choosing)["text_to_music"]["mrr"])

    def fit(self, name: str) -> dict[str, Any]:
        """Train one stage in place; returns what is kept of it."""
        recipe = self.experiment.recipe
        stage = recipe.stages[name]
        machine = recipe.machine
        self.net.to(machine.device)
        steps = stage.epochs * -(-len(self.pairs.learnt) // stage.batch)
        place = list(recipe.stages).index(name)
        plan = Plan(
            name, stage.epochs, steps, recipe.seed + place, stage.clip, patience=stage.patience
        )
        lessons = Lessons(self.net, self.pairs, self.read, stage, machine.device)
        loop = Loop(self.experiment, plan)
        # Two steps at least: a cycle of one has no rise.
        loss = loop.train(
            self.net, lessons, one_cycle(self.net, stage, max(2, steps + 1)), self.mrr
        )
        state = {key: part.cpu() for key, part in self.net.state_dict().items()}
        pace = {"steps": loop.steps, "seconds": round(loop.spent, 2), "loss": loss}
        return {"net": state, "pace": pace}


def train(experiment: Experiment[MusicTextRecipe]) -> Made:
    """Train, measure and write the files to the experiment's candidate.

    Raises:
        TrainingError: recipe or data do not fit; the message says what to do.
        ImportError: the extra `train` is not installed.
    """
    recipe = experiment.recipe
    if experiment.evaluation is not None:
        raise RecipeError("music-text is judged on works that it holds out: leave --evaluation out")
    prepare(recipe.machine)
    tokenizer = tokenizer_of(recipe)
    stores = {name: gather(experiment.root / s.store, recipe) for name, s in recipe.stages.items()}
    dimensions = {pairs.store.about.dimensions for pairs in stores.values()}
    if len(dimensions) != 1:
        raise DataMissing(f"the stores have vectors of {sorted(dimensions)} numbers: make one anew")
    torch.manual_seed(recipe.seed)
    net = Aligner(Tower(tokenizer, recipe, dimensions.pop()), recipe)
    metrics: dict[str, Any] = {}
    for name, pairs in stores.items():
        told = (name, len(pairs.learnt), len(pairs.choosing), len(pairs.judging))
        log.info("%s: %d sounds to learn, %d choose, %d judge", *told)
        taught = _Taught(experiment, net, pairs, read_texts(pairs, tokenizer, recipe.tower.longest))
        kept = experiment.step(name, partial(taught.fit, name))
        net.load_state_dict(kept["net"])
        net.to(recipe.machine.device).eval()
        metrics[f"training_{name}"] = dict(kept["pace"])
        metrics[f"held_out_{name}"] = taught.measured(pairs.judging)
    net.to("cpu").eval()
    metrics["scale"] = round(float(net.scale.detach()), 3)
    metrics["export"] = _write(experiment.candidate, net.tower, tokenizer, pairs, recipe)
    return _made(recipe, stores, metrics)


def _write(
    folder: Path, tower: Tower, tokenizer: Tokenizer, pairs: Pairs, recipe: MusicTextRecipe
) -> dict[str, float]:
    """Write the files; returns how far they are from the network."""
    export(tower, folder / "model.onnx")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    texts, _ = pairs.texts(pairs.judging)
    longest = recipe.tower.longest
    difference = checked(tower, tokenizer, longest, folder / "model.onnx", texts[:_CHECKED])
    return {"largest_difference": difference}


def _made(recipe: MusicTextRecipe, stores: Mapping[str, Pairs], metrics: dict[str, Any]) -> Made:
    wanted = target(recipe.target)
    abouts = [pairs.store.about for pairs in stores.values()]
    is_stub = any(about.is_stub for about in abouts)
    stub = " A stub: the audio network had random weights." if is_stub else ""
    return Made(
        files={"model": "model.onnx", "tokenizer": "tokenizer.json"},
        name=f"music-text-{wanted.name}",
        stage=STAGE,
        runtime="onnx",
        summary=f"Texts as vectors of {wanted.name} ({abouts[0].dimensions} numbers).{stub}",
        settings={
            "target": wanted.name,
            "dimensions": abouts[0].dimensions,
            "longest": recipe.tower.longest,
            "embedder": abouts[-1].embedder,
            "is_stub": is_stub,
        },
        metrics=metrics,
    )
