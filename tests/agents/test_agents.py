"""The agents in Faust's own test context: bytes in, messages out."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from infra.settings import Role, Settings
from models.match.errors import IndexDamaged
from schemas import Classification, Torrent
from schemas.topics import CLASSIFIED, EXTRACTION_REQUESTS
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread, load_classify, load_extract
from streams.pipeline.worker import create_app
from tests.fakes import ListSink
from tests.support import eventually, torrent


@pytest.fixture
async def app(tmp_path: object) -> SimpleNamespace:
    current = Settings(roles="classify,extract", home=tmp_path, batch_within=0.05)
    worker = create_app(current)
    worker.finalize()
    publisher = ListSink()
    worker.parts.publisher = publisher
    worker.parts.stages = {
        Role.CLASSIFY: load_classify(worker.parts),
        Role.EXTRACT: load_extract(worker.parts),
    }
    return SimpleNamespace(app=worker, publisher=publisher, agents=dict(worker.agents))


def agent_of(app: SimpleNamespace, role: str):  # type: ignore[no-untyped-def]
    return next(agent for name, agent in app.agents.items() if role in name)


async def test_classify_publishes_the_class_and_asks_for_extraction(app: SimpleNamespace) -> None:
    album, program = (
        torrent(),
        torrent("LibreOffice 24.8.4 x64 Multilingual", files=[("setup.exe", 5)]),
    )
    async with agent_of(app, "classify").test_context() as agent:
        for item in (album, program):
            await agent.put(item.to_json(), key=item.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 2), within=20)
    classified = [
        Classification.model_validate_json(sent.value or b"")
        for sent in app.publisher.of(CLASSIFIED.name)
    ]
    assert [result.verdict.medium for result in classified] == ["audio", "software"]
    requests = app.publisher.of(EXTRACTION_REQUESTS.name)
    assert [sent.key for sent in requests] == [album.infohash.encode()]


async def test_a_banned_torrent_leaves_no_trace(app: SimpleNamespace) -> None:
    banned, fine = torrent("mimmo-banned-placeholder"), torrent()
    async with agent_of(app, "classify").test_context() as agent:
        for item in (banned, fine):
            await agent.put(item.to_json(), key=item.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    sent = b"".join((item.key or b"") + (item.value or b"") for item in app.publisher.messages)
    assert banned.infohash.encode() not in sent
    assert b"placeholder" not in sent


async def test_bytes_that_are_no_torrent_become_a_dead_letter_and_the_stream_goes_on(
    app: SimpleNamespace,
) -> None:
    fine = torrent()
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(b"\xff not json", key=b"k", wait=False)
        await agent.put(fine.to_json(), key=fine.infohash.encode(), wait=False)
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
        await agent.put(b'{"name": "mimmo banned placeholder"', key=b"k", wait=False)
        await agent.put(fine.to_json(), key=fine.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    assert app.publisher.letters == []
    assert b"placeholder" not in b"".join(sent.value or b"" for sent in app.publisher.messages)


@pytest.mark.parametrize("error", [IndexDamaged("torn"), MemoryError(), ImportError("gone")])
def test_a_stage_that_is_broken_as_a_whole_blames_no_record(error: Exception) -> None:
    work = InThread(
        Torrent, SimpleNamespace(first=frozenset()), ThreadPoolExecutor(1), Progress("test")
    )
    assert work.blame(error) is None
    assert work.blame(KeyError("a bug")) == "handler_error"
