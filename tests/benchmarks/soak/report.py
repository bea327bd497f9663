"""What a soak says in the end: slopes, lag, rows, and whether the bars are held."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.live.groups import Waiting
from tests.benchmarks.live.memory import Memory, Point, Slope, slope
from tests.benchmarks.live.rows import Account, Latency

SLOPE_BAR = 1.0
"""MB an hour that a process may grow, after it has settled."""
LAG_BAR = 2.0
"""Seconds, p99 of each stage."""
_FEW = 6
"""Looks at a process below which no slope is told: it lived for less than a minute."""
SHARING = "Postgres"
"""Whose processes share memory, of a size that a setting has: it is in use when all of it was once
written to, and RSS would count it in each. What they have of their own is judged, all together.
"""


@dataclass(frozen=True)
class Sample:
    """One look at everything."""

    at: float
    """Seconds since the first event that counts."""
    memory: tuple[Memory, ...]
    published: int
    dirty: int
    rows: int
    dead_letters: int


@dataclass(frozen=True)
class Bar:
    """One thing that has to hold."""

    name: str
    value: str
    is_held: bool


@dataclass
class Report:
    """The whole of a run."""

    seconds: float
    settle: float
    account: Account
    restarts: Sequence[Mapping[str, object]]
    latencies: Mapping[str, Latency]
    lags: Mapping[str, tuple[float, float]]
    """Seconds, p50 and p99, by stage."""
    slopes: Mapping[str, Slope | None]
    cpu: Mapping[str, float]
    """Milliseconds an event, by part."""
    bars: Sequence[Bar] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether every bar is held."""
        return all(bar.is_held for bar in self.bars)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below so large a share of all (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def lag_quantiles(looks: Iterable[Mapping[str, Waiting]]) -> dict[str, tuple[float, float]]:
    """Median and p99 of the seconds that the oldest record of a stage waited."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for look in looks:
        for stage, waiting in look.items():
            seconds[stage].append(waiting.seconds)
    return {stage: (quantile(row, 0.5), quantile(row, 0.99)) for stage, row in seconds.items()}


def series(samples: Sequence[Sample], settle: float) -> dict[str, list[Point]]:
    """The points that a slope is taken of, by process.

    Left out are the first `settle` seconds of each life. Of lives that end before, the last look at
    each is a point: they are as old as each other, and the next one must not be larger. Postgres is
    one series: its processes together.
    """
    lives: dict[tuple[str, int], list[tuple[float, Memory]]] = defaultdict(list)
    points: dict[str, list[Point]] = defaultdict(list)
    for sample in samples:
        shared = [memory for memory in sample.memory if memory.name.startswith(SHARING)]
        for memory in sample.memory:
            if memory not in shared:
                lives[memory.name, memory.pid].append((sample.at, memory))
        if shared and sample.at >= samples[0].at + settle:
            total = sum(memory.own for memory in shared)
            points[f"{SHARING}, its own"].append(Point(0, sample.at / 3600, total / 1e6))
    for (name, pid), looks in lives.items():
        born, (last, memory) = looks[0][0], looks[-1]
        points[name] += [
            Point(pid, at / 3600, look.rss / 1e6) for at, look in looks if at - born >= settle
        ]
        if last - born < settle and last < samples[-1].at:
            points[f"{name}, when ended"].append(Point(0, last / 3600, memory.rss / 1e6))
    return {name: row for name, row in points.items() if row}


def slopes(samples: Sequence[Sample], settle: float) -> dict[str, Slope | None]:
    """The slope of each process; None where it was looked at too seldom."""
    return {
        name: slope(points) if len(points) >= _FEW else None
        for name, points in sorted(series(samples, settle).items())
    }


def bars(report: Report) -> list[Bar]:
    """The verdict, bar by bar. A process without a slope holds no bar: it was not measured."""
    account = report.account
    verdicts = [
        Bar(
            f"RSS of {name} ≤ {SLOPE_BAR:g} MB/h",
            f"{line.value:+.2f} ± {line.error:.2f}" if line else "not measured",
            line is not None and line.value <= SLOPE_BAR,
        )
        for name, line in report.slopes.items()
    ]
    missing = account.lost + account.unclassified
    verdicts.append(Bar("0 lost", f"{missing:,} of {account.torrents:,}", missing == 0))
    extra = account.strange + account.duplicates
    verdicts.append(Bar("0 duplicates, no strange row", f"{extra:,}", extra == 0))
    verdicts += [
        Bar(f"lag of {stage}, p99 ≤ {LAG_BAR:g} s", f"{p99:.2f} s", p99 <= LAG_BAR)
        for stage, (_, p99) in report.lags.items()
    ]
    letters = f"{account.dead_letters:,} of {account.dirty:,}"
    is_equal = account.dead_letters == account.dirty
    return [*verdicts, Bar("dead letters = dirty events", letters, is_equal)]
