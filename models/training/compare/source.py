"""Who labelled the cases that two sides are compared on, and which of them decide."""

from collections.abc import Mapping, Sequence
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


def basis(best: Source, rows: Mapping[Source, int]) -> str:
    """What the overall figure is of, for a person.

    Args:
        best: the source that it is of.
        rows: how many there are of each.
    """
    what = {
        Source.NAMED: "rows that were named to judge on (gold, --evaluation)",
        Source.READ: "rows that are held out and that no vote made",
        Source.VOTED: "rows that a vote made, as there are no others: what was taught by the same"
        " vote looks better on them than it is; give names that you read yourself by --evaluation",
    }
    told = f"the overall figure is of {rows[best]} {what[best]}"
    voted = rows[Source.VOTED]
    if best == Source.VOTED or not voted:
        return told
    return f"{told}; {voted} rows that a vote made are shown and decide nothing"
