"""One soak: events, restarts and looks, until the time is over or somebody stops it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import IO

from tests.benchmarks.live.feed import infohashes
from tests.benchmarks.live.memory import members, memory_of
from tests.benchmarks.live.rows import account, latencies
from tests.benchmarks.live.session import DRAIN_SECONDS, Looked, Session
from tests.benchmarks.soak import restarts
from tests.benchmarks.soak.report import Report, Sample, bars, lag_quantiles, slopes

LOOK_EVERY = 1.0
"""Seconds between two looks at lag: finer than its bar."""


@dataclass(frozen=True)
class Plan:
    """How long, how fast, how often; seconds."""

    seconds: float
    rate: float
    restart_every: float
    sample_every: float = 10.0
    settle: float = 1200.0
    """Of each life: models are loaded in seconds, but caches of names fill for longer."""


class Soak:
    """Runs a plan on a session."""

    def __init__(
        self, current: Session, plan: Plan, out: IO[str], tell: Callable[[str], None]
    ) -> None:
        self._current = current
        self._plan = plan
        self._out = out
        self._tell = tell
        self._looks: list[Looked] = []
        self._samples: list[Sample] = []
        self._restarts: list[dict[str, object]] = []

    async def run(self, stop: asyncio.Event) -> Report:
        """Publishes, restarts and looks; drains, counts and judges at the end.

        Raises:
            BenchmarkFailed: `streams.run` ended, or what is left is never drained.
        """
        current, plan = self._current, self._plan
        began, clock, before = datetime.now(UTC), time.monotonic(), current.cpu()
        published = current.feed.published
        ended = asyncio.Event()
        feeding = asyncio.create_task(current.feed.run(plan.rate, ended))
        try:
            while not stop.is_set() and not feeding.done():
                if (at := time.monotonic() - clock) >= plan.seconds:
                    break
                await self._step(at)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            ended.set()
            await feeding
        seconds = time.monotonic() - clock
        self._tell("no more events; waiting for what is on its way")
        await current.drained(DRAIN_SECONDS)
        events = max(1, current.feed.published - published)
        report = Report(
            seconds=seconds,
            settle=plan.settle,
            account=await account(
                current.database,
                infohashes(current.mix, current.feed.published),
                current.feed.published,
                current.feed.dirty,
            ),
            restarts=self._restarts,
            latencies=await latencies(current.database, began),
            lags=lag_quantiles(self._looks),
            slopes=slopes(self._samples, plan.settle),
            cpu={name: 1000 * (cpu - before[name]) / events for name, cpu in current.cpu().items()},
        )
        report.bars = bars(report)
        self._write("report", asdict(report))
        return report

    async def _step(self, at: float) -> None:
        current, plan = self._current, self._plan
        current.stand.check()
        looked = await current.groups.look()
        self._looks.append(looked)
        if at >= len(self._samples) * plan.sample_every:
            await self._sample(at, looked)
        if at >= (len(self._restarts) + 1) * plan.restart_every:
            self._restart(at)

    async def _sample(self, at: float, looked: Looked) -> None:
        current = self._current
        memory = members("Postgres", current.stand.servers["Postgres"])
        others = {
            "Kafka": current.stand.servers["Kafka"],
            "streams.run": current.stand.started[0].pid,
            **current.children.pids(),
        }
        looked_at = (memory_of(name, pid) for name, pid in others.items())
        memory += [entry for entry in looked_at if entry is not None]
        row = await current.database.fetchrow(
            "SELECT (SELECT count(*) FROM torrents) AS rows,"
            " (SELECT count(*) FROM dead_letters) AS dead_letters"
        )
        sample = Sample(at, tuple(memory), current.feed.published, current.feed.dirty, **dict(row))
        self._samples.append(sample)
        lag = {stage: asdict(waiting) for stage, waiting in looked.items()}
        self._write("sample", {**asdict(sample), "lag": lag})
        if len(self._samples) % 6 == 1:
            waits = ", ".join(f"{stage} {row.seconds:.1f} s" for stage, row in looked.items())
            self._tell(f"{at / 60:5.1f} min: {sample.rows:,} rows, waits: {waits}")

    def _restart(self, at: float) -> None:
        restart = restarts.end(len(self._restarts), self._current.children.pids())
        noted = {"at": at, **(asdict(restart) if restart else {"worker": None})}
        self._restarts.append(noted)
        self._write("restart", noted)
        self._tell(f"{at / 60:5.1f} min: {restart.worker} by {restart.by}" if restart else "none")

    def _write(self, kind: str, content: dict[str, object]) -> None:
        self._out.write(json.dumps({"kind": kind, **content}) + "\n")
        self._out.flush()
