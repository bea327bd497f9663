"""A section of answers as figures: measures, gaps of the halves, slices, kinds of mistakes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.evaluation import metrics
from models.evaluation.whole.answers import Answer, Section
from models.evaluation.whole.intervals import Figure, Gap, figure, gap

ENOUGH = 100
"""Cases from which on a slice has a calibration error and may be among the worst."""

WORST = 12
"""How many of the worst slices are named."""

_KINDS = 25
"""How many kinds of mistakes are told of a section, the most frequent first."""

_EXAMPLES = 4
"""Examples of a kind."""

Answers = Sequence[tuple[float, bool]]
"""Confidence, and whether the answer was right."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure over all answers, and over both halves."""

    name: str
    whole: Figure
    halves: Gap | None


@dataclass(frozen=True, slots=True)
class SliceFigures:
    """The main measure over the answers that have something in common."""

    kind: str
    value: str
    main: Figure
    calibration_error: float | None
    """None where there are too few cases, or where answers have no confidence."""


@dataclass(frozen=True, slots=True)
class Example:
    """A name with a wrong answer."""

    name: str
    wanted: str
    given: str


@dataclass(frozen=True, slots=True)
class KindOfMistake:
    """How often a mistake is made, in both halves, with examples of the open half alone.

    What is in neither half counts as held out.
    """

    kind: str
    opened: int
    held_out: int
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """All that is told of a section."""

    title: str
    about: str
    main: str
    cases: int
    families: int
    measures: Sequence[Measured]
    lower_is_better: frozenset[str]
    slices: Sequence[SliceFigures]
    mistakes: Sequence[KindOfMistake]
    calibration_error: float | None
    bins: Sequence[tuple[float, metrics.Share]]
    """Mean confidence of each bin, and the share that is right."""
    confidence: Answers = field(repr=False)


def figures(section: Section, *, with_names: bool) -> SectionFigures:
    """Count everything of a section.

    Args:
        section: the answers.
        with_names: give examples, of names that are not adult.
    """
    names = dict.fromkeys(measure for answer in section.answers for measure in answer.measures)
    measures = [
        Measured(name, figure(section.answers, name), gap(section.answers, name)) for name in names
    ]
    measures.sort(key=lambda measured: measured.name != section.main)
    confidence = _confidence(section.answers, section.main)
    return SectionFigures(
        title=section.title,
        about=section.about,
        main=section.main,
        cases=len(section.answers),
        families=len({answer.kin.family for answer in section.answers}),
        measures=measures,
        lower_is_better=section.lower_is_better,
        slices=_slices(section) if section.has_slices else (),
        mistakes=_mistakes(section, with_names=with_names),
        calibration_error=metrics.calibration_error(confidence) if confidence else None,
        bins=metrics.reliability(confidence),
        confidence=confidence,
    )


def worst(
    sections: Iterable[SectionFigures],
) -> tuple[list[tuple[str, SliceFigures]], list[tuple[str, SliceFigures]]]:
    """The slices of enough cases that are least right, and those whose confidence is least honest.

    Each with the title of its section. Slices by the kind of thing that is wanted are among them.
    """
    known = [
        (section.title, part)
        for section in sections
        for part in section.slices
        if part.main.below >= ENOUGH
    ]
    least_right = sorted(known, key=lambda titled: titled[1].main.value)[:WORST]
    with_error = [titled for titled in known if titled[1].calibration_error is not None]
    least_honest = sorted(with_error, key=lambda titled: -(titled[1].calibration_error or 0.0))
    return least_right, least_honest[:WORST]


def _confidence(answers: Iterable[Answer], main: str) -> Answers:
    return [
        (answer.confidence, bool(answer.measures[main].above))
        for answer in answers
        if answer.confidence is not None and main in answer.measures
    ]


def _slices(section: Section) -> list[SliceFigures]:
    members: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in section.answers:
        if section.main in answer.measures:
            for label in answer.slices:
                members[label].append(answer)
    return [
        SliceFigures(kind, value, figure(answers, section.main), _error(answers, section.main))
        for (kind, value), answers in sorted(members.items())
    ]


def _error(answers: Sequence[Answer], main: str) -> float | None:
    confidence = _confidence(answers, main)
    return metrics.calibration_error(confidence) if len(confidence) >= ENOUGH else None


def _mistakes(section: Section, *, with_names: bool) -> list[KindOfMistake]:
    counts: Counter[tuple[str, bool]] = Counter()
    examples: defaultdict[str, list[Example]] = defaultdict(list)
    for answer in section.answers:
        is_shown = (
            with_names
            and section.has_examples
            and not answer.is_private
            and answer.kin.is_held_out is False
        )
        for mistake in answer.mistakes:
            counts[mistake.kind, answer.kin.is_held_out is not False] += 1
            if is_shown and len(examples[mistake.kind]) < _EXAMPLES:
                examples[mistake.kind].append(Example(answer.name, mistake.wanted, mistake.given))
    kinds = dict.fromkeys(kind for kind, _ in counts)
    told = [
        KindOfMistake(kind, counts[kind, False], counts[kind, True], tuple(examples[kind]))
        for kind in kinds
    ]
    told.sort(key=lambda mistake: -(mistake.opened + mistake.held_out))
    return told[:_KINDS]
