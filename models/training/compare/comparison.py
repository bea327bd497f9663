"""Two sides on the same cases: counts and tests by slice, and whether the second one is worse.

Cases are counted by family (`models.training.held_out.family`): near-copies of a name count once,
and as right if the answers on all of them are. A side is *worse* if

* the overall figure, or that of one of several files that were named to judge on, is lower by more
  than a margin (0.2 points, or what the recipe says); or
* a slice of at least 100 families, of any measure, is worse by McNemar's exact test with p < 0.01,
  after Holm's correction for the number of slices that were tested.

The overall figure is of the best rows there are (`Source`). Rows that a vote made are shown, and
decide only where there are no others, or fewer than 100 families of them: a candidate that was
taught by a vote imitates the voters, and is right about what they say whatever it does to names
that people read. A handful of these is no judge either, so then it may be worse on neither.

Smaller slices are shown and decide nothing. The margin is for chance in the overall figure alone;
a slice may be worse by many points before so small a share of names is seen in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from models.evaluation.metrics import Share
from models.evaluation.table import Table, markdown
from models.oneshot.safe import safe
from models.training.compare.mcnemar import exact_p, holm
from models.training.compare.source import Outcome as Outcome
from models.training.compare.source import Source, basis, best_of

MARGIN = 0.2
"""Points by which the overall figure may be lower."""
FEWEST = 100
"""Families from which a slice is tested."""
SIGNIFICANT = 0.01
"""The p-value, after Holm's correction, under which a slice is worse."""

_FILE = "file"
"""The kind of slices that are files."""

_VOTE = ("labelled by", "a vote")
"""The slice of all rows that a vote made, where it decides beside too few others."""

ALL = ("all", "all")
"""The slice of all cases."""


@dataclass(frozen=True, slots=True)
class Counts:
    """A measure over a slice, by family."""

    kind: str
    value: str
    measure: str
    families: int
    right_before: int
    right_after: int
    won: int
    """Families about which only the second side is right."""
    lost: int
    p: float
    """Two-sided, of McNemar's exact test."""
    source: Source = Source.READ
    """`NAMED` for a file that is judged by itself; `VOTED` for what decides nothing."""

    @property
    def before(self) -> Share:
        """Right families of the first side."""
        return Share(self.right_before, self.families)

    @property
    def after(self) -> Share:
        """Right families of the second side."""
        return Share(self.right_after, self.families)

    @property
    def points(self) -> float:
        """By how many points the second side is better; below zero, worse."""
        return 100 * (self.right_after - self.right_before) / self.families

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        where = "" if (self.kind, self.value) == ALL else f" of {self.kind} {safe(self.value)}"
        return f"{self.measure}{where}"


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared, and by which measures."""

    task: str
    before: str
    """Names the first side."""
    after: str
    main: str
    """The measure of the overall figure."""
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of slices -> the measures that it tells; those of no kind here tell the main one."""


@dataclass(frozen=True)
class Comparison:
    """All counts of two sides."""

    sides: Sides
    counts: Sequence[Counts]
    """The overall figure first."""
    notes: Sequence[str] = ()

    @classmethod
    def of(
        cls, sides: Sides, outcomes: Sequence[Outcome], notes: Sequence[str] = ()
    ) -> "Comparison":
        """Count.

        Args:
            sides: what is compared.
            outcomes: of each case.
            notes: what a reader of the figures must know.

        Raises:
            ValueError: there is no case with the main measure.
        """
        if not any(sides.main in outcome.before for outcome in outcomes):
            raise ValueError("there is nothing to compare on")
        counts = _counted(outcomes, sides)
        few = counts[0].families if counts[0].families < FEWEST else None
        return cls(sides, counts, [*notes, basis(outcomes, sides.main, few)])

    @property
    def overall(self) -> Counts:
        """The overall figure."""
        return self.counts[0]

    @cached_property
    def adjusted(self) -> Mapping[tuple[str, str, str], float]:
        """Of each slice that is tested, its p-value after Holm's correction."""
        tested = [
            counts
            for counts in self.counts
            if counts.families >= FEWEST and counts.source != Source.VOTED
        ]
        values = holm([counts.p for counts in tested])
        return {_key(counts): value for counts, value in zip(tested, values, strict=True)}

    def is_significant(self, counts: Counts) -> bool:
        """Whether a slice differs by more than chance."""
        return self.adjusted.get(_key(counts), 1.0) < SIGNIFICANT

    def faults(self, margin: float = MARGIN) -> list[str]:
        """Why the second side is worse, a line each; empty if it is not."""
        named = [counts for counts in self.counts[1:] if counts.source == Source.NAMED]
        voted = [counts for counts in self.counts if (counts.kind, counts.value) == _VOTE]
        # A single file is the overall figure.
        lines = [
            f"{counts.name} is {-counts.points:.2f} points lower ({_sides(counts)}):"
            f" more than the margin of {margin:g}"
            for counts in [self.overall, *(named if len(named) > 1 else []), *voted]
            if counts.points < -margin - 1e-9
        ]
        lines += [
            f"{counts.name} is worse: {_sides(counts)} of {counts.families} families,"
            f" {counts.lost} lost and {counts.won} won (p {_p(self.adjusted[_key(counts)])})"
            for counts in self.counts
            if counts.lost > counts.won and self.is_significant(counts)
        ]
        return lines

    def is_worse(self, margin: float = MARGIN) -> bool:
        """Whether the second side is worse, as the module defines it."""
        return bool(self.faults(margin))

    def summary(self) -> str:
        """The overall figure in a line."""
        overall = self.overall
        return (
            f"{self.sides.task}, {overall.measure}: {overall.before} before, {overall.after} after;"
            f" {overall.won} won, {overall.lost} lost, p {_p(overall.p)}"
        )

    @property
    def basis(self) -> str:
        """What the overall figure is of, in a sentence."""
        return self.notes[-1]

    def tables(self) -> list[Table]:
        """Every slice for a person, an asterisk where it differs by more than chance."""
        rows = [self._row(counts) for counts in self.counts]
        title = f"{self.sides.task}: {self.sides.before} and {self.sides.after}, by family"
        return [Table(title, _HEADER, rows)]

    def markdown(self) -> str:
        """The same for a card, with the notes."""
        notes = [f"* {note}" for note in self.notes]
        return "\n".join([*notes, "", markdown(self.tables())]).strip() + "\n"

    def as_json(self, margin: float = MARGIN) -> dict[str, Any]:
        """Everything, for programs."""
        return {
            "task": self.sides.task,
            "before": self.sides.before,
            "after": self.sides.after,
            "main": self.sides.main,
            "margin": margin,
            "is_worse": self.is_worse(margin),
            "faults": self.faults(margin),
            "notes": list(self.notes),
            "slices": [self._as_json(counts) for counts in self.counts],
        }

    def _row(self, counts: Counts) -> tuple[str, ...]:
        adjusted = self.adjusted.get(_key(counts))
        mark = " *" if self.is_significant(counts) else ""
        return (
            "all" if (counts.kind, counts.value) == ALL else f"{counts.kind} {counts.value}",
            counts.measure,
            str(counts.families),
            _percent(counts.before),
            _percent(counts.after),
            f"{counts.points:+.1f}",
            str(counts.won),
            str(counts.lost),
            _p(counts.p),
            "-" if adjusted is None else f"{_p(adjusted)}{mark}",
        )

    def _as_json(self, counts: Counts) -> dict[str, Any]:
        adjusted = self.adjusted.get(_key(counts))
        return {
            "kind": counts.kind,
            "value": counts.value,
            "measure": counts.measure,
            "decides": counts.source != Source.VOTED,
            "families": counts.families,
            "right_before": counts.right_before,
            "right_after": counts.right_after,
            "interval_before": list(counts.before.interval),
            "interval_after": list(counts.after.interval),
            "won": counts.won,
            "lost": counts.lost,
            "p": counts.p,
            "p_adjusted": adjusted,
        }


_HEADER = (
    "slice",
    "measure",
    "families",
    "before",
    "after",
    "points",
    "won",
    "lost",
    "p",
    "p (Holm)",
)


def _counted(outcomes: Sequence[Outcome], sides: Sides) -> list[Counts]:
    """Counts of every slice and measure, the overall figure first, then by kind and value."""
    measures = [sides.main, *_other_measures(outcomes, sides.main)]
    slices = sorted({part for outcome in outcomes for part in outcome.slices})
    best = best_of(outcomes, sides.main)
    counts = []
    for part in (ALL, *slices):
        members = [outcome for outcome in outcomes if part == ALL or part in outcome.slices]
        source = _source(part, members, best)
        if part == ALL:
            members = [outcome for outcome in members if outcome.source == best]
        elif source != Source.VOTED and best != Source.VOTED:
            members = [outcome for outcome in members if outcome.source != Source.VOTED]
        for measure in measures if part == ALL else sides.measures.get(part[0], (sides.main,)):
            families = _families(members, measure)
            if families:
                whose = source if measure == sides.main or source == Source.VOTED else Source.READ
                counts.append(replace(_counts(part, measure, families.values()), source=whose))
    voted = [outcome for outcome in outcomes if outcome.source == Source.VOTED]
    families = _families(voted, sides.main)
    if families and best != Source.VOTED and counts[0].families < FEWEST:
        counts.append(_counts(_VOTE, sides.main, families.values()))
    return counts


def _source(part: tuple[str, str], members: Sequence[Outcome], best: Source) -> Source:
    """How far a slice decides: as one file of those that were named, as any, or not at all."""
    sources = {outcome.source for outcome in members}
    if best != Source.VOTED and sources == {Source.VOTED}:
        return Source.VOTED
    is_named = part[0] == _FILE and Source.NAMED in sources
    return Source.NAMED if is_named else Source.READ


def _other_measures(outcomes: Iterable[Outcome], main: str) -> list[str]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.before)
    return [name for name in names if name != main]


def _families(members: Iterable[Outcome], measure: str) -> dict[str, tuple[bool, bool]]:
    """Whether each side is right about all names of a family, by family."""
    families: dict[str, tuple[bool, bool]] = {}
    for outcome in members:
        if measure in outcome.before:
            before, after = families.get(outcome.family, (True, True))
            families[outcome.family] = (
                before and outcome.before[measure],
                after and outcome.after[measure],
            )
    return families


def _counts(part: tuple[str, str], measure: str, families: Iterable[tuple[bool, bool]]) -> Counts:
    pairs = list(families)
    won = sum(after and not before for before, after in pairs)
    lost = sum(before and not after for before, after in pairs)
    return Counts(
        kind=part[0],
        value=part[1],
        measure=measure,
        families=len(pairs),
        right_before=sum(before for before, _ in pairs),
        right_after=sum(after for _, after in pairs),
        won=won,
        lost=lost,
        p=exact_p(won, lost),
    )


def _key(counts: Counts) -> tuple[str, str, str]:
    return counts.kind, counts.value, counts.measure


def _percent(share: Share) -> str:
    lower, upper = share.interval
    return f"{100 * share.value:.1f} ({100 * lower:.1f}-{100 * upper:.1f})"


def _sides(counts: Counts) -> str:
    return f"{100 * counts.before.value:.1f} % before, {100 * counts.after.value:.1f} % after"


def _p(value: float) -> str:
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"
