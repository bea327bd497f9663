"""Who labelled the cases that two sides are compared on, and which of them decide."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Source(IntEnum):
    """Where the label of a case is from; the overall figure is of the lowest that there is."""

    NAMED = 0
    """Of gold, or of a file that was named to judge on."""
    READ = 1
    """A held-out row of the data folder that no vote made."""
    VOTED = 2
    """What several models say."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case, and what each side is right about."""

    family: str
    slices: Sequence[tuple[str, str]]
    """What the case is, by kind: ("script", "cyrillic"). All cases are in `ALL`, too."""
    before: Mapping[str, bool]
    """Measure -> whether the first side is right."""
    after: Mapping[str, bool]
    source: Source = Source.NAMED


def best_of(outcomes: Iterable[Outcome], main: str) -> Source:
    """The source that the overall figure, of the main measure, is of."""
    return min(outcome.source for outcome in outcomes if main in outcome.before)


def basis(outcomes: Sequence[Outcome], main: str, few: int | None = None) -> str:
    """What the overall figure is of, for a person.

    Args:
        outcomes: of all cases.
        main: its measure.
        few: the families that it is of, where they are too few to judge alone.
    """
    best = best_of(outcomes, main)
    rows = Counter(outcome.source for outcome in outcomes)
    what = {
        Source.NAMED: "rows that were named to judge on (gold, --evaluation)",
        Source.READ: "rows that are held out and that no vote made",
        Source.VOTED: "rows that a vote made, as there are no others: what was taught by the same"
        " vote looks better on them than it is; give names that you read yourself by --evaluation",
    }
    told = f"the overall figure is of {rows[best]} {what[best]}"
    if best == Source.VOTED:
        return told
    if few is not None:
        told += f", only {few} when near-copies count once: too few to tell much"
    voted = rows[Source.VOTED]
    if not voted:
        return told
    decide = "decide nothing" if few is None else "must not be worse either"
    return f"{told}; {voted} rows that a vote made are shown and {decide}"
