"""The command line of a training: from the options to the exit code, the same for every task."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from models.active import stage_of
from models.evaluation.cases import BadCases
from models.match.errors import MatchError
from models.oneshot.options import make_parser
from models.registry import WeightsError
from models.runtime import MissingRuntime
from models.training.command import logger
from models.training.experiment import results
from models.training.experiment.data_files import Besides
from models.training.experiment.errors import PackagesMissing, RecipeError, TrainingError
from models.training.experiment.evaluation import require_cases
from models.training.experiment.folder import Experiment
from models.training.experiment.recipe import Recipe, load_recipe, shipped
from models.training.experiment.results import Made
from models.training.experiment.verdict import Judge, Verdict, gate

R = TypeVar("R", bound=Recipe)
P = TypeVar("P")
T = TypeVar("T")

FOREIGN = (WeightsError, BadCases, MatchError, MissingRuntime, OSError)
"""Errors of what a training and its gate ask; their messages are enough, without a traceback."""

MADE = 0
MISSING = 1
"""Data or packages are missing or do not fit."""
WRONG = 2
"""Wrong usage."""
REFUSED = 3
"""The candidate is worse than what is active."""

_CODES = """
exit codes: 0 made; 1 data or packages are missing or do not fit, the last line says which;
2 wrong usage; 3 refused: worse than what is active (--force makes it all the same);
130 interrupted: the same command goes on
"""


@dataclass(frozen=True)
class Task(Generic[R]):
    """A kind of training."""

    name: str
    """As the command is called."""
    what: str
    """What it does, in a few words."""
    examples: str
    recipe: type[R]
    files: Callable[[Path, R], list[Path]]
    """The files that are learnt from, of a data folder; raises `DataMissing`."""
    train: Callable[[Experiment[R]], Made]
    """Trains and writes the files to `experiment.candidate`."""
    extras: str = "train,onnx"
    """Extras of the package that it needs."""
    judge: Judge | None = None
    """Who says whether a candidate may become weights; None for the gate of all tasks."""
    starts: Callable[[R], Mapping[str, Path]] = lambda recipe: {}
    """The files of the weights that a training begins with, by what they are."""

    def parser(self) -> argparse.ArgumentParser:
        """The parser of the command."""
        name = f"python -m models.training {self.name}"
        parser = make_parser(name, self.what, f"{self.examples}{_listed(self.name)}{_CODES}")
        add = parser.add_argument
        add("--data", type=Path, required=True, metavar="DATA", help="folder of labelled names")
        add("--out", type=Path, required=True, metavar="FOLDER", help="folder of the experiment")
        add(
            "--recipe",
            default=self.name,
            metavar="NAME|FILE",
            help="how to train (default: %(default)s)",
        )
        add_settings(parser)
        add_judging(parser)
        return parser

    def run(self, arguments: Sequence[str]) -> int:
        """Train; returns the exit code."""
        chosen = self.parser().parse_args(arguments)
        log = logger(__name__)
        try:
            recipe = load_recipe(self.recipe, chosen.recipe, chosen.set)
            files = self.files(chosen.data, recipe)
            if chosen.evaluation is not None:
                require_cases(self.name, chosen.evaluation)
            besides = Besides(chosen.evaluation, self._needing_packages(self.starts, recipe))
            with Experiment.begin(chosen.out, recipe, files, chosen.data, besides) as experiment:
                if experiment.is_finished:
                    results.accept(experiment.folder)
                    log.info("already made: %s", experiment.weights)
                    return MADE
                manifest = results.read_manifest(experiment.folder)
                if manifest is None:
                    result = self._needing_packages(self.train, experiment)
                    results.write_candidate(experiment, result)
                return conclude(experiment, chosen, self.judge)
        except RecipeError as error:
            return complain(error, WRONG)
        except (TrainingError, *FOREIGN) as error:
            return complain(error, MISSING)

    def _needing_packages(self, work: Callable[[P], T], given: P) -> T:
        try:
            return work(given)
        except ImportError as error:
            raise PackagesMissing(error, self.extras) from error


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Takes settings of the recipe that are changed."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of the recipe, several times if need be: --set seed=2",
    )


def add_judging(parser: argparse.ArgumentParser) -> None:
    """Takes what a candidate is judged on, and whether the verdict counts."""
    parser.add_argument(
        "--evaluation",
        type=Path,
        metavar="FILE",
        help="names that you read, to judge on: they and their families are not learnt from",
    )
    parser.add_argument(
        "--force", action="store_true", help="keep the weights even if they are worse"
    )


def conclude(
    experiment: Experiment[Any], chosen: argparse.Namespace, judge: Judge | None = None
) -> int:
    """Ask the gate, write the card, and keep the weights if they may be kept.

    Args:
        experiment: with a candidate and its manifest.
        chosen: options; `evaluation` and `force` are read.
        judge: who says whether they may be kept; None for the gate of all tasks.

    Returns:
        The exit code.
    """
    log = logger(__name__)
    verdict = _verdict(experiment, chosen.evaluation, judge)
    results.note_verdict(experiment, verdict)
    if verdict is not None:
        sys.stderr.write(f"{verdict.why}\n")
        if not verdict.is_accepted and not chosen.force:
            sys.stderr.write(
                f"refused; {experiment.candidate} keeps it. --force makes it all the same\n"
            )
            return REFUSED
    results.accept(experiment.folder)
    manifest = results.read_manifest(experiment.folder)
    assert manifest is not None
    # What is of no stage of the pipeline is used by its path.
    can_answer = stage_of(manifest) is not None
    after = f"; next: python -m models activate {experiment.folder}" if can_answer else ""
    log.info("made: %s%s", experiment.weights, after)
    return MADE


def _verdict(
    experiment: Experiment[Any], evaluation: Path | None, judge: Judge | None
) -> Verdict | None:
    """What the gate says. Returns None for a stage that it does not know."""
    manifest = results.read_manifest(experiment.folder)
    assert manifest is not None
    try:
        judge = judge or gate()
    except ModuleNotFoundError:
        return None
    margin = experiment.recipe.margin
    return judge(manifest, experiment.folder, experiment.root, evaluation, margin)


def _listed(task: str) -> str:
    names = [name for name, of in shipped().items() if of == task]
    return f"\nrecipes that ship: {', '.join(names)}; in models/training/recipes\n"


def complain(error: Exception, code: int) -> int:
    """Say what is wrong in a line; returns the exit code."""
    sys.stderr.write(f"{error}\n")
    return code
