"""Fixtures: the local stack once a session, and for each test a database and groups of its own."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.local import stack as local
from infra.postgres.migrate import migrate
from infra.roles import EMBED_SUFFIX, SHARE_SUFFIX, TAGS_SUFFIX
from infra.settings import Settings
from models import registry
from models.extract.llm import llama
from models.fetch import fetch
from models.match.dump import Dump
from models.match.entities import Kind
from schemas.topics import TOPICS
from streams.kafka.admin import create_topics
from streams.musicbrainz.catalogue import Sources, import_index
from tests.support import ROOT


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Stack]:
    """Kafka and Postgres, started for this session and stopped after it."""
    yield from stack_at(tmp_path_factory.mktemp("stack"))


def stack_at(folder: Path, *, brokers: int = 1) -> Iterator[local.Stack]:
    """A stack for as long as it is looked at: for a fixture that overrides `stack`, too."""
    running = local.up(folder, brokers=brokers)
    try:
        yield running
    finally:
        running.down()


@pytest.fixture
async def pipeline(stack: local.Stack, tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """Groups that see nothing old and an empty, migrated database.

    `.settings`, `.environment` for subprocesses, `.db` to look with.
    """
    name = f"test_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(stack.postgres_dsn)
    await owner.execute(f"CREATE DATABASE {name}")
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path=f"/{name}"))
    db = await asyncpg.connect(dsn)
    await migrate(db)
    await create_topics(Settings(kafka_bootstrap=stack.kafka_bootstrap))
    await skip_what_is_there(stack.kafka_bootstrap, name)
    environment = {
        "STREAMS_HOME": str(tmp_path / "home"),
        "STREAMS_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
        "STREAMS_POSTGRES_DSN": dsn,
        "STREAMS_GROUP": name,
        "STREAMS_BATCH_WITHIN": "0.1",
    }
    values = {key.removeprefix("STREAMS_").lower(): value for key, value in environment.items()}
    pipe = SimpleNamespace(
        settings=Settings(**values),
        environment=environment,
        db=db,
        home=tmp_path / "home",
        logs=tmp_path,
        stack=stack,
    )

    async def reconnect() -> None:
        pipe.db = await asyncpg.connect(dsn)

    pipe.reconnect = reconnect
    try:
        yield pipe
    finally:
        await pipe.db.close()
        if owner.is_closed():
            owner = await asyncpg.connect(stack.postgres_dsn)
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()


async def skip_what_is_there(bootstrap: str, group: str) -> None:
    """Let a test's groups start where the topics end now.

    Topics are shared, since Kafka deletes them at its leisure.
    """
    suffixes = ("", "-store", "-llm", TAGS_SUFFIX, SHARE_SUFFIX, EMBED_SUFFIX)
    for name in (f"{group}{suffix}" for suffix in suffixes):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=name, enable_auto_commit=False
        )
        await consumer.start()
        try:
            places = [
                TopicPartition(topic.name, number)
                for topic in TOPICS.values()
                for number in range(topic.partitions)
            ]
            consumer.assign(places)
            await consumer.commit(await consumer.end_offsets(places))
        finally:
            await consumer.stop()


@pytest.fixture
def music_index(pipeline: SimpleNamespace) -> None:
    """The sample MusicBrainz index, so that match runs."""
    sample = ROOT / "streams" / "lab" / "sample" / "musicbrainz"
    artists, groups = (
        Dump(sample / "artist.tar.xz", Kind.ARTIST),
        Dump(sample / "release-group.tar.xz", Kind.RELEASE_GROUP),
    )
    import_index(pipeline.settings.index_dir, Sources(artists, groups))


@pytest.fixture(scope="session")
def weights() -> Path:
    """SmolLM2 in Q8_0, brought and made where it is missing, on a llama.cpp that runs.

    Where that is not to be had, tests that need it are skipped with the reason. In CI it is to be
    had, and they fail.
    """
    manifest = registry.load("smollm2")
    folder = Path(os.environ.get("STREAMS_HOME", ".mimmo")) / "weights"
    try:
        fetch(manifest, folder)
        base = registry.file_path(manifest, "q8_0", folder).resolve()
        llama.require(folder, base, registry.file_path(manifest, "adapter"))
    except registry.WeightsError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return base
