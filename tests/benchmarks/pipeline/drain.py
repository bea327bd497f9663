"""One run: a dump is replayed and drained, and what that took is noted part by part."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.topics import DISCOVERED
from streams.operate.lag import lags
from tests.benchmarks.pipeline import processes, space
from tests.benchmarks.pipeline.scrape import PROCESS, Key, Scraper
from tests.benchmarks.pipeline.stand import BenchmarkFailed, Stand
from tests.benchmarks.pipeline.windows import SAMPLE_EVERY, Sample, Window, sampled, windows
from tests.benchmarks.pipeline.yardstick import Yardstick

BLOCK_EVERY = 8.0
"""Seconds of draining between two blocks of the yardstick."""
_LOOK_EVERY = 0.5
_STALLED = 180.0
"""Seconds in which nothing moved, after which the run is given up."""
_NAMES = 20_000
"""Names that the yardstick draws from."""


@dataclass
class Part:
    """CPU seconds of one part of the pipeline, and the most memory it took."""

    replaying: float = 0.0
    draining: float = 0.0
    starting: float = 0.0
    """Once for a process: imports and models; no part of what a torrent costs."""

    @property
    def cpu(self) -> float:
        """While it replayed and drained."""
        return self.replaying + self.draining


@dataclass
class Stage:
    """CPU seconds of one stage by step, and for how long its batches were in work."""

    cpu: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    records: int = 0

    @property
    def total(self) -> float:
        """CPU of all steps."""
        return sum(self.cpu.values())


@dataclass
class Result:
    """What a run took. Seconds and bytes; CPU is of all cores together."""

    dump: str
    workers: str
    torrents: int = 0
    rows: int = 0
    replay_seconds: float = 0.0
    drain_seconds: float = 0.0
    parsett: float = 0.0
    guessit: float = 0.0
    blocks: list[float] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    compiling: float = 0.0
    """Of Kafka's CPU, what its compiler took."""
    peaks: dict[str, int] = field(default_factory=dict)
    tables: list[space.TableSize] = field(default_factory=list)
    topics: dict[str, int] = field(default_factory=dict)
    dead_letters: int = 0
    windows: list[Window] = field(default_factory=list)
    wal: int = 0
    """Bytes that Postgres wrote to its log."""

    @property
    def spent(self) -> float:
        """CPU milliseconds a torrent, of all parts together."""
        return self.each(sum(part.cpu for part in self.parts.values()))

    def each(self, seconds: float) -> float:
        """Milliseconds a torrent."""
        return seconds / self.torrents * 1000 if self.torrents else 0.0

    @property
    def rate(self) -> float:
        """Torrents a second while it drained."""
        return self.torrents / self.drain_seconds if self.drain_seconds else 0.0


@dataclass(frozen=True)
class Work:
    """What is run: the dump, so many of its rows, and the commands that drain it."""

    dump: Path
    limit: int | None
    label: str
    commands: Sequence[Sequence[str]]


class Run:
    """Replays, drains and measures, on a stand."""

    def __init__(self, stand: Stand, work: Work) -> None:
        self._stand = stand
        self._work = work
        self._result = Result(work.dump.name, work.label)
        self._servers = stand.servers
        self._scraper = Scraper(stand.logs)
        self._samples: list[Sample] = []

    async def measured(self) -> Result:
        """The whole run.

        Raises:
            BenchmarkFailed: a part failed, or nothing moved for minutes.
        """
        written = await self._written()
        before = self._servers_cpu()
        self._replay()
        self._note_servers(before, "replaying")
        stick = Yardstick(await self._names())
        stick.block(guessit=True)
        await self._drain(stick)
        stick.block(guessit=True)
        result = self._result
        result.parsett = stick.parsett.milliseconds
        result.guessit = stick.guessit.milliseconds
        result.blocks = stick.blocks
        result.wal = await self._written() - written
        await self._look_at_disks()
        return result

    def _replay(self) -> None:
        limit = ["--limit", str(self._work.limit)] if self._work.limit else []
        idle = self._stand.run("streams.replay", "--help")
        done = self._stand.run("streams.replay", str(self._work.dump), "--quiet", *limit)
        self._result.parts["replay"] = Part(done.cpu - idle.cpu, 0.0, idle.cpu)
        self._result.replay_seconds = done.seconds
        self._result.peaks["replay"] = done.peak

    async def _names(self) -> list[str]:
        """Names of what was replayed, from the topic."""
        bootstrap = self._stand.settings.kafka_bootstrap
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
        await consumer.start()
        try:
            places = [TopicPartition(DISCOVERED.name, n) for n in range(DISCOVERED.partitions)]
            consumer.assign(places)
            await consumer.seek_to_beginning()
            names: list[str] = []
            while len(names) < _NAMES:
                taken = await consumer.getmany(timeout_ms=2000)
                records = [record for batch in taken.values() for record in batch]
                if not records:
                    break
                names += [orjson.loads(record.value)["name"] for record in records]
        finally:
            await consumer.stop()
        if not names:
            raise BenchmarkFailed("the dump holds no torrent")
        return names

    async def _drain(self, stick: Yardstick) -> None:
        stand = self._stand
        before = self._servers_cpu()
        compiled = processes.compiler_seconds(self._servers["Kafka"])
        for number, command in enumerate(self._work.commands):
            stand.start(f"worker-{number}", command, {})
        connection = await asyncpg.connect(stand.stack.postgres_dsn)
        try:
            paused = await self._until_drained(stick, connection)
        finally:
            await connection.close()
        self._result.windows = windows(self._samples)
        self._note_servers(before, "draining")
        now = processes.compiler_seconds(self._servers["Kafka"])
        self._result.compiling = now - compiled
        self._result.drain_seconds -= paused
        self._note_workers()
        heads = {f"worker {n}": process.pid for n, process in enumerate(stand.started)}
        for label, head in {**self._servers, **heads}.items():
            self._result.peaks |= processes.peak_bytes(label, head)

    async def _sample(
        self, stick: Yardstick, connection: asyncpg.Connection, paused: float
    ) -> None:
        """Notes how far the drain is, now and then."""
        last = self._samples[-1].at + paused if self._samples else 0.0
        if time.monotonic() - last >= SAMPLE_EVERY:
            heads = self._servers | {
                f"workers {n}": process.pid for n, process in enumerate(self._stand.started)
            }
            self._samples.append(await sampled(connection, heads, stick, paused))

    async def _until_drained(self, stick: Yardstick, connection: asyncpg.Connection) -> float:
        """Waits until nothing waits; returns for how long it was paused meanwhile."""
        settings, began, paused = self._stand.settings, 0.0, 0.0
        moved_at = block_at = time.monotonic()
        before: dict[str, int] = {}
        while True:
            self._stand.check()
            self._scraper.look()
            await self._sample(stick, connection, paused)
            now, waiting = time.monotonic(), await lags(settings)
            waiting = {stage: waiting[stage] for stage in waiting if stage in self._wanted()}
            if waiting != before:
                if before and not began:
                    began, block_at = now, now
                before, moved_at = waiting, now
            if began and not any(waiting.values()) and now - moved_at > 2:
                self._result.drain_seconds = moved_at - began
                return paused
            if now - moved_at > _STALLED:
                raise BenchmarkFailed(f"nothing moved for {_STALLED:.0f} s; waiting: {waiting}")
            if began and now - block_at > BLOCK_EVERY and any(waiting.values()):
                with self._stand.paused():
                    stick.block()
                block_at = time.monotonic()
                paused += block_at - now
                moved_at = block_at
            await asyncio.sleep(_LOOK_EVERY)

    def _wanted(self) -> set[str]:
        return {role.value for role in self._stand.settings.roles}

    def _servers_cpu(self) -> dict[str, float]:
        return {name: processes.cpu_seconds(pid) for name, pid in self._servers.items()}

    def _note_servers(self, before: dict[str, float], phase: str) -> None:
        for name, cpu in self._servers_cpu().items():
            part = self._result.parts.setdefault(name, Part(starting=before[name]))
            setattr(part, phase, cpu - before[name])

    def _note_workers(self) -> None:
        counted = self._scraper.since()
        for counts in counted.values():
            self._note_worker(counts)
        heads = [process.pid for process in self._stand.started]
        everything = sum(processes.cpu_seconds(pid) for pid in heads)
        workers = [part for name, part in self._result.parts.items() if name.startswith("worker")]
        working = sum(part.draining for part in workers)
        self._result.parts["worker start"] = Part(starting=everything - working)
        self._result.torrents = self._result.stages["classify"].records

    def _note_worker(self, counts: Counter[Key]) -> None:
        own = {stage for (_, stage, step) in counts if step}
        names = [stage for stage in ("classify", "extract", "match", "store") if stage in own]
        part = self._result.parts.setdefault(f"worker: {', '.join(names) or 'idle'}", Part())
        part.draining += counts["cpu", PROCESS, ""]
        for (kind, name, step), value in counts.items():
            if name == PROCESS:
                continue
            stage = self._result.stages.setdefault(name, Stage())
            if kind == "cpu":
                stage.cpu[step] = stage.cpu.get(step, 0.0) + value
            elif kind == "seconds":
                stage.seconds += value
            elif kind == "records":
                stage.records += int(value)
            else:
                self._result.dead_letters += int(value)

    async def _written(self) -> int:
        """Bytes that were ever written to the log of Postgres."""
        connection = await asyncpg.connect(self._stand.stack.postgres_dsn)
        try:
            query = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
            written: int = await connection.fetchval(query)
        finally:
            await connection.close()
        return written

    async def _look_at_disks(self) -> None:
        connection = await asyncpg.connect(self._stand.stack.postgres_dsn)
        try:
            await connection.execute("CHECKPOINT")
            self._result.rows = await connection.fetchval("SELECT count(*) FROM torrents")
            self._result.tables = await space.tables(connection)
        finally:
            await connection.close()
        self._result.topics = space.topics(self._stand.stack.brokers[0].folder / "data")


def spread(blocks: Sequence[float]) -> str:
    """How much the machine changed between the blocks of the yardstick, for people."""
    low, middle, high = min(blocks), statistics.median(blocks), max(blocks)
    return f"{low:.2f} to {high:.2f}, median {middle:.2f}, {len(blocks)} blocks"
