"""A running pipeline under a steady rate of events, on a stack of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import orjson

from streams.kafka.publisher import Publisher
from tests.benchmarks.live.feed import Feed, Mix
from tests.benchmarks.live.groups import Groups, Waiting
from tests.benchmarks.live.rows import note_commits
from tests.benchmarks.pipeline.processes import cpu_seconds
from tests.benchmarks.pipeline.stand import BenchmarkFailed, Stand, standing

WARM_EVENTS = 300
"""Published before anything counts: models, connections and plans are then there."""
START_SECONDS = 180.0
"""For the first events to be stored; ten seconds on an idle machine."""
DRAIN_SECONDS = 300.0
"""For what is left when the last event was published: a killed worker's share, and a restart."""

STAGES = ("classify", "extract", "match", "store")
Looked = dict[str, Waiting]


class Children:
    """The processes of `streams.run`, as its log names them."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def pids(self) -> dict[str, int]:
        """The process that each name had last."""
        pids = {}
        for line in self._log.read_bytes().splitlines():
            if b'"started"' not in line:
                continue
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError:  # cut short, or not a line of the log
                continue
            if entry.get("event") == "started" and "child" in entry:
                pids[entry["child"]] = int(entry["process"])
        return pids


@dataclass
class Session:
    """What a benchmark works with."""

    stand: Stand
    feed: Feed
    groups: Groups
    children: Children
    mix: Mix
    database: asyncpg.Connection

    def heads(self) -> dict[str, int]:
        """The processes of the system, by part: with all that they started they are all of it."""
        return {**self.stand.servers, "streams.run": self.stand.started[0].pid}

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each part so far; of `streams.run` with its processes, ended ones too."""
        return {name: cpu_seconds(pid) for name, pid in self.heads().items()}

    async def drained(self, seconds: float) -> Looked:
        """Waits until nothing waits for any stage.

        Raises:
            BenchmarkFailed: something still waits after so many seconds, or the pipeline ended.
        """
        deadline = time.monotonic() + seconds
        still = 0
        while True:
            self.stand.check()
            looked = await self.groups.look()
            # Twice: what one stage has just acknowledged may be on its way to the next.
            still = 0 if any(waiting.records for waiting in looked.values()) else still + 1
            if still == 2:
                return looked
            if time.monotonic() > deadline:
                waiting_now = {stage: waiting.records for stage, waiting in looked.items()}
                raise BenchmarkFailed(f"after {seconds:.0f} s there still waits: {waiting_now}")
            await asyncio.sleep(0.5)


@contextmanager
def stage_set() -> Iterator[Stand]:
    """A stack with topics, tables and an index, whose Postgres notes when it commits."""
    with standing(match=True) as stand:
        asyncio.run(note_commits(stand.stack.postgres_dsn))
        stand.stack.stop_postgres()
        stand.stack.start_postgres()
        yield stand


@asynccontextmanager
async def session(
    stand: Stand, mix: Mix, workers: str, environment: dict[str, str]
) -> AsyncIterator[Session]:
    """Starts the pipeline and publishes a first few events, until they are stored.

    Raises:
        BenchmarkFailed: they never are.
    """
    stand.start(
        "run",
        ("streams.run", "--workers", workers),
        {"STREAMS_LOG_FORMAT": "json", **environment},
    )
    database = await asyncpg.connect(stand.stack.postgres_dsn)
    try:
        async with (
            Publisher(stand.settings) as publisher,
            Groups(stand.settings, STAGES) as groups,
        ):
            current = Session(
                stand,
                Feed(mix, publisher),
                groups,
                Children(stand.logs[0]),
                mix,
                database,
            )
            await current.feed.publish(WARM_EVENTS)
            await current.drained(START_SECONDS)
            yield current
    finally:
        await database.close()
