"""How a long drain goes on: its rate, memory and dead rows, tenth by tenth."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import asyncpg
import psutil

from tests.benchmarks.pipeline.processes import cpu_seconds, family
from tests.benchmarks.pipeline.yardstick import Yardstick

SAMPLE_EVERY = 2.0
TENTHS = 10

_WRITTEN = """
SELECT coalesce(sum(n_tup_ins), 0)::bigint AS written,
    coalesce(sum(n_dead_tup), 0)::bigint AS dead,
    coalesce(sum(autovacuum_count), 0)::bigint AS vacuums
FROM pg_stat_user_tables
"""


@dataclass(frozen=True)
class Sample:
    """One look at a drain; seconds, bytes and rows since its start."""

    at: float
    """Without the pauses in which the yardstick was read."""
    cpu: float
    """Of workers, store, broker and database together."""
    parsett_cpu: float
    parsett_names: int
    written: int
    """Rows that were inserted into all tables."""
    dead: int
    vacuums: int
    memory: Mapping[str, int]
    """Resident bytes now, by part."""


@dataclass(frozen=True)
class Window:
    """A tenth of the rows that were written."""

    rows: int
    seconds: float
    cpu: float
    parsett: float
    """CPU milliseconds a name, of the blocks up to the end of this window."""
    end: Sample

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds if self.seconds else 0.0

    @property
    def milliseconds(self) -> float:
        """CPU milliseconds a row."""
        return self.cpu / self.rows * 1000 if self.rows else 0.0


async def sampled(
    connection: asyncpg.Connection, heads: Mapping[str, int], stick: Yardstick, paused: float
) -> Sample:
    """Looks once at the database and at the processes under `heads`."""
    row = await connection.fetchrow(_WRITTEN)
    return Sample(
        at=time.monotonic() - paused,
        cpu=sum(cpu_seconds(pid) for pid in heads.values()),
        parsett_cpu=stick.parsett.cpu,
        parsett_names=stick.parsett.names,
        memory={name: _resident(pid) for name, pid in heads.items()},
        **dict(row),
    )


def _resident(pid: int) -> int:
    total = 0
    for member in family(pid):
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def windows(samples: Sequence[Sample]) -> list[Window]:
    """Cuts a drain into tenths of the rows that were written, as near as the samples allow."""
    moving = [sample for sample in samples if sample.written]
    if len(moving) < 2:
        return []
    first, last = moving[0], moving[-1]
    cuts, tenth = [first], (last.written - first.written) / TENTHS
    for sample in moving[1:]:
        due = first.written + tenth * len(cuts)
        if sample.written >= due and sample.written > cuts[-1].written:
            cuts.append(sample)
    return [_window(start, end) for start, end in pairwise(cuts)]


def _window(start: Sample, end: Sample) -> Window:
    names = end.parsett_names - start.parsett_names
    parsett = (end.parsett_cpu - start.parsett_cpu) / names if names else 0.0
    return Window(
        rows=end.written - start.written,
        seconds=end.at - start.at,
        cpu=end.cpu - start.cpu,
        parsett=parsett * 1000,
        end=end,
    )
