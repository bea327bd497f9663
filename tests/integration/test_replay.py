"""Replay on a real Kafka: what is in a dump is in the topic, whatever the format and the kills."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.replay.checkpoint import Checkpoint
from streams.replay.replay import Options, replay
from tests.support import running
from tests.unit.replay.dumps import csv, infohash, magnetico

pytestmark = pytest.mark.stack

Read = Callable[[], Coroutine[Any, Any, list[Torrent]]]


@pytest.fixture
async def topic(pipeline: SimpleNamespace) -> Read:
    """What was published since the test began."""
    places = [TopicPartition(DISCOVERED.name, at) for at in range(DISCOVERED.partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=pipeline.settings.kafka_bootstrap)
    await consumer.start()
    try:
        starts = await consumer.end_offsets(places)
    finally:
        await consumer.stop()

    async def read() -> list[Torrent]:
        consumer = AIOKafkaConsumer(bootstrap_servers=pipeline.settings.kafka_bootstrap)
        await consumer.start()
        try:
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            for place, offset in starts.items():
                consumer.seek(place, offset)
            torrents: list[Torrent] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                batches = await consumer.getmany(timeout_ms=500)
                for records in batches.values():
                    torrents += [Torrent.model_validate_json(record.value) for record in records]
            return torrents
        finally:
            await consumer.stop()

    return read


async def test_a_magnetico_database_is_in_the_topic_with_its_files(
    pipeline: SimpleNamespace, topic: Read, tmp_path: Path
) -> None:
    rows = (
        (number.to_bytes(20, "big"), f"Name {number}", 7, [(f"{number}/a.mp3", 3), ("b.mp3", 4)])
        for number in range(2_500)
    )
    dump = magnetico(tmp_path / "database.sqlite3", rows, wal=True)
    summary = await replay(Options(str(dump)), pipeline.settings)
    assert (summary.published, summary.fault, summary.exit_code) == (2_500, None, 0)
    torrents = {torrent.infohash: torrent for torrent in await topic()}
    assert set(torrents) == {infohash(number) for number in range(2_500)}
    torrent = torrents[infohash(77)]
    assert [(file.path, file.size) for file in torrent.files or ()] == [
        ("77/a.mp3", 3),
        ("b.mp3", 4),
    ]
    assert torrent.provenance.origin == "magnetico"


async def test_kills_lose_nothing_and_the_checkpoint_is_never_ahead_of_kafka(
    pipeline: SimpleNamespace, topic: Read, tmp_path: Path
) -> None:
    count = 12_000
    dump = tmp_path / "torrents.csv"
    dump.write_text(csv(count))
    saved = Checkpoint(pipeline.settings.checkpoint_dir, dump, "torrents.csv")
    command = ["streams.replay", str(dump), "--resume", "--rate", "4000", "--quiet"]
    pauses = random.Random(5)
    for _ in range(3):
        before = saved.read()
        log = tmp_path / "replay.log"
        with running(command, pipeline.environment, log) as process:
            end = time.monotonic() + 60
            while saved.read() == before and process.popen.poll() is None:
                assert time.monotonic() < end, process.output
                time.sleep(0.01)  # noqa: ASYNC251 (nothing else runs here)
            time.sleep(pauses.uniform(0, 0.3))  # noqa: ASYNC251
            process.kill()
        assert process.popen.returncode == -signal.SIGKILL, process.output
        in_kafka = {torrent.infohash for torrent in await topic()}
        assert {infohash(number) for number in range(saved.read().records)} <= in_kafka
    with running([*command[:-2], "100000"], pipeline.environment, tmp_path / "last.log") as process:
        assert process.wait(60) == 0, process.output
    counts = Counter(torrent.infohash for torrent in await topic())
    assert set(counts) == {infohash(number) for number in range(count)}
    assert max(counts.values()) <= 4, "a kill repeats the batch in hand, and no more"
