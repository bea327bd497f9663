"""The agents in Faust's own test context: batches of bytes in, messages out."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from infra.roles import Role
from infra.settings import Settings
from models.match.errors import IndexDamaged
from schemas import (
    BookMetadata,
    Classification,
    DecidedBy,
    Extraction,
    ExtractionRequest,
    Medium,
    Record,
    SoftwareMetadata,
    Subcategory,
    Verdict,
)
from schemas.topics import CLASSIFIED, DISCOVERED, EXTRACTED, EXTRACTION_REQUESTS, Topic
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread, load_classify, load_extract
from streams.pipeline.channel import Batch, Feed
from streams.pipeline.worker import create_app
from tests.fakes import ListSink, records
from tests.support import eventually, torrent


@pytest.fixture
async def app(tmp_path: object) -> AsyncIterator[SimpleNamespace]:
    current = Settings(roles="classify,extract", home=tmp_path, batch_within=0.05)
    worker = create_app(current)
    worker.finalize()
    publisher = ListSink()
    worker.parts.publisher = publisher
    worker.parts.stages = {
        Role.CLASSIFY: load_classify(worker.parts),
        Role.EXTRACT: load_extract(worker.parts),
    }
    fields = SimpleNamespace(publisher=publisher, agents=dict(worker.agents), done=[])
    yield fields
    # Faust leaves loops to the garbage collector; better here than in the midst of an import.
    del worker, fields.agents
    gc.collect()


def agent_of(app: SimpleNamespace, role: str):  # type: ignore[no-untyped-def]
    return next(agent for name, agent in app.agents.items() if role in name)


def batch(app: SimpleNamespace, *values: bytes, topic: Topic = DISCOVERED) -> Batch:
    """A batch, by default of what classify reads; what is acknowledged stands in `app.done`."""

    async def acknowledge(done: Sequence[Record]) -> None:
        app.done += [(record.value, len(app.publisher.messages)) for record in done]

    return Batch(records(*values, topic=topic.name), acknowledge, asyncio.Lock())


async def test_classify_publishes_the_class_and_asks_for_extraction(app: SimpleNamespace) -> None:
    album, program, pictures = (
        torrent(),
        torrent("LibreOffice 24.8.4 x64 Multilingual", files=[("setup.exe", 5)]),
        torrent("Harbour photographs", files=[(f"{part:03}.jpg", 4) for part in range(24)]),
    )
    async with agent_of(app, "classify").test_context() as agent:
        asked = (album, program, pictures)
        await agent.put(batch(app, *(item.to_json() for item in asked)), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 3), within=20)
    classified = [
        Classification.model_validate_json(sent.value or b"")
        for sent in app.publisher.of(CLASSIFIED.name)
    ]
    assert [result.verdict.medium for result in classified] == [
        "audio",
        "software",
        "other",
    ]
    requests = app.publisher.of(EXTRACTION_REQUESTS.name)
    assert [sent.key for sent in requests] == [
        album.infohash.encode(),
        program.infohash.encode(),
    ]


async def test_books_and_programs_are_extracted_with_their_own_fields(
    app: SimpleNamespace,
) -> None:
    requests = [
        _request("Mary Shelley - The Last Man (1826) [EPUB]", Medium.BOOK, Subcategory.EBOOK),
        _request("Harbour Sketch 4.2.1 x64 Portable", Medium.SOFTWARE, Subcategory.APPLICATION),
    ]
    async with agent_of(app, "extract").test_context() as agent:
        asked = batch(app, *(item.to_json() for item in requests), topic=EXTRACTION_REQUESTS)
        await agent.put(asked, wait=False)
        await eventually(lambda: _count(app, EXTRACTED.name, 2), within=20)
    book, program = (
        Extraction.model_validate_json(sent.value or b"").metadata
        for sent in app.publisher.of(EXTRACTED.name)
    )
    assert isinstance(book, BookMetadata)
    assert (book.author, book.title, book.year) == ("Mary Shelley", "The Last Man", 1826)
    assert isinstance(program, SoftwareMetadata)
    assert (program.title, program.version) == ("Harbour Sketch", "4.2.1")
    assert program.kinds == ("portable",)


def _request(name: str, medium: Medium, subcategory: Subcategory) -> ExtractionRequest:
    verdict = Verdict(
        medium=medium,
        subcategory=subcategory,
        nsfw=False,
        confidence=0.9,
        source=DecidedBy.PATTERNS,
    )
    return ExtractionRequest(torrent=torrent(name), verdict=verdict)


async def test_a_banned_torrent_leaves_no_trace(app: SimpleNamespace) -> None:
    banned, fine = torrent("mimmo-banned-placeholder"), torrent()
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(batch(app, banned.to_json(), fine.to_json()), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    sent = b"".join((item.key or b"") + (item.value or b"") for item in app.publisher.messages)
    assert banned.infohash.encode() not in sent
    assert b"placeholder" not in sent


async def test_bytes_that_are_no_torrent_become_a_dead_letter_and_the_stream_goes_on(
    app: SimpleNamespace,
) -> None:
    fine = torrent()
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(batch(app, b"\xff not json"), wait=False)
        await agent.put(batch(app, fine.to_json()), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    (letter,) = app.publisher.letters
    assert (letter.stage, letter.reason, letter.value) == ("classify", "not_json", b"\xff not json")


async def _count(app: SimpleNamespace, topic: str, count: int) -> bool:
    return len(app.publisher.of(topic)) >= count


async def test_a_banned_torrent_that_cannot_be_read_leaves_no_trace_either(
    app: SimpleNamespace,
) -> None:
    fine = torrent()
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(batch(app, b'{"name": "mimmo banned placeholder"'), wait=False)
        await agent.put(batch(app, fine.to_json()), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    assert app.publisher.letters == []
    assert b"placeholder" not in b"".join(sent.value or b"" for sent in app.publisher.messages)


@pytest.mark.parametrize("error", [IndexDamaged("torn"), MemoryError(), ImportError("gone")])
def test_a_stage_that_is_broken_as_a_whole_blames_no_record(error: Exception) -> None:
    work = InThread(SimpleNamespace(first=frozenset()), ThreadPoolExecutor(1), Progress("test"))
    assert work.blame(error) is None
    assert work.blame(KeyError("a bug")) == "handler_error"


async def test_a_batch_is_acknowledged_when_all_of_its_messages_are_there(
    app: SimpleNamespace,
) -> None:
    first, second = torrent(), torrent("LibreOffice 24.8.4 x64 Multilingual")
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(batch(app, first.to_json(), second.to_json()), wait=False)
        await eventually(lambda: _acknowledged(app, 2), within=20)
    assert [there for _, there in app.done] == [4, 4]


async def _acknowledged(app: SimpleNamespace, count: int) -> bool:
    return len(app.done) >= count


class ListConsumer:
    """Batches from a list; then none, as fast as they are asked for."""

    def __init__(self, *batches: list[Record]) -> None:
        self.waiting = list(batches)

    async def take(self, within: float) -> list[Record]:
        await asyncio.sleep(0)
        return self.waiting.pop(0) if self.waiting else []

    async def commit(self, done: Sequence[Record]) -> None:
        raise AssertionError("nothing is acknowledged here")


async def test_a_feed_that_is_closed_waits_for_the_batch_in_work_and_takes_no_other() -> None:
    (record,) = records(b"v")
    consumer = ListConsumer([], [record], [record])
    feed = Feed(consumer, within=0.01)
    taken = await feed.next()
    assert taken.records == [record]
    async with taken.at_work:
        closing = asyncio.create_task(feed.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
    await asyncio.wait_for(closing, 5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(feed.next(), 0.1)
    assert consumer.waiting == [[record]], "it is left to whoever comes next"
