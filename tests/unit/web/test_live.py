"""What is told to those who look at the live page."""

import asyncio
import socket
from contextlib import AsyncExitStack
from types import SimpleNamespace

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from fastapi import HTTPException, Request

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Verdict
from schemas.topics import CLASSIFIED
from streams.pipeline.latest import MOST, newest
from streams.web.live import MOST_OF_ONE, WAITING, Live, TooMany
from streams.web.pages.live import events, told
from tests.support import classified, torrent

AWAY = Settings(kafka_bootstrap="127.0.0.1:1")


def event(name: str, *, nsfw: bool = False) -> bytes:
    verdict = Verdict(
        medium="video", subcategory="movie", confidence=0.9, source="patterns", nsfw=nsfw
    )
    return classified(torrent(name), verdict).model_dump_json().encode()


async def test_adult_banned_and_broken_events_are_left_out() -> None:
    live = Live(AWAY, BanList.load())
    async with live.watching() as queue:
        for value in (
            event("After Dark", nsfw=True),
            event("Mimmo_Banned.Placeholder 2024"),
            b"{",
            None,
            event("Metropolis 1927"),
        ):
            live._take(value)
        assert queue.qsize() == 1
        seen = queue.get_nowait()
        assert seen is not None
        assert seen.name == "Metropolis 1927"


async def test_one_who_is_slow_misses_the_oldest_and_makes_nobody_wait() -> None:
    live = Live(AWAY)
    async with live.watching() as slow:
        for number in range(WAITING + 5):
            live._take(event(f"Tide {number}"))
        assert slow.qsize() == WAITING
        first = slow.get_nowait()
        assert first is not None
        assert first.name == "Tide 5"


async def test_a_name_is_one_line_of_json_and_the_stream_ends_when_told() -> None:
    live = Live(AWAY)
    async with live.watching() as queue:
        live._take(event("a <b>\u2029 data: x"))
        live.end()
        lines = [text async for text in told(live, queue)]
    assert lines[0] == b"retry: 5000\n\n"
    assert lines[1].startswith(b'event: torrent\ndata: {"infohash":')
    assert lines[1].count(b"\n") == 3
    assert len(lines) == 2


async def test_the_consumer_ends_with_the_last_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.web.live.MOST_WATCHERS", 1)
    live = Live(AWAY)
    async with live.watching():
        with pytest.raises(TooMany):
            async with live.watching():
                pass
        await asyncio.sleep(0)
    assert live._reading is None
    assert not await live.answers()


async def test_one_who_comes_while_the_consumer_stops_starts_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = Live(AWAY)
    stopping = asyncio.Event()

    async def reads() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopping.set()
            await asyncio.sleep(0.05)

    monkeypatch.setattr(live, "_read", reads)

    async def reloads() -> None:
        await stopping.wait()
        async with live.watching():
            await asyncio.sleep(0.1)
            assert live._reading is not None
            assert not live._reading.done()

    async with asyncio.TaskGroup() as group:
        group.create_task(reloads())
        async with live.watching():
            await asyncio.sleep(0)


async def test_one_address_takes_no_more_than_its_share() -> None:
    live = Live(AWAY)
    async with AsyncExitStack() as looking:
        for _ in range(MOST_OF_ONE):
            await looking.enter_async_context(live.watching("192.0.2.1"))
        with pytest.raises(TooMany):
            await looking.enter_async_context(live.watching("192.0.2.1"))
        await looking.enter_async_context(live.watching("192.0.2.2"))
    async with live.watching("192.0.2.1") as queue:
        assert queue.empty()


async def test_a_stream_that_nobody_reads_takes_no_place() -> None:
    live = Live(AWAY)
    app = SimpleNamespace(state=SimpleNamespace(live=live))
    scope = {"type": "http", "client": ("192.0.2.1", 1), "headers": [], "app": app}
    for _ in range(MOST_OF_ONE):
        assert (await events(Request(scope))).status_code == 200
    async with live.watching("192.0.2.1"):
        pass


async def test_who_looks_too_often_is_told_and_others_are_not() -> None:
    live = Live(AWAY)
    app = SimpleNamespace(state=SimpleNamespace(live=live))
    scope = {"type": "http", "client": ("192.0.2.1", 1), "headers": [], "app": app}
    streams = [(await events(Request(scope))).body_iterator for _ in range(MOST_OF_ONE)]
    for stream in streams:
        assert await anext(aiter(stream)) == b"retry: 5000\n\n"
    with pytest.raises(HTTPException) as refused:
        await events(Request(scope))
    assert refused.value.status_code == 429
    assert (await events(Request({**scope, "client": ("192.0.2.2", 1)}))).status_code == 200
    live.end()
    assert [[text async for text in stream] for stream in streams] == [[]] * MOST_OF_ONE
    assert (await events(Request(scope))).status_code == 200


def record(number: int, partition: int) -> ConsumerRecord[bytes, bytes]:
    value = f"Tide {number}".encode()
    return ConsumerRecord(
        CLASSIFIED.name, partition, number, number, 0, None, value, None, 0, len(value), ()
    )


def test_of_much_that_comes_at_once_the_latest_are_read() -> None:
    taken = {
        TopicPartition(CLASSIFIED.name, partition): [
            record(number, partition) for number in range(partition, 2_000, 2)
        ]
        for partition in (0, 1)
    }
    assert newest(taken) == [f"Tide {number}".encode() for number in range(2_000 - MOST, 2_000)]
    assert newest({}) == []


async def test_kafka_answers_where_any_of_its_brokers_does() -> None:
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        broker.listen()
        servers = f"127.0.0.1:1, 127.0.0.1:{broker.getsockname()[1]}"
        assert await Live(Settings(kafka_bootstrap=servers)).answers()
    assert not await Live(Settings(kafka_bootstrap=servers)).answers()
