"""`mimmo search` and `mimmo tui` on a real Postgres and Kafka."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, RichLog, Static

from infra.postgres.search import Query, Sort
from schemas import Correction, Verdict
from schemas.topics import CLASSIFIED, CORRECTIONS
from streams.kafka.publisher import Publisher, message
from streams.terminal.sources.database import Database
from streams.terminal.sources.files import Files
from streams.terminal.sources.source import SourceFailed
from streams.terminal.tui.app import SearchApp
from streams.terminal.tui.live import LiveScreen
from streams.terminal.tui_command import make, opening_of
from tests.fakes import Published
from tests.integration.shelf import ARTIST, SHELF, put
from tests.support import classified, eventually, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

QUERIES: tuple[dict[str, Any], ...] = (
    {},
    {"text": "low tide"},
    {"text": "LOW.TIDE"},
    {"text": "paper lighthouse -high"},
    {"text": '"tide paper"'},
    {"text": '"lighthouse low"'},
    {"text": "ferry or salt"},
    {"text": "paper lightho", "prefix": True},
    {"text": "...!!"},
    {"text": "harbour", "adult": True},
    {"medium": "book"},
    {"subcategories": ("season", "ebook")},
    {"years": (2009, None)},
    {"years": (None, 1999), "resolution": "2160p"},
    {"codec": "FLAC"},
    {"language": "en", "sizes": (9_000, 9_000)},
    {"linked": True},
    {"linked": False, "medium": "audio"},
    {"confidence": (None, 0.5)},
    {"season": 1},
    {"season": 1, "episode": 2},
    {"air_date": date(2024, 5, 13)},
    {"imdb": "133093"},
    {"artist": "Paper Lighthouse", "album": "Low Tide"},
    {"artist_mbid": UUID(ARTIST)},
)
"""What is asked of Postgres and of a file: both must say the same."""


@pytest.fixture
async def shelved(pipeline: SimpleNamespace) -> SimpleNamespace:
    await put(pipeline.db)
    return pipeline


@asynccontextmanager
async def running(pipeline: SimpleNamespace) -> AsyncIterator[tuple[SearchApp, Pilot[Any]]]:
    """The application on this test's database and Kafka."""

    async def open_source() -> Database:
        return await Database.open(pipeline.settings)

    opening = opening_of(make().parse_args([]))
    app = SearchApp(replace(opening, open=open_source, settings=pipeline.settings))
    async with app.run_test(size=(120, 40)) as pilot:

        async def is_ready() -> bool:
            await pilot.pause()
            return "found" in app.bar.message

        await eventually(is_ready, within=30, every=0.1, what="the first page")
        yield app, pilot


async def test_a_file_answers_as_postgres_does(shelved: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [result.to_json().decode() for item in SHELF for result in item.results]
    path.write_text("\n".join(lines), encoding="utf-8")
    async with AsyncExitStack() as cleanup:
        files = Files.open([str(path)])
        cleanup.push_async_callback(files.close)
        database = await Database.open(shelved.settings)
        cleanup.push_async_callback(database.close)
        await assert_alike(files, database)


async def assert_alike(files: Files, database: Database) -> None:
    for asked in QUERIES:
        for sort in (Sort.SEEDERS, Sort.SIZE, Sort.AGE):
            query = Query(**{**asked, "sort": sort})
            stored = (await database.search(query)).rows
            read = (await files.search(query)).rows
            assert [row.name for row in read] == [row.name for row in stored], query
        counted = await database.facets(Query(**asked))
        told = await files.facets(Query(**asked))
        assert told.counted == counted.counted
        assert {facet: set(values) for facet, values in told.values.items() if values} == {
            facet: set(values) for facet, values in counted.values.items() if values
        }
    for item in SHELF:
        infohash = item.torrent.infohash
        stored_detail = await database.torrent(infohash)
        read_detail = await files.torrent(infohash)
        assert stored_detail is not None
        assert read_detail is not None
        assert read_detail.files == stored_detail.files
        assert set(read_detail.results) == set(stored_detail.results)
        for name in ("name", "medium", "subcategory", "title", "creator", "year", "link", "size"):
            assert getattr(read_detail.row, name) == getattr(stored_detail.row, name)


async def test_a_correction_is_said_to_be_there_when_kafka_has_it(
    shelved: SimpleNamespace,
) -> None:
    published = await Published.since_now(shelved.settings.kafka_bootstrap, CORRECTIONS.name)
    async with running(shelved) as (app, pilot):
        await pilot.press(*"low tide", "enter")

        async def is_found() -> bool:
            await pilot.pause()
            return len(app.results) == 1

        await eventually(is_found, within=20, every=0.1, what="the torrent")
        await pilot.press("w")

        async def has_fields() -> bool:
            await pilot.pause()
            return app.screen.query_one("#fields", OptionList).option_count > 5

        await eventually(has_fields, within=20, every=0.1, what="the fields")
        await pilot.press(*["down"] * 5, "enter", *"2007", "enter")

        async def is_told() -> bool:
            await pilot.pause()
            outcome = str(app.screen.query_one("#outcome", Static).content)
            return "Kafka has it" in outcome or "not sent" in outcome

        await eventually(is_told, within=40, every=0.1, what="the outcome")
        assert "Kafka has it. year: 2006 is wrong, '2007' is right" in str(
            app.screen.query_one("#outcome", Static).content
        ).replace("'2006'", "2006")
        assert app.screen.query_one("#right", Input).disabled
    (record,) = await published.messages()
    correction = Correction.model_validate_json(record.value or b"")
    assert (correction.field, correction.value, correction.said) == ("year", 2007, 2006)


async def test_what_is_classified_now_is_seen(shelved: SimpleNamespace) -> None:
    async with running(shelved) as (app, pilot):
        await pilot.press("enter", "L")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LiveScreen)

        async def is_waiting() -> bool:
            await pilot.pause()
            return "a second" in str(screen.query_one("#rate", Static).content)

        await eventually(is_waiting, within=40, every=0.1, what="the live view")
        verdict = Verdict(
            medium="audio", subcategory="album", confidence=0.9, source="patterns", rule="r"
        )
        adult = verdict.model_copy(update={"nsfw": True})
        seen = torrent("Just Now - \x1b[2JLow Tide")
        async with Publisher(shelved.settings) as publisher:
            results = [classified(seen, verdict), classified(torrent("For Grown Ups"), adult)]
            await publisher.publish(
                message(CLASSIFIED, result.infohash, result, source="test") for result in results
            )

        async def is_shown() -> bool:
            await pilot.pause()
            return any("Just Now" in strip.text for strip in screen.query_one(RichLog).lines)

        await eventually(is_shown, within=30, every=0.1, what="the line")
        text = "".join(strip.text for strip in screen.query_one(RichLog).lines)
        assert "\x1b" not in text
        assert "Grown Ups" not in text
        await pilot.press("escape")


async def test_the_pipeline_is_shown(shelved: SimpleNamespace) -> None:
    async with running(shelved) as (app, pilot):
        await pilot.press("enter", "p")

        async def is_shown() -> bool:
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            text = "".join(segment.text for strip in strips for segment in strip)
            return "classified" in text and "waiting" in text

        await eventually(is_shown, within=40, every=0.2, what="the tables")
        await pilot.press("escape")


async def test_postgres_that_goes_away_is_a_message(shelved: SimpleNamespace) -> None:
    name = shelved.settings.postgres_dsn.get_secret_value().rpartition("/")[2]
    async with running(shelved) as (app, pilot):
        owner = await asyncpg.connect(shelved.stack.postgres_dsn)
        await owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        await pilot.press(*"tide")

        async def is_told() -> bool:
            await pilot.pause()
            return "Postgres" in app.bar.message and "found" not in app.bar.message

        await eventually(is_told, within=30, every=0.1, what="the message")
        await owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await owner.close()
        await pilot.press("backspace", "backspace", "backspace")

        async def is_back() -> bool:
            await pilot.pause()
            return "found" in app.bar.message

        await eventually(is_back, within=30, every=0.1, what="the answer")


async def test_the_tables_that_are_missing_are_told(shelved: SimpleNamespace) -> None:
    database = await Database.open(shelved.settings)
    await shelved.db.execute("DROP TABLE links CASCADE")
    with pytest.raises(SourceFailed, match="postgres migrate"):
        await database.search(Query(text="tide"))
    await database.close()


async def test_a_role_that_may_only_read_is_enough(shelved: SimpleNamespace) -> None:
    role = f"only_{shelved.settings.group}"
    owner = urlsplit(shelved.settings.postgres_dsn.get_secret_value())
    reading = urlunsplit(owner._replace(netloc=f"{role}:word@{owner.netloc.rpartition('@')[2]}"))
    await shelved.db.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'word' IN ROLE mimmo_reader")
    try:
        database = await Database.open(shelved.settings, reading)
        assert len((await database.search(Query(text="tide"))).rows) == 4
        assert "word" not in database.name
        await database.close()
    finally:
        await shelved.db.execute(f"DROP ROLE {role}")
