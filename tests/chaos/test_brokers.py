"""Three brokers, of which some are killed under load: nothing is lost, and nobody helps.

`BROKER_KILLS=3 BROKER_RATE=100 python -m pytest tests/chaos/test_brokers.py -s` kills each of them,
under a heavier load, and says how long each step took.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.local import stack as local
from schemas.topics import DISCOVERED, TOPICS
from streams.kafka.admin import present_topics
from tests.chaos.proofs import everything_is_a_row, invented, nothing_is_there_twice, write
from tests.chaos.supervisor import Command, Supervisor
from tests.conftest import stack_at
from tests.support import Process, eventually, running

KILLS = int(os.environ.get("BROKER_KILLS", "2"))
RATE = int(os.environ.get("BROKER_RATE", "40"))
"""Torrents a second, from before the first kill until after the last one."""

MOST = 100_000
"""Rows that there are; the first test takes as many as come while it lasts."""

RUN = ["streams.run", "--workers", "1"]

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Stack]:
    """Three brokers of these tests' own, and Postgres."""
    yield from stack_at(tmp_path_factory.mktemp("brokers"), brokers=3)


class Stream(Thread):
    """A named pipe that is filled with rows of a dump until `end()`; whoever reads ends then."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        os.mkfifo(path)
        self.path = path
        self.sent: set[str] = set()
        self._ended = Event()

    def run(self) -> None:
        with self.path.open("w", encoding="utf-8") as pipe:
            for row in invented(MOST, seed=21):
                if self._ended.wait(1 / RATE):
                    return
                pipe.write(json.dumps(row, ensure_ascii=False) + "\n")
                pipe.flush()
                self.sent.add(str(row["infohash"]))

    def end(self) -> None:
        self._ended.set()
        self.join(60)


def environment(pipeline: SimpleNamespace) -> dict[str, str]:
    # Small batches put more commits into the line of fire; a worker that Kafka keeps waiting gives
    # up soon, so that these tests see how it comes back.
    return {
        **pipeline.environment,
        "STREAMS_BATCH_SIZE": "64",
        "STREAMS_PUBLISH_TIMEOUT": "20",
    }


async def stored(pipeline: SimpleNamespace) -> int:
    return int(await pipeline.db.fetchval("SELECT count(*) FROM classifications"))


async def grows(pipeline: SimpleNamespace, by: int) -> None:
    """Wait until so many more torrents are stored."""
    aim = await stored(pipeline) + by

    async def has_grown() -> bool:
        return await stored(pipeline) >= aim

    await eventually(has_grown, within=120, what=f"{aim} rows")


async def in_sync(pipeline: SimpleNamespace) -> None:
    """Wait until every copy is up to date, as an operator does before the next broker stops."""

    async def is_in_sync() -> bool:
        states = await present_topics(pipeline.settings)
        assert {states[name].copies for name in TOPICS} == {3}
        return not any(state.behind for state in states.values())

    await eventually(is_in_sync, within=120, what="every copy to be up to date")


async def discovered(pipeline: SimpleNamespace) -> int:
    """How many records were ever sent to the first topic."""
    places = [TopicPartition(DISCOVERED.name, number) for number in range(DISCOVERED.partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=pipeline.settings.kafka_bootstrap)
    await consumer.start()
    try:
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


async def ready(run: Process) -> bool:
    assert run.popen.poll() is None, run.output[-3000:]
    return "Worker ready" in run.output


async def test_one_broker_after_another_is_killed_and_nobody_has_to_do_anything_about_it(
    pipeline: SimpleNamespace, music_index: None, tmp_path: Path
) -> None:
    settings, stack = environment(pipeline), pipeline.stack
    before = await discovered(pipeline)
    stream = Stream(tmp_path / "stream.jsonl")
    replay = ["streams.replay", str(stream.path), "--format", "jsonl"]
    with (
        running(RUN, settings, tmp_path / "run.log") as run,
        running(replay, settings, tmp_path / "replay.log") as replaying,
    ):
        stream.start()
        await eventually(lambda: ready(run), within=120, what="the worker")
        for number in range(1, KILLS + 1):
            await grows(pipeline, 20)
            began = time.monotonic()
            stack.kill_kafka(number)
            await grows(pipeline, 200)
            print(f"broker {number}: 200 rows {time.monotonic() - began:.0f} s after its death")  # noqa: T201
            await asyncio.to_thread(local.up, stack.home)
            await in_sync(pipeline)
            print(f"broker {number}: in sync {time.monotonic() - began:.0f} s after its death")  # noqa: T201
        stream.end()
        assert replaying.wait(120) == 0, replaying.output[-3000:]
        await everything_is_a_row(pipeline, stream.sent)
        print(f"{len(stream.sent)} torrents, all stored")  # noqa: T201
        assert run.popen.poll() is None, run.output[-3000:]
        print(f"the worker was started {run.output.count('Worker ready')} times")  # noqa: T201
        assert run.terminate() == 0, run.output[-3000:]
    await nothing_is_there_twice(pipeline)
    sent = await discovered(pipeline) - before
    assert sent == len(stream.sent), "a producer that is idempotent sends nothing twice"


async def test_with_two_of_three_dead_everything_waits_and_goes_on_by_itself(
    pipeline: SimpleNamespace, music_index: None, tmp_path: Path
) -> None:
    rows = list(invented(2_000, seed=22))
    expected = {str(row["infohash"]) for row in rows}
    dump = tmp_path / "dump.jsonl"
    write(dump, rows)
    settings, stack = {**environment(pipeline), "STREAMS_PUBLISH_TIMEOUT": "8"}, pipeline.stack
    replay = ["streams.replay", str(dump), "--resume", "--rate", "50"]
    command = Command("replay", replay, settings, tmp_path)
    with running(RUN, settings, tmp_path / "run.log") as run:
        await eventually(lambda: ready(run), within=120, what="the worker")
        async with Supervisor([command]) as supervisor:
            await grows(pipeline, 100)
            stack.kill_kafka(2, 3)
            await eventually(lambda: stands_still(pipeline), every=0, what="the pipeline to stop")
            await asyncio.sleep(15)  # longer than a worker waits for Kafka
            assert run.popen.poll() is None, run.output[-3000:]
            assert await stored(pipeline) < len(expected)
            await asyncio.to_thread(local.up, stack.home)

            async def is_replayed() -> bool:
                return 0 in command.codes

            await eventually(is_replayed, within=180, what="the replay to run to its end")
            await supervisor.release("replay")
        await everything_is_a_row(pipeline, expected)
        print(f"the worker was started {run.output.count('Worker ready')} times")  # noqa: T201
        print(f"the replay ended with {command.codes}")  # noqa: T201
        assert run.terminate() == 0, run.output[-3000:]
    await nothing_is_there_twice(pipeline)


async def stands_still(pipeline: SimpleNamespace) -> bool:
    before = await stored(pipeline)
    await asyncio.sleep(5)
    return await stored(pipeline) == before
