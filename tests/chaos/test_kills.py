"""Killed, joined, left and cut off: nothing is lost, and who cannot go on says so by exit code."""

import asyncio
import random
from types import SimpleNamespace

import pytest

from schemas.topics import DISCOVERED
from streams.kafka.publisher import Publisher, message
from streams.operate.status import look
from tests.support import WORKER, Process, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(600)]


async def publish_slowly(pipeline: SimpleNamespace, count: int, seconds: float) -> set[str]:
    """Publish torrents over some seconds; returns their infohashes."""
    sent = set()
    async with Publisher(pipeline.settings) as publisher:
        steps = 20
        for step in range(steps):
            batch = [
                torrent(f"Invented Song {n} (2006) [FLAC]")
                for n in range(step * count // steps, (step + 1) * count // steps)
            ]
            await publisher.publish(
                message(DISCOVERED, seen.infohash, seen, source="test") for seen in batch
            )
            sent |= {seen.infohash for seen in batch}
            await asyncio.sleep(seconds / steps)
    return sent


async def everything_stored(pipeline: SimpleNamespace, sent: set[str]) -> None:
    async def check() -> bool:
        rows = await pipeline.db.fetch(
            "SELECT encode(infohash, 'hex') AS infohash FROM torrents"
            " JOIN classifications USING (infohash) JOIN extractions USING (infohash)"
        )
        return {row["infohash"] for row in rows} == sent and (await look(pipeline.settings)).drained

    await eventually(check, within=180, what=f"{len(sent)} rows in every table")
    assert await pipeline.db.fetchval("SELECT count(*) FROM dead_letters") == 0


def environment(pipeline: SimpleNamespace) -> dict[str, str]:
    # Without an index match is off; small batches put more commits into the line of fire.
    return {
        **pipeline.environment,
        "STREAMS_ROLES": "classify,extract,store",
        "STREAMS_BATCH_SIZE": "64",
    }


async def test_a_worker_killed_five_times_in_a_replay_loses_nothing(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    settings = {**environment(pipeline), "STREAMS_ROLES": "classify,extract,match,store"}
    publishing = asyncio.create_task(publish_slowly(pipeline, 3_000, 30))
    dice = random.Random(5)
    for number in range(5):
        with running(WORKER, settings, pipeline.logs / f"worker-{number}.log") as worker:
            await eventually(lambda w=worker: ready(w), within=60, what="the worker to be ready")
            await asyncio.sleep(dice.uniform(0.5, 3))
            worker.kill()
    with running(WORKER, settings, pipeline.logs / "last.log") as worker:
        with running(WORKER, settings, pipeline.logs / "second.log") as second:
            await eventually(lambda: ready(second), within=90, what="a second worker to join")
            await asyncio.sleep(3)
            assert second.terminate(90) == 0, second.output[-2000:]
        await everything_stored(pipeline, await publishing)
        assert worker.popen.poll() is None


async def ready(worker: Process) -> bool:
    assert worker.popen.poll() is None, worker.output[-3000:]
    return "Worker ready" in worker.output


async def busy(worker: Process) -> bool:
    return await handled(worker) > 0


async def test_two_workers_share_the_partitions_and_survive_each_others_death(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    settings = {**environment(pipeline), "STREAMS_ROLES": "classify,extract,match,store"}
    with (
        running(WORKER, settings, pipeline.logs / "a.log") as first,
        running(WORKER, settings, pipeline.logs / "b.log") as second,
    ):
        await eventually(lambda: ready(first), within=60, what="the first worker")
        await eventually(lambda: ready(second), within=60, what="the second worker")
        await asyncio.sleep(5)
        sent = await publish_slowly(pipeline, 1_500, 5)
        await everything_stored(pipeline, sent)
        assert await handled(first) > 0
        assert await handled(second) > 0
        second.kill()
        sent |= await publish_slowly_named(pipeline, 200)
        await everything_stored(pipeline, sent)


async def publish_slowly_named(pipeline: SimpleNamespace, count: int) -> set[str]:
    async with Publisher(pipeline.settings) as publisher:
        batch = [torrent(f"Another Song {n} (2007) [MP3]") for n in range(count)]
        await publisher.publish(
            message(DISCOVERED, seen.infohash, seen, source="test") for seen in batch
        )
    return {seen.infohash for seen in batch}


async def handled(worker: Process) -> float:
    """Records that a worker's classify stage handled, from its own metrics."""
    import re

    import aiohttp

    url = re.search(r"metrics=(http://\S+/metrics)", worker.output)
    assert url is not None
    async with aiohttp.ClientSession() as session, session.get(url[1]) as answer:
        text = await answer.text()
    counter = re.search(r'mimmo_records_total\{outcome="done",stage="classify"\} (\S+)', text)
    return float(counter[1]) if counter else 0.0


async def test_an_agent_that_cannot_publish_ends_the_process_with_a_code(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    settings = {
        **environment(pipeline),
        "STREAMS_ROLES": "classify,extract",
        "STREAMS_PUBLISH_TIMEOUT": "5",
    }
    # More than a worker handles until Kafka has stopped: one that is idle has nothing to publish.
    sent = await publish_slowly(pipeline, 8_000, 1)
    with running(WORKER, settings, pipeline.logs / "worker.log") as worker:
        await eventually(lambda: ready(worker), what="the worker")
        await eventually(lambda: busy(worker), what="the worker's first batch")
        pipeline.stack.stop_kafka()
        try:
            assert worker.wait(120) == 1, worker.output[-3000:]
        finally:
            pipeline.stack.start_kafka()
    everything = {**settings, "STREAMS_ROLES": "classify,extract,match,store"}
    with running(WORKER, everything, pipeline.logs / "again.log"):
        await everything_stored(pipeline, sent)


async def test_a_store_whose_postgres_is_gone_ends_with_a_code_and_loses_nothing(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    settings = {
        **environment(pipeline),
        "STREAMS_ROLES": "classify,extract,match,store",
        "STREAMS_RETRY_ATTEMPTS": "3",
    }
    await pipeline.db.execute("ALTER TABLE torrents RENAME TO torrents_away")
    with running(WORKER, settings, pipeline.logs / "worker.log") as worker:
        await eventually(lambda: ready(worker), what="the worker")
        sent = await publish_slowly(pipeline, 100, 1)
        assert worker.wait(120) == 1, worker.output[-3000:]
    await pipeline.db.execute("ALTER TABLE torrents_away RENAME TO torrents")
    with running(WORKER, settings, pipeline.logs / "again.log"):
        await everything_stored(pipeline, sent)


async def test_postgres_that_restarts_is_waited_for(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    settings = {
        **environment(pipeline),
        "STREAMS_ROLES": "classify,extract,match,store",
        "STREAMS_RETRY_ATTEMPTS": "8",
    }
    with running(WORKER, settings, pipeline.logs / "worker.log") as worker:
        await eventually(lambda: ready(worker), what="the worker")
        publishing = asyncio.create_task(publish_slowly(pipeline, 1_000, 8))
        await asyncio.sleep(2)
        pipeline.stack.kill_postgres()
        await asyncio.sleep(2)
        pipeline.stack.start_postgres()
        await pipeline.reconnect()
        await everything_stored(pipeline, await publishing)
        assert worker.popen.poll() is None
