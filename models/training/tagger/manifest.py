"""What is said of a trained tagger: its files, how sure it may be, and what was measured."""

import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models import registry
from models.extract.evidence.guard import alike
from models.extract.tagger.decode import Tagged
from models.extract.tagger.encode import Belief
from models.extract.tagger.run import MODEL, Tagger
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.tagger import calibrate, shipped
from models.training.tagger.corpus import Corpus
from models.training.tagger.data import Example
from models.training.tagger.export import export
from models.training.tagger.invented import invented
from models.training.tagger.model import Net
from models.training.tagger.recipe import Lessons, begun
from models.training.tagger.settings import TaggerRecipe

FILES = {"model": "model.onnx", "tokenizer": "tokenizer.json", "catalogue": "catalogue.bin"}
"""Names of a model's files in its folder."""

SUMMARY = (
    "A BERT of {layers} layers ({width} wide, 8 bits) over the classifier's word pieces, told case,"
    " separators, what a catalogue knows and what the classifier believes: which words of a name"
    " are creator, title, album, episode title and year."
)
_MEASURED = ("creator", "title", "year")
_OTHERS = 1_000
"""Invented names on which what ships and what was trained are held against each other."""


def described(experiment: Experiment[TaggerRecipe], lessons: Lessons, net: Net) -> Made:
    """Export, calibrate on one half of the held-out names, and measure on the other."""
    recipe, corpus, out = experiment.recipe, lessons.corpus, experiment.candidate
    for role in ("tokenizer", "catalogue"):
        shutil.copyfile(shipped.path(role), out / FILES[role])
    export(net, out / FILES["model"])
    is_own = recipe.start == "shipped"
    before = registry.load(MODEL).calibration if is_own else calibrate.NEUTRAL
    raw = Tagger(out / FILES["model"], lessons.reader, calibrate.NEUTRAL)
    curves = calibrate.curves(corpus.choosing, _said(raw, corpus, corpus.choosing), before)
    tagger = Tagger(out / FILES["model"], lessons.reader, curves)
    rows = {
        "read": len(corpus.read),
        "scene": len(corpus.scene),
        "held_out": len(corpus.held),
        "left_out": corpus.lost,
    }
    judging, start = corpus.judging, _start(recipe, lessons, out)
    metrics = {"rows": rows, "held_out": figures(judging, _said(tagger, corpus, judging))}
    metrics["start"] = figures(judging, _said(start, corpus, judging))
    if is_own:
        metrics["kept"] = {"names": _OTHERS, "right": _kept(tagger, lessons)}
    return Made(
        files=FILES,
        name=MODEL,
        stage="extract",
        runtime="onnx",
        summary=SUMMARY.format(layers=len(net.layers), width=net.words.weight.shape[1]),
        calibration=curves,
        metrics=metrics,
    )


def _start(recipe: TaggerRecipe, lessons: Lessons, out: Path) -> Tagger:
    """The network before its first step, as a tagger."""
    path = out.parent / "checkpoints" / "start.onnx"
    if recipe.start == "shipped":
        return Tagger(shipped.path("model"), lessons.reader, calibrate.NEUTRAL)
    import torch

    torch.manual_seed(recipe.seed)
    path.parent.mkdir(exist_ok=True)
    export(begun(recipe).eval(), path)
    return Tagger(path, lessons.reader, calibrate.NEUTRAL)


def _said(tagger: Tagger, corpus: Corpus, examples: Sequence[Example]) -> list[dict[str, Tagged]]:
    names = [example.name for example in examples]
    return tagger.tag(names, [corpus.verdicts[name] for name in names])


def _kept(tagger: Tagger, lessons: Lessons) -> float:
    """Percent of other names of which the creator, title and year are as what ships says them."""
    examples = invented(_OTHERS, lessons.corpus.works, random.Random("others"))  # noqa: S311
    names = [example.name for example in examples]
    beliefs = [Belief(example.subcategory, 0.9) for example in examples]
    before = Tagger(shipped.path("model"), lessons.reader, calibrate.NEUTRAL).tag(names, beliefs)
    after = tagger.tag(names, beliefs)
    same = sum(
        all(_text(name, old.get(role)) == _text(name, new.get(role)) for role in _MEASURED)
        for name, old, new in zip(names, before, after, strict=True)
    )
    return round(100 * same / len(names), 1)


def _text(name: str, tag: Tagged | None) -> str | None:
    return None if tag is None else name[tag.start : tag.end]


def figures(
    held: Sequence[Example], answers: Sequence[Mapping[str, Tagged]]
) -> dict[str, dict[str, Any]]:
    """Percent of names whose field is right, absent ones counted, by role; `all` is all of them."""
    if not held:
        return {}
    right = [right_roles(example, tags) for example, tags in zip(held, answers, strict=True)]
    measured = {role: sum(role in roles for roles in right) for role in _MEASURED}
    measured["all"] = sum(len(roles) == len(_MEASURED) for roles in right)
    return {role: {"right": round(100 * n / len(held), 1)} for role, n in measured.items()}


def right_roles(example: Example, tags: Mapping[str, Tagged]) -> set[str]:
    """Which of creator, title and year are said rightly, or rightly not said."""
    roles = set()
    for role in _MEASURED:
        tag, place = tags.get(role), example.spans.get(role)
        if tag is None or place is None:
            is_right = tag is None and place is None
        else:
            said = example.name[tag.start : tag.end]
            is_right = alike(said, example.name[place[0] : place[1]])
        if is_right:
            roles.add(role)
    return roles
