"""The consumers of `examples/consumers`, which know nothing of our code, on a real broker."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from infra.local import jars
from infra.local.errors import DownloadError
from infra.settings import Settings
from schemas import LinkStatus, Match, Method, Verdict
from schemas.topics import CLASSIFIED, EXTRACTED, LINKED
from streams.kafka.admin import create_topics
from streams.kafka.client import client_options
from tests.integration import secured as stacks
from tests.support import ROOT, classified, eventually, extracted, linked, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

CONSUMERS = ROOT / "examples" / "consumers"
BUILD_SECONDS = 420.0
"""A first build of the Go example compiles the standard library: a minute on two idle cores."""
READ_SECONDS = 120.0

Record = tuple[str, str, bytes | None]
"""Topic, key and value."""

ALBUM = torrent("Paper Lighthouse - Low Tide (2006) [FLAC] 低潮 «$(date)» \"'<b>")
LAST = torrent("Aurora Vale - Harbour Songs (2014) [FLAC]")
VERDICT = Verdict.model_validate(
    {
        "medium": "audio",
        "subcategory": "album",
        "confidence": 0.97,
        "source": "patterns",
        "rule": "audio.album.lossless",
    }
)


def records() -> tuple[list[Record], dict[tuple[str, str], list[Any]], int]:
    """What is published, what is to be printed of each topic and key in order, and what is skipped.

    A result is printed as its own part of the event, a tombstone as None.
    """
    key = ALBUM.infohash
    first = classified(ALBUM, VERDICT)
    later = {"observed_at": ALBUM.observed_at + timedelta(milliseconds=500)}
    second, third, again = (
        first.model_copy(update=update)
        for update in ({"revision": 2}, {"revision": 1, **later}, {"revision": 3})
    )
    values = [
        first,
        second,
        second,  # compaction and redelivery: the same again
        first.model_copy(update={"method": Method.LLM}),  # an older revision knows less
        first.model_copy(update={"observed_at": ALBUM.observed_at - timedelta(days=1)}),
        third,  # half a second newer: sorted as text it would be older
        again,
    ]
    events: list[Record] = [(CLASSIFIED.name, key, value.to_json()) for value in values]
    guessed = {**json.loads(again.to_json()), "method": "guess"}
    broken = (b"{", b"[1]", b"null", b"\xff\xfe", json.dumps(guessed).encode())
    events += [(CLASSIFIED.name, key, value) for value in broken]
    events += [(CLASSIFIED.name, key, None), (CLASSIFIED.name, key, first.to_json())]

    read = extracted(
        ALBUM, metadata={"subcategory": "album", "album_name": "Low Tide", "year": 2006}
    )
    by_llm = read.model_copy(update={"method": Method.LLM})
    events += [(EXTRACTED.name, key, event.to_json()) for event in (read, by_llm, read)]

    link = linked(read, Match(status=LinkStatus.NONE))
    links = [
        link.model_copy(update={"reference_date": day})
        for day in (None, date(2026, 10, 3), date(2026, 9, 5), date(2026, 10, 17))
    ]
    events += [(LINKED.name, key, event.to_json()) for event in links]

    verdict = json.loads(first.to_json())["verdict"]
    metadata = json.loads(read.to_json())["metadata"]
    match = json.loads(link.to_json())["match"]
    printed = {
        (CLASSIFIED.name, key): [verdict, verdict, verdict, None, verdict],
        (EXTRACTED.name, key): [metadata, metadata],
        (LINKED.name, key): [match, match, match],
    }
    return events, printed, len(broken)


async def publish(settings: Settings, events: Sequence[Record]) -> None:
    """Publish records as our own publisher would: compressed, to the partition of their key."""
    producer = AIOKafkaProducer(**client_options(settings), compression_type="zstd", acks="all")
    await producer.start()
    try:
        for topic, key, value in events:
            await producer.send_and_wait(topic, value, key=key.encode())
    finally:
        await producer.stop()


async def is_read(settings: Settings, group: str) -> bool:
    """Whether a group has committed all that there is of the three topics."""
    consumer = AIOKafkaConsumer(
        **client_options(settings), group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = [
            TopicPartition(topic.name, number)
            for topic in (CLASSIFIED, EXTRACTED, LINKED)
            for number in range(topic.partitions)
        ]
        ends = await consumer.end_offsets(places)
        return all([(await consumer.committed(at) or 0) >= end for at, end in ends.items()])
    finally:
        await consumer.stop()


def brought(command: list[str], folder: Path, *, faults: Sequence[str]) -> None:
    """Fetch packages; skips the test where they are not to be had, fails where they are wrong."""
    done = subprocess.run(
        command, cwd=folder, text=True, capture_output=True, timeout=BUILD_SECONDS, check=False
    )
    said = done.stdout + done.stderr
    assert not any(fault in said for fault in faults), said
    if done.returncode:
        pytest.skip(f"`{' '.join(command)}` brings no packages: {said.strip()[-300:]}")


def made(command: list[str], folder: Path) -> None:
    """Compile; what does not compile is a fault."""
    done = subprocess.run(
        command, cwd=folder, text=True, capture_output=True, timeout=BUILD_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def tool(name: str) -> str:
    """The path of a program; skips the test where it is missing."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def python(folder: Path) -> list[str]:
    return [sys.executable, str(folder / "consumer.py")]


def go(folder: Path) -> list[str]:
    program = tool("go")
    brought([program, "mod", "download"], folder, faults=["checksum mismatch", "SECURITY ERROR"])
    made([program, "build", "-mod=readonly", "-o", "consumer", "."], folder)
    return [str(folder / "consumer")]


def node(folder: Path) -> list[str]:
    program = tool("node")
    brought([tool("npm"), "ci", "--no-audit"], folder, faults=["EUSAGE", "EINTEGRITY"])
    return [program, str(folder / "consumer.js")]


def java(folder: Path) -> list[str]:
    compiler = tool("javac")
    try:
        path = os.pathsep.join(map(str, jars.fetched(jars.repository())))
    except DownloadError as error:
        pytest.skip(str(error))
    made([compiler, "-cp", path, "-d", "classes", "Consumer.java", "Options.java"], folder)
    return [tool("java"), "-cp", os.pathsep.join([path, str(folder / "classes")]), "Consumer"]


@pytest.fixture(scope="module", params=[python, go, node, java], ids=lambda make: make.__name__)
def command(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What runs an example, made in a copy so that nothing is left in the repository."""
    name = request.param.__name__
    folder = tmp_path_factory.mktemp("examples") / name
    shutil.copytree(CONSUMERS / name, folder, ignore=shutil.ignore_patterns("node_modules"))
    return request.param(folder)


@asynccontextmanager
async def consuming(
    command: list[str], settings: Settings, environment: dict[str, str], group: str, log: Path
) -> AsyncIterator[SimpleNamespace]:
    """An example that has read everything and was told to stop: `.rows`, `.skipped`."""
    out, err = log / f"{group}.out", log / f"{group}.err"
    given = {key: text for key, text in os.environ.items() if not key.startswith("STREAMS_")}
    with out.open("wb") as output, err.open("wb") as errors:
        process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
            command,
            env={**given, **environment, "GROUP": group, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:

            async def has_read() -> bool:
                assert process.poll() is None, err.read_text(errors="replace")[-3000:]
                return await is_read(settings, group)

            await eventually(has_read, within=READ_SECONDS, what=f"{command[0]} reading all")
            process.send_signal(signal.SIGINT)
            code = await asyncio.to_thread(process.wait, READ_SECONDS)
            assert code in (0, 130), err.read_text(errors="replace")[-3000:]
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(30)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    skipped = [
        line for line in err.read_text(errors="replace").splitlines() if "skipped torrents." in line
    ]
    yield SimpleNamespace(rows=rows, skipped=skipped)


def kept(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """What was printed of each topic and key."""
    printed: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        result = None if row.get("gone") else row["result"]
        printed.setdefault((row["topic"], row["infohash"]), []).append(result)
    return printed


async def test_an_example_prints_what_is_newer_and_goes_on_where_it_was_stopped(
    command: list[str], pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    settings, group = pipeline.settings, pipeline.settings.group
    events, printed, broken = records()
    await publish(settings, events)
    async with consuming(command, settings, pipeline.environment, group, tmp_path) as first:
        assert kept(first.rows) == printed
        assert len(first.skipped) == broken
        names = {row["name"] for row in first.rows if row.get("name")}
        assert names == {ALBUM.name}

    await publish(settings, [(CLASSIFIED.name, LAST.infohash, classified(LAST, VERDICT).to_json())])
    async with consuming(command, settings, pipeline.environment, group, tmp_path) as second:
        assert [row["name"] for row in second.rows] == [LAST.name]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A broker with TLS and users: `.environment`, `.settings`."""
    stack = stacks.up(tmp_path_factory.mktemp("secured"))
    try:
        values = {
            name.removeprefix("STREAMS_").lower(): text
            for name, text in stack.environment.items()
            if name.startswith("STREAMS_KAFKA_")
        }
        yield SimpleNamespace(environment=stack.environment, settings=Settings(**values))
    finally:
        stack.down()


async def test_an_example_reads_from_a_secured_kafka(
    command: list[str], secured: SimpleNamespace, tmp_path: Path
) -> None:
    await create_topics(secured.settings)
    group = f"example-{Path(command[0]).name}"
    await publish(
        secured.settings, [(CLASSIFIED.name, LAST.infohash, classified(LAST, VERDICT).to_json())]
    )
    async with consuming(
        command, secured.settings, secured.environment, group, tmp_path
    ) as reading:
        assert {row["name"] for row in reading.rows} == {LAST.name}


def test_the_java_example_names_the_jars_that_its_test_runs_with() -> None:
    text = (CONSUMERS / "java" / "pom.xml").read_text(encoding="utf-8")
    named = {path.split("/")[-3]: path.split("/")[-2] for path in jars.locked()}
    for artifact in ("kafka-clients", "jackson-databind", "slf4j-simple"):
        assert f"<artifactId>{artifact}</artifactId>" in text
        assert f"<version>{named[artifact]}</version>" in text
