"""What every data set comes to: answers, each right or wrong in several measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.training.held_out import family, is_held_out


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong value."""

    kind: str
    """Such as `video called software`, or `title: cut short`."""
    wanted: str
    given: str


@dataclass(frozen=True, slots=True)
class Kin:
    """Which near-duplicates a case belongs to, and whether they were held out from the rules."""

    family: str
    is_held_out: bool | None
    """None where the half is not drawn by chance among these cases: it is in neither."""


def kin_of(name: str) -> Kin:
    """The release family of a name."""
    return Kin(family(name), is_held_out(name))


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a case adds to a figure: above and below the line.

    A plain answer adds (1, 1) if it is right and (0, 1) if it is wrong. F1 is a ratio, too: each
    case adds twice its true positives, and its positives wanted and answered.
    """

    above: int
    below: int


def plain(is_right: bool) -> Ratio:
    """What a right or wrong answer adds."""
    return Ratio(int(is_right), 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """One case with its answer."""

    name: str
    kin: Kin
    measures: Mapping[str, Ratio]
    """Measure -> what the case adds to it; only the measures that apply."""
    slices: Sequence[tuple[str, str]] = ()
    """What tells the case apart from others: (`script`, `latin`) ..."""
    confidence: float | None = None
    """Of the section's main measure."""
    mistakes: Sequence[Mistake] = ()
    is_private: bool = False
    """The name is adult, or may be: it is never shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """One data set, answered."""

    title: str
    about: str
    """What the cases are and what of them has been seen, in a sentence or two."""
    main: str
    """The measure that slices and reliability are of."""
    answers: Sequence[Answer] = field(repr=False)
    lower_is_better: frozenset[str] = frozenset()
    """Measures that count faults."""
    has_examples: bool = True
    """Whether names may be shown. Never of cases that rules may not be written from."""
    has_slices: bool = True
    """Not where the weights have learnt from the cases: their slices would say nothing."""
