"""`python -m models.training own`: a class of one's own beside those that ship, by recipe alone."""

import argparse
import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from models.active import Stage, Weights, chosen
from models.oneshot.options import make_parser
from models.registry import Manifest
from models.training.command import logger
from models.training.experiment import results, starts
from models.training.experiment.data_files import Besides
from models.training.experiment.errors import (
    DataMissing,
    PackagesMissing,
    RecipeError,
    TrainingError,
)
from models.training.experiment.evaluation import require_cases
from models.training.experiment.folder import Experiment
from models.training.experiment.progress import Meter
from models.training.experiment.recipe import load_recipe
from models.training.experiment.results import Made
from models.training.experiment.task import (
    FOREIGN,
    MADE,
    MISSING,
    WRONG,
    add_judging,
    add_settings,
    complain,
    conclude,
)
from models.training.own.recipe import OwnRecipe, Place

_WHAT = """learns classes of your own from examples: a small head beside the active classifier,
whose answers stay as they are. Where a class has a `parent`, that is answered where the class is"""

_EXAMPLES = """
a recipe, sheet-music.toml, and beside it sheet_music.jsonl:
  name = "sheet-music"
  task = "own"
  [[own]]
  name = "sheet_music"
  parent = "book/book_other"
  examples = "sheet_music.jsonl"
  words = "words.txt"
  threshold = "precision 0.9"

a line of the examples is a name, or {"name": "...", "files": [{"path": "..."}], "own": true}; with
"own": false it is a name near the class and not of it: thirty of them are worth a hundred others.
Sixty examples of many kinds are a good beginning. A line of the words is a word, a phrase or the
ending of a file that tells the class, in any language.

examples:
  python -m models.training own --recipe sheet-music.toml --out EXPERIMENT
  python -m models.training own --recipe sheet-music.toml --data DATA --out EXPERIMENT
  python -m models.training own --recipe sheet-music.toml --sample SAMPLE --out EXPERIMENT
  python -m models activate EXPERIMENT

exit codes: 0 made; 1 examples or packages are missing or do not fit; 2 wrong usage;
3 refused: worse than what is active on DATA (--force makes it all the same);
130 interrupted: the same command begins again
"""

_FILE = "own.npz"

_NAMES_A_SHARE = 10
"""Names for each false answer: one in ten of what is told of the class may be false."""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("python -m models.training own", _WHAT, _EXAMPLES)
    add = parser.add_argument
    add("--recipe", type=Path, required=True, metavar="FILE", help="which classes, and how")
    add("--out", type=Path, required=True, metavar="FOLDER", help="folder of the experiment")
    add(
        "--data",
        type=Path,
        metavar="DATA",
        help="folder of labelled names: nearly all are of none of the classes, which is learnt, and"
        " the classes that ship are judged on it",
    )
    add(
        "--sample",
        type=Path,
        metavar="SAMPLE",
        help="sample of your dump (`python -m models.training sample`), to learn from what is of"
        " none of the classes",
    )
    add_settings(parser)
    add_judging(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Learn the classes of a recipe; returns the exit code."""
    options = make().parse_args(arguments)
    log = logger(__name__)
    try:
        recipe = load_recipe(OwnRecipe, options.recipe, options.set)
        place = Place(options.recipe.parent, options.data, options.sample)
        files = recipe.files(place)
        _require(files, place)
        root = options.data or options.recipe.parent
        if options.evaluation is not None:
            require_cases(recipe.task, options.evaluation)
        beside = chosen(Stage.CLASSIFY)
        besides = Besides(options.evaluation, starts.of_weights(beside))
        with Experiment.begin(options.out, recipe, files, root, besides) as experiment:
            if experiment.is_finished:
                results.accept(experiment.folder)
                log.info("already made: %s", experiment.weights)
                return MADE
            if results.read_manifest(experiment.folder) is None:
                results.write_candidate(experiment, _train(experiment, place, beside))
            sys.stderr.writelines(_told(experiment.folder))
            return conclude(experiment, options, None if _is_judged(options) else _unjudged)
    except RecipeError as error:
        return complain(error, WRONG)
    except (TrainingError, *FOREIGN) as error:
        return complain(error, MISSING)
    except ImportError as error:
        return complain(PackagesMissing(error, "onnx"), MISSING)


def _is_judged(options: argparse.Namespace) -> bool:
    """Whether there is anything that the classes which ship could be judged on."""
    return options.data is not None or options.evaluation is not None


@dataclass(frozen=True, slots=True)
class _Unjudged:
    """The verdict where the classes that ship are judged on nothing."""

    is_accepted: bool = True
    why: str = (
        "accepted by what stands above; the classes that ship were not judged: that takes --data"
        " or --evaluation"
    )

    def as_json(self) -> dict[str, Any]:
        """All of it, for comparison.json."""
        return {"is_accepted": self.is_accepted, "why": self.why}


def _unjudged(
    manifest: Manifest, folder: Path, data: Path, evaluation: Path | None, margin: float
) -> _Unjudged:
    del manifest, folder, data, evaluation, margin
    return _Unjudged()


def _told(folder: Path) -> Iterator[str]:
    """How right each class is, a line each."""
    manifest = results.read_manifest(folder)
    assert manifest is not None
    for name, metrics in manifest.metrics.items():
        for part, told in (("folds", "in folds"), ("held_out", "on its held-out examples")):
            if part in metrics:
                recall, precision = metrics[part]["recall"], metrics[part]["precision"]
                figures = f"{recall:g} % found, {precision:g} % of what is told is right"
                yield f"{name}, {told}: {figures}\n"


def _train(experiment: Experiment[OwnRecipe], place: Place, beside: Weights) -> Made:
    """Learn all classes and write the candidate: the files of a classifier and the head."""
    import numpy as np

    from models.classify.ensemble import load_bert
    from models.classify.own_classes import OwnClasses, States
    from models.classify.own_words import OwnWords
    from models.training.own import background, examples
    from models.training.own.class_rows import ClassRows
    from models.training.own.features import Features
    from models.training.own.learn import Learnt, fits_of, learn, packed
    from models.training.own.measure import measured
    from models.training.own.rows import learnt_rows

    recipe, log = experiment.recipe, logger(__name__)
    read = {part.name: examples.read(place.recipe / part.examples) for part in recipe.own}
    rows = learnt_rows(recipe, read, place, experiment.judged)
    log.info("%d rows, %d classes of your own", len(rows), len(recipe.own))
    _advise(recipe, sum(row.is_real for row in rows), log)
    states = States(load_bert(beside.path), beside.path("model"))
    features = Features.of([row.example for row in rows], states)
    learnt: list[Learnt] = []
    fits = fits_of(recipe.fitting.folds)
    with Meter("own classes", len(recipe.own) * fits) as meter:
        for number, part in enumerate(recipe.own):
            step = partial(_show, meter, count(number * fits + 1))
            words = OwnWords(part.listed(place.recipe))
            learnt.append(learn(ClassRows.of(part, recipe, rows, features, words), words, step))
    background.note(
        experiment.folder, {head.own.name: head.left_out for head in learnt if head.left_out}
    )
    np.savez_compressed(experiment.candidate / _FILE, **packed(learnt))
    files = _copied(beside, experiment.candidate)
    own = OwnClasses.load(lambda role: experiment.candidate / files[role])
    metrics: dict[str, Any] = {}
    for part, head in zip(recipe.own, learnt, strict=True):
        metrics[part.name] = {"folds": dict(head.metrics)}
        if part.held_out is not None:
            held = examples.read(place.recipe / part.held_out)
            metrics[part.name]["held_out"] = dict(measured(own, part.name, held))
        log.info("%s: %s", part.name, metrics[part.name])
    return _made(beside, files, metrics, recipe)


def _advise(recipe: OwnRecipe, real: int, log: logging.Logger) -> None:
    """Say how many real names the thresholds want."""
    rarest = min(part.expected_share for part in recipe.own)
    wanted = round(_NAMES_A_SHARE / rarest)
    if real < wanted:
        log.warning(
            "%d real names of none of the classes; %d would show how often a name is taken for"
            " a class of which there is one in %d: --data DATA or --sample SAMPLE",
            real,
            wanted,
            round(1 / rarest),
        )


def _show(meter: Meter, fits: Iterator[int]) -> None:
    """Show that one more fit is done."""
    meter.show(next(fits))


def _copied(beside: Weights, folder: Path) -> dict[str, str]:
    """The files of the classifier, copied beside the head; role -> name."""
    files = {}
    for role in beside.manifest.files:
        if role != "own":
            path = beside.path(role)
            shutil.copyfile(path, folder / path.name)
            files[role] = path.name
    return {**files, "own": _FILE}


def _made(
    beside: Weights, files: Mapping[str, str], metrics: Mapping[str, Any], recipe: OwnRecipe
) -> Made:
    manifest = beside.manifest
    names = ", ".join(part.name for part in recipe.own)
    return Made(
        files=files,
        name=manifest.name,
        stage=manifest.stage,
        runtime=manifest.runtime,
        summary=f"{manifest.summary} With classes of one's own: {names}.",
        licence=manifest.licence,
        labels=manifest.labels,
        calibration=manifest.calibration,
        settings=manifest.settings,
        metrics=metrics,
    )


def _require(files: list[Path], place: Place) -> None:
    for path in files:
        if not path.is_file():
            where = f"beside the recipe, in {place.recipe}"
            if place.data is not None and path.is_relative_to(place.data):
                where = f"in the folder of labelled names, {place.data}"
            if place.sample is not None and path.is_relative_to(place.sample):
                where = f"in the sample, {place.sample}"
            raise DataMissing(f"{path} is not there: the recipe names it {where}")
