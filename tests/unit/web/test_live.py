"""What is told to those who look at the live page."""

import asyncio

import pytest

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Verdict
from streams.web.live import WAITING, Live, TooMany
from streams.web.pages.live import told
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
