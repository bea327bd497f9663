"""The agents in Faust's own test context: bytes in, messages out, and nothing acknowledged before
it is published.
"""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace

import pytest

from infra.settings import Role, Settings
from schemas import Classification, DeadLetter, Torrent
from schemas.topics import CLASSIFIED, DEAD_LETTER, EXTRACTION_REQUESTS
from streams.kafka.publisher import Message
from streams.pipeline.worker import _load_classify, _load_extract, create_app
from tests.support import eventually, torrent


class ListPublisher:
    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def publish(self, messages: Iterable[Message]) -> None:
        self.messages.extend(messages)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def of(self, topic: str) -> Sequence[Message]:
        return [one for one in self.messages if one.topic == topic]


@pytest.fixture
async def app(tmp_path: object) -> SimpleNamespace:
    current = Settings(roles="classify,extract", home=tmp_path, batch_within=0.05)
    made = create_app(current)
    made.finalize()
    made.parts.publisher = publisher = ListPublisher()
    made.parts.handlers = {
        Role.CLASSIFY: _load_classify(current),
        Role.EXTRACT: _load_extract(current),
    }
    return SimpleNamespace(
        app=made, publisher=publisher, agents={name: made.agents[name] for name in made.agents}
    )


def agent_of(app: SimpleNamespace, role: str):  # type: ignore[no-untyped-def]
    return next(agent for name, agent in app.agents.items() if role in name)


async def test_classify_publishes_the_class_and_asks_for_extraction(app: SimpleNamespace) -> None:
    album, program = (
        torrent(),
        torrent("LibreOffice 24.8.4 x64 Multilingual", files=[("setup.exe", 5)]),
    )
    async with agent_of(app, "classify").test_context() as agent:
        for one in (album, program):
            await agent.put(one.to_json(), key=one.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 2), within=20)
    classified = [
        Classification.model_validate_json(one.value or b"")
        for one in app.publisher.of(CLASSIFIED.name)
    ]
    assert [one.verdict.medium for one in classified] == ["audio", "software"]
    assert [one.key for one in app.publisher.of(EXTRACTION_REQUESTS.name)] == [
        album.infohash.encode()
    ]


async def test_a_banned_torrent_leaves_no_trace(app: SimpleNamespace) -> None:
    banned, fine = torrent("mimmo-banned-placeholder"), torrent()
    async with agent_of(app, "classify").test_context() as agent:
        for one in (banned, fine):
            await agent.put(one.to_json(), key=one.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    assert all(
        banned.infohash.encode() not in (one.key, one.value) for one in app.publisher.messages
    )
    assert (
        "placeholder" not in b"".join(one.value or b"" for one in app.publisher.messages).decode()
    )


async def test_bytes_that_are_no_torrent_become_a_dead_letter_and_the_stream_goes_on(
    app: SimpleNamespace,
) -> None:
    fine = torrent()
    async with agent_of(app, "classify").test_context() as agent:
        await agent.put(b"\xff not json", key=b"k", wait=False)
        await agent.put(fine.to_json(), key=fine.infohash.encode(), wait=False)
        await eventually(lambda: _count(app, CLASSIFIED.name, 1), within=20)
    (letter,) = [
        DeadLetter.from_record(m.headers, m.key, m.value)
        for m in app.publisher.of(DEAD_LETTER.name)
    ]
    assert (letter.stage, letter.reason, letter.value) == ("classify", "not_json", b"\xff not json")


async def _count(app: SimpleNamespace, topic: str, count: int) -> bool:
    return len(app.publisher.of(topic)) >= count


def test_torrent_is_what_the_agents_read() -> None:
    assert Torrent.model_validate_json(torrent().to_json()) == torrent()
