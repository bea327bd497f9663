"""Compares two sides of a task."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from models.active import Stage, Weights
from models.evaluation import fields
from models.training.compare.apart import apart
from models.training.compare.cases import Evaluation
from models.training.compare.comparison import Comparison, Sides
from models.training.compare.sides import (
    ADULT,
    ADULT_TITLE,
    ARTIST,
    GROUP,
    LINK,
    MAIN,
    MEDIUM,
    SUBCATEGORY,
    Advance,
    Pair,
    outcomes,
)
from models.training.compare.weights import TASKS, NoWeights
from models.training.experiment.progress import Meter

_ALL_FIELDS = (*fields.FIELDS, fields.BOTH, fields.WHOLE, ADULT_TITLE)
_MEASURES: dict[Stage, dict[str, tuple[str, ...]]] = {
    Stage.CLASSIFY: {
        "medium": (MEDIUM, SUBCATEGORY, ADULT),
        "subcategory": (SUBCATEGORY,),
        "adult": (MEDIUM, ADULT),
    },
    Stage.TAGGER: {"medium": _ALL_FIELDS},
    Stage.LLM: {"medium": _ALL_FIELDS},
    Stage.MATCH: {"file": (LINK, ARTIST, GROUP)},
}
"""Stage -> kind of slices -> the measures that it tells, where that is not the main one alone."""


def compare(
    task: str,
    before: Weights,
    after: Weights,
    evaluation: Evaluation,
    advance: Advance = lambda done, total: None,
) -> Comparison:
    """Let two sides answer the same cases, and count.

    Args:
        task: classifier, tagger, match or llm.
        before: the first side.
        after: the second side.
        evaluation: what they are compared on.
        advance: told how far it is.

    Raises:
        NoCases: there is nothing to compare on; the message says what to give.
        BadCases: a line is no case.
        WeightsError, MatchError, ImportError: a side cannot be loaded.
    """
    stage = TASKS[task]
    if before.stage is not stage or after.stage is not stage:
        raise NoWeights(f"both sides must be weights of {stage}")
    evaluation = apart(evaluation, before, after)
    sides = Sides(task, before.told, after.told, MAIN[stage], _MEASURES[stage])
    return Comparison.of(sides, outcomes(Pair(before, after), evaluation, advance))


@contextmanager
def metered(name: str) -> Iterator[Advance]:
    """Shows on standard error how far a comparison is, and how long it will take."""
    with ExitStack() as open_meters:
        meters: list[Meter] = []

        def advance(done: int, total: int) -> None:
            if not meters:
                meters.append(open_meters.enter_context(Meter(name, total)))
            meters[0].show(done)

        yield advance
