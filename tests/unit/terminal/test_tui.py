"""`mimmo tui` on a file, by Textual's pilot: keys in, screens out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from infra.postgres.search import Detail, Facets, Page, Query
from streams.terminal.sources.source import Source, SourceFailed
from streams.terminal.tui import app as app_module
from streams.terminal.tui.app import SearchApp
from streams.terminal.tui_command import make, opening_of
from tests.integration.shelf import Item
from tests.unit.terminal.conftest import Calls
from tests.unit.terminal.screens import assert_is_kept, text_of
from tests.unit.terminal.shelves import HOSTILE, TURNED, WIDE, item_of, shelf_at

SMALL = (80, 24)
LARGE = (200, 60)
SOON = 0.1
"""Seconds in place of those that the application waits for another key."""


class Watched:
    """A source that notes what it is asked, and can be slow."""

    def __init__(self, inner: Source) -> None:
        self.inner = inner
        self.name = "the shelf"
        self.notes = inner.notes
        self.asked: list[str] = []
        self.limits: list[int] = []
        self.cancelled: list[str] = []
        self.slow: str | None = None
        """The text of a query that is answered late."""

    async def search(self, query: Query, *, after: str | None = None, limit: int = 100) -> Page:
        self.asked.append(query.text)
        self.limits.append(limit)
        if query.text == self.slow:
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                self.cancelled.append(query.text)
                raise
        return await self.inner.search(query, after=after, limit=limit)

    async def facets(self, query: Query) -> Facets:
        return await self.inner.facets(query)

    async def torrent(self, infohash: str) -> Detail | None:
        return await self.inner.torrent(infohash)

    async def close(self) -> None:
        await self.inner.close()


@asynccontextmanager
async def running(
    path: str, *arguments: str, size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[SearchApp, Pilot[Any], Watched]]:
    """The application on a file, ready: its first page is there."""
    opening = opening_of(make().parse_args(["--file", path, *arguments]))
    read = await opening.open()
    source = Watched(read)

    async def open_source() -> Watched:
        return source

    app = SearchApp(replace(opening, open=open_source))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot, source


async def settled(pilot: Pilot[Any]) -> None:
    """What was typed is asked, answered and drawn, and so is the detail."""
    await pilot.pause(SOON + 0.03)
    for _ in range(2):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(SOON + 0.03)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "TYPED", SOON)
    monkeypatch.setattr(app_module, "RESTED", 0.01)


@pytest.fixture
def shelf(tmp_path: Path) -> str:
    return shelf_at(tmp_path)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids="{0[0]}x{0[1]}".format)
async def test_the_first_screen(shelf: str, size: tuple[int, int]) -> None:
    async with running(shelf, size=size) as (app, _, _):
        assert_is_kept(app, f"first-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids="{0[0]}x{0[1]}".format)
async def test_what_is_typed_is_searched_and_read(shelf: str, size: tuple[int, int]) -> None:
    async with running(shelf, size=size) as (app, pilot, _):
        await pilot.press(*"low tid")
        await settled(pilot)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert_is_kept(app, f"read-{size[0]}x{size[1]}")
        await pilot.press("escape")
        assert app.focused is app.results


async def test_only_what_was_typed_last_is_asked(shelf: str) -> None:
    async with running(shelf) as (app, pilot, source):
        words = app.query_one("#words", Input)
        for end in range(1, 5):
            words.value = "tide"[:end]
            await pilot.pause(0.01)
        await settled(pilot)
        assert source.asked == ["", "tide"]


async def test_an_answer_that_is_not_wanted_any_more_is_cancelled(shelf: str) -> None:
    async with running(shelf) as (app, pilot, source):
        source.slow = "tide"
        await pilot.press(*"tide")
        await pilot.pause(SOON + 0.1)
        await pilot.press("space", *"daily")
        await settled(pilot)
        assert source.cancelled == ["tide"]
        assert len(app.results) == 1
        assert "The.Daily.Tide" in text_of(app)


async def test_pages_follow_and_only_lines_in_sight_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [Item(f"Tide {number:04d}", "track", seeders=number) for number in range(450)]
    async with running(shelf_at(tmp_path, *many)) as (app, pilot, source):
        await pilot.press(*"tide", "enter")
        await settled(pilot)
        drawn: list[int] = []
        whole = type(app.results).render_line
        monkeypatch.setattr(
            type(app.results), "render_line", lambda self, y: (drawn.append(y), whole(self, y))[1]
        )
        for _ in range(8):
            drawn.clear()
            await pilot.press("end")
            await settled(pilot)
            assert len(drawn) < 8 * app.results.size.height
        names = [line.name for line in app.results._lines]
        assert len(names) == len(set(names)) == 454
        assert "Tide 0000" in text_of(app)
        assert max(source.limits) <= 200
        await pilot.press("home")
        await settled(pilot)
        assert "Tide 0449" in text_of(app)


async def test_facets_narrow_and_x_forgets(shelf: str) -> None:
    async with running(shelf) as (app, pilot, _):
        await pilot.press("enter", "f")
        await settled(pilot)
        assert_is_kept(app, "facets-80x24")
        await pilot.press("down", "enter", "escape")
        await settled(pilot)
        assert "medium=video" in app.bar.message
        assert "6 found" in app.bar.message
        await pilot.press("x")
        await settled(pilot)
        assert "10 found" in app.bar.message


async def test_rows_can_be_sorted(shelf: str) -> None:
    async with running(shelf) as (app, pilot, _):
        await pilot.press("enter", "s", "s")
        await settled(pilot)
        assert "by size" in app.bar.message
        assert app.results.current is not None
        assert app.results.current.name.startswith("Harbour.Lights.1999.2160p")


async def test_options_stay_whatever_is_typed(shelf: str) -> None:
    async with running(shelf, "--medium", "book", "salt") as (app, pilot, _):
        assert app.query_one("#words", Input).value == "salt"
        assert len(app.results) == 1
        await pilot.press("escape", "slash", *["backspace"] * 4)
        await settled(pilot)
        assert len(app.results) == 1


async def test_m_copies_the_magnet_link(shelf: str) -> None:
    async with running(shelf) as (app, pilot, _):
        await pilot.press("enter", "m")
        assert app.clipboard.startswith("magnet:?xt=urn:btih:")
        assert app.clipboard.isascii()
        assert "copied" in app.bar.message


async def test_a_line_without_an_infohash_has_no_magnet_link(mimmo: Calls, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(mimmo("--format", "full", "--json", "Low Tide [FLAC]").out)
    async with running(str(path)) as (app, pilot, _):
        await pilot.press("enter", "m")
        assert app.clipboard == ""
        assert "no infohash" in app.bar.message
        assert "evidence" not in text_of(app)


@pytest.mark.parametrize(("key", "what"), [("w", "corrections"), ("L", "live"), ("p", "pipeline")])
async def test_a_file_says_what_needs_kafka(shelf: str, key: str, what: str) -> None:
    async with running(shelf) as (app, pilot, _):
        await pilot.press("enter", key)
        await pilot.pause()
        assert what in app.bar.message
        assert "needs Kafka" in app.bar.message


async def test_the_keys_are_shown_and_put_away(shelf: str) -> None:
    async with running(shelf) as (app, pilot, _):
        await pilot.press("enter", "question_mark")
        await pilot.pause()
        assert_is_kept(app, "help-80x24")
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.screen_stack[0]


async def test_hostile_names_are_text(tmp_path: Path) -> None:
    items = [item_of(HOSTILE), item_of(TURNED), item_of(WIDE)]
    async with running(shelf_at(tmp_path, *items), "tide or gpj") as (app, pilot, _):
        assert_is_kept(app, "hostile-80x24")
        await pilot.press("enter")
        for _ in range(len(app.results)):
            text = text_of(app)
            assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(text)
            assert "[bold]Tide[/bold]" in text
            assert "電気城" in text
            await pilot.press("down")
            await settled(pilot)


async def test_a_source_that_cannot_be_opened_ends_it_with_a_message() -> None:
    away = "postgresql://me:secret@127.0.0.1:9/nowhere"
    app = SearchApp(opening_of(make().parse_args(["--dsn", away])))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause(0.5)
    assert app.return_code == 2
    assert app.failure is not None
    assert "Postgres does not answer" in app.failure


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SourceFailed, match=r"nowhere\.jsonl: No such file"):
        opening_of(make().parse_args(["--file", "/nowhere.jsonl"]))


def test_without_a_terminal_it_says_so(mimmo: Calls, shelf: str) -> None:
    ended = mimmo("tui", "--file", shelf)
    assert ended.code == 2
    assert "needs a terminal" in ended.err
    assert mimmo("tui", "--file", "-").code == 2
    assert "examples:" in mimmo("tui", "--help").out
