"""The arithmetic of a plan: pure, from what was measured to what a plan needs.

A figure has a range. What a torrent takes may go on changing with each tenfold of the store as it
changed between the two sizes that were measured, up or down; where the arithmetic missed a larger
run by more, by as much as it missed it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from schemas.topics import TOPICS
from streams.operate.capacity.measured import Measured, Size

DAY = 86_400
YEAR_DAYS = 365.25
Pick = Callable[[Size], float]


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to run."""

    torrents: float
    """Different ones, at the end."""
    years: float
    cores: float
    files: float = 0.5
    """Share that lists its files, as many as in the measured runs."""
    sightings: float = 1.1
    """How often a torrent is seen in all."""
    busy: float = 0.7
    """Share of the cores that may be busy on average: the rest is for bursts and vacuum."""

    @property
    def days(self) -> float:
        """Days of the plan."""
        return self.years * YEAR_DAYS

    @property
    def daily(self) -> float:
        """Sightings a day."""
        return self.torrents * self.sightings / self.days


@dataclass(frozen=True, slots=True)
class Range:
    """A figure and how far it may be off."""

    low: float
    value: float
    high: float

    def times(self, factor: float) -> "Range":
        """The same, so many times (at least 0)."""
        if not factor:
            return Range(0.0, 0.0, 0.0)
        return Range(self.low * factor, self.value * factor, self.high * factor)

    @staticmethod
    def around(value: float, error: float) -> "Range":
        """A value of at least 0 that may be off by a share `error` of it; 0 is 0 in any case."""
        if not value:
            return Range(0.0, 0.0, 0.0)
        return Range(max(0.0, value * (1 - error)), value, value * (1 + error))


def mixed(measured: Measured, files: float, pick: Pick, rows: int | None = None) -> float:
    """What a torrent of a mix takes, from runs of names alone and of torrents with files.

    Args:
        measured: all runs.
        files: share of the torrents that list their files.
        pick: the figure of a run.
        rows: of the runs that are taken; the largest of both kinds by default.

    Raises:
        ValueError: one of the two kinds was not measured at that size.
    """
    sides = []
    for sizes in (measured.without_files(), measured.with_files()):
        fitting = [size for size in sizes if rows in (None, size.rows)]
        if not fitting:
            raise ValueError(f"nothing was measured with {rows or 'any'} rows of both kinds")
        sides.append(pick(fitting[-1]))
    names, listed = sides
    return (1 - files) * names + files * listed


def paired(measured: Measured) -> list[int]:
    """Sizes at which both kinds were measured, the smallest first."""
    names = {size.rows for size in measured.without_files()}
    return sorted(names & {size.rows for size in measured.with_files()})


@dataclass(frozen=True, slots=True)
class Check:
    """A run of a mix, and what was told of it from smaller runs."""

    rows: int
    told: float
    was: float

    @property
    def error(self) -> float:
        """How far it was off, as a share of what was; 0 where there was nothing."""
        return abs(self.told - self.was) / self.was if self.was else 0.0


def checks(measured: Measured, pick: Pick) -> list[Check]:
    """The arithmetic against each run of a mix, from the largest runs that are not larger."""
    answer = []
    for size in measured.mixed():
        smaller = [rows for rows in paired(measured) if rows <= size.rows]
        if smaller:
            told = mixed(measured, size.files, pick, smaller[-1])
            answer.append(Check(size.rows, told, pick(size)))
    return answer


def error_at(measured: Measured, files: float, pick: Pick, torrents: float) -> float:
    """How far a figure may be off for so many torrents, as a share of it.

    Infinite beyond what was measured, where no two sizes tell how a torrent's share changes.
    """
    sizes = paired(measured)
    rows = [*sizes, *(check.rows for check in checks(measured, pick))]
    largest = max(rows)
    missed = max((check.error for check in checks(measured, pick)), default=0.0)
    growth = 0.0
    if len(sizes) > 1:
        first, last = (mixed(measured, files, pick, rows) for rows in (sizes[0], sizes[-1]))
        growth = abs(last / first - 1) / math.log10(sizes[-1] / sizes[0]) if first else 0.0
    tenfolds = max(0.0, math.log10(max(torrents, 1) / largest))
    if tenfolds and len(sizes) < 2:
        return math.inf
    # A miss at a larger run says how a tenfold changes things, too.
    for check in checks(measured, pick):
        between = math.log10(check.rows / sizes[0]) if check.rows > sizes[0] else 0.0
        if between >= 0.5:
            growth = max(growth, check.error / between)
    return missed + growth * tenfolds


def figure(measured: Measured, plan: Plan, pick: Pick) -> Range:
    """What one torrent of the plan takes when the store is full, with its range."""
    error = error_at(measured, plan.files, pick, plan.torrents)
    return Range.around(mixed(measured, plan.files, pick), error)


def part(name: str, kind: str) -> Pick:
    """Picks one figure of a run: `part("store", "cpu")`; 0 where the run has none."""

    def pick(size: Size) -> float:
        values: Mapping[str, float] = getattr(size, kind)
        return values.get(name, 0.0)

    return pick


def total(kind: str) -> Pick:
    """Picks a sum over all parts, tables or topics of a run."""

    def pick(size: Size) -> float:
        return math.fsum(getattr(size, kind).values())

    return pick


def names(measured: Measured, kind: str) -> list[str]:
    """Parts, tables or topics of all runs, those that take most first."""
    known: dict[str, float] = {}
    for size in measured.sizes:
        for name, value in getattr(size, kind).items():
            known[name] = max(known.get(name, 0.0), value)
    return sorted(known, key=lambda name: (-known[name], name))


def torrents_a_day(measured: Measured, plan: Plan) -> Range:
    """Sightings that the plan's cores can take in a day."""
    cost = figure(measured, plan, total("cpu"))
    milliseconds = plan.cores * plan.busy * DAY * 1000
    return Range(*(milliseconds / value if value else math.inf for value in _turned(cost)))


def _turned(cost: Range) -> Sequence[float]:
    return cost.high, cost.value, cost.low


def postgres_bytes(measured: Measured, plan: Plan, years: float) -> Range:
    """Disk of Postgres after so many years of the plan, tables and indexes."""
    stored = plan.torrents * min(1.0, years / plan.years)
    return figure(measured, plan, total("postgres")).times(stored)


def kafka_days(topic: str, plan: Plan, *, at_once: bool = False) -> float:
    """For how many days of the plan a topic keeps what came.

    Args:
        topic: its name.
        plan: how long it goes on.
        at_once: all of the plan's torrents come within the retention, as of a dump.
    """
    declared = TOPICS.get(topic)
    kept = declared.retention_days if declared else None
    return plan.days if kept is None or at_once else min(kept, plan.days)


def kafka_bytes(measured: Measured, plan: Plan, topic: str, *, at_once: bool = False) -> Range:
    """Disk of one topic at the end of the plan, one replica."""
    declared = TOPICS.get(topic)
    days = kafka_days(topic, plan, at_once=at_once)
    sightings = plan.daily * days
    is_for_ever = declared is not None and declared.compact and days >= plan.days
    held = min(sightings, plan.torrents) if is_for_ever else sightings
    return figure(measured, plan, part(topic, "kafka")).times(held)
