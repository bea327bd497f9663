"""Every dump format on a real Kafka: killed in the middle and gone on with, nothing is lost."""

import random
import signal
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.postgres.ids import Ids
from infra.postgres.writes import write_torrents
from infra.settings import Settings
from schemas import Flag, Hints, Torrent
from schemas.topics import DISCOVERED
from streams.replay.checkpoint import Checkpoint
from streams.replay.dump import Dump, DumpUnreadable
from streams.replay.formats import AUTO, format_of
from streams.replay.replay import Options, replay
from tests.integration.bitmagnet import SCHEMA, filled
from tests.integration.test_store import classification
from tests.support import running
from tests.unit.replay.dumps import SEEN, KeptSink, csv, infohash, magnetico, replayed
from tests.unit.replay.samples import SAMPLES, Sample

pytestmark = pytest.mark.stack

COUNT = 2_500

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


@pytest.fixture
async def bitmagnet(stack: Any) -> Any:
    """A database with bitmagnet's tables: `.dsn` with a password, and `.db`."""
    owner = await asyncpg.connect(stack.postgres_dsn)
    await owner.execute("DROP DATABASE IF EXISTS bitmagnet_test WITH (FORCE)")
    await owner.execute("CREATE DATABASE bitmagnet_test")
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path="/bitmagnet_test"))
    db = await asyncpg.connect(dsn)
    try:
        await db.execute(SCHEMA)
        yield SimpleNamespace(dsn=dsn, db=db)
    finally:
        await db.close()
        await owner.execute("DROP DATABASE bitmagnet_test WITH (FORCE)")
        await owner.close()


async def test_another_bitmagnet_gives_files_swarm_and_content(
    bitmagnet: SimpleNamespace, tmp_path: Path
) -> None:
    first_key, second_key, third_key, fourth_key = (bytes([0] * 19 + [at]) for at in (1, 2, 3, 4))
    db = bitmagnet.db
    for key, name, status, count in (
        (first_key, "One.ogg", "single", 1),
        (second_key, "Two", "multi", 2),
        (third_key, "Three", "over_threshold", 900),
        (fourth_key, "Four", "no_info", None),
    ):
        await db.execute(
            "INSERT INTO torrents VALUES ($1, $2, 9, false, $3, $4, NULL, to_timestamp($5),"
            " to_timestamp($5))",
            *(key, name, status, count, SEEN),
        )
    files = [(second_key, 1, "b", 5), (second_key, 0, "a", 4), (third_key, 0, "a", 4)]
    await db.executemany("INSERT INTO torrent_files VALUES ($1, $2, $3, $4)", files)
    source = "INSERT INTO torrents_torrent_sources VALUES ($1, $2, NULL, $3, 2, $4, now())"
    await db.execute(source, "dht", first_key, 7, None)
    await db.execute("INSERT INTO torrent_contents VALUES ($1, 'movie', 'tmdb', '17')", first_key)
    replay = await replayed(bitmagnet.dsn, tmp_path)
    first, second, third, fourth = replay.torrents
    assert [(file.path, file.size) for file in first.files or ()] == [("One.ogg", 9)]
    assert first.hints == Hints(category="movie", tmdb=17)
    assert first.swarm is not None
    assert (first.swarm.seeders, first.swarm.leechers) == (7, 2)
    assert first.observed_at.timestamp() == SEEN
    assert [(file.path, file.size) for file in second.files or ()] == [("a", 4), ("b", 5)]
    assert (third.num_files, third.flags) == (900, (Flag.FILES_TRUNCATED,))
    assert (fourth.files, fourth.num_files) == (None, None)
    assert first.provenance.origin == "bitmagnet"
    assert first.provenance.dataset is not None
    assert "postgres:" not in first.provenance.dataset.removeprefix("postgresql:")


async def test_another_bitmagnet_is_gone_on_with_by_infohash(
    bitmagnet: SimpleNamespace, tmp_path: Path
) -> None:
    expected = await filled(bitmagnet.db, 2_300)
    first = await replayed(bitmagnet.dsn, tmp_path, limit=1_234)
    await bitmagnet.db.execute(
        "INSERT INTO torrents VALUES ($1, 'New', 5, false, 'no_info', NULL, NULL, now(), now())",
        bytes(20),
    )
    second = await replayed(bitmagnet.dsn, tmp_path, resume=True)
    infohashes = [torrent.infohash for torrent in first.torrents + second.torrents]
    assert len(infohashes) == len(set(infohashes))
    assert set(infohashes) == expected
    assert second.summary.fraction is not None


async def test_a_database_that_is_no_bitmagnet_or_does_not_answer_is_one_line_without_secrets(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    secret = "s3cr3t"
    for dsn in (
        database.dsn,
        f"postgresql://me:{secret}@127.0.0.1:9/x",
        f"postgresql://me:{secret}@127.0.0.1:port{secret}/x",
        f"postgresql://me:{secret}@[::bad/x",
    ):
        with pytest.raises(DumpUnreadable) as refused:
            await replayed(dsn, tmp_path)
        assert "postgresql://" in str(refused.value)
        assert secret not in str(refused.value)


async def test_only_new_leaves_out_what_is_stored(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(50))
    stored = (await replayed(path, tmp_path / "first", limit=20)).torrents
    ids = Ids()
    await ids.learn(database.db, [classification(torrent, "album") for torrent in stored])
    await write_torrents(database.db, stored, ids)
    sink = KeptSink()
    settings = Settings(home=tmp_path / "second", postgres_dsn=database.dsn)
    summary = await replay(Options(str(path), only_new=True), settings, sink=sink)
    assert [torrent.name for torrent in sink.torrents] == [f"Name {at}" for at in range(20, 50)]
    assert dict(summary.passed) == {"already stored": 20}
    assert summary.read == 50


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


async def killed_and_gone_on_with(
    dump: Path | str, pipeline: SimpleNamespace, read: Read, tmp_path: Path
) -> set[str]:
    """What is in Kafka after two kills in the middle and a run to the end."""
    opened = Dump(str(dump))
    form = format_of(opened, AUTO).name
    opened.close()
    saved = Checkpoint(pipeline.settings.checkpoint_dir, opened.path or opened.name, form)
    command = ["streams.replay", str(dump), "--resume", "--quiet", "--rate", "1500"]
    dice = random.Random(5)
    for _ in range(2):
        before = saved.read()
        with running(command, pipeline.environment, tmp_path / "replay.log") as process:
            end = time.monotonic() + 90
            while saved.read() == before and process.popen.poll() is None:
                assert time.monotonic() < end, process.output
                time.sleep(0.01)  # noqa: ASYNC251 (nothing else runs here)
            time.sleep(dice.uniform(0, 0.3))  # noqa: ASYNC251
            process.kill()
        assert process.popen.returncode == -signal.SIGKILL, process.output
        assert saved.read().records < COUNT
    in_kafka = {torrent.infohash for torrent in await read()}
    assert len(in_kafka) >= 1, "what was acknowledged is there"
    with running([*command[:-1], "100000"], pipeline.environment, tmp_path / "end.log") as process:
        assert process.wait(90) == 0, process.output
    return {torrent.infohash for torrent in await read()}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
async def test_kills_lose_nothing_whatever_the_format(
    pipeline: SimpleNamespace, topic: Read, tmp_path: Path, sample: Sample
) -> None:
    dump, expected = sample(tmp_path, COUNT)
    assert await killed_and_gone_on_with(dump, pipeline, topic, tmp_path) == expected


async def test_kills_lose_nothing_of_another_bitmagnet(
    pipeline: SimpleNamespace, topic: Read, tmp_path: Path, bitmagnet: SimpleNamespace
) -> None:
    expected = await filled(bitmagnet.db, COUNT)
    assert await killed_and_gone_on_with(bitmagnet.dsn, pipeline, topic, tmp_path) == expected
