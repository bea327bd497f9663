"""What a search finds, in which order, and that no question is an error."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest

from infra.local import stack as local
from infra.postgres.migrate import migrate
from infra.postgres.search import BadCursor, Query, Sort, facets, plans, search, torrent
from tests.integration.shelf import ARTIST, GROUP, SHELF, Item, put
from tests.support import SEEN

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def shelved(stack: local.Stack) -> Iterator[str]:
    """The address of a database that holds the shelf; tests that write put it back."""
    name = f"test_{secrets.token_hex(4)}"
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path=f"/{name}"))

    async def run(statement: str) -> None:
        owner = await asyncpg.connect(stack.postgres_dsn)
        await owner.execute(statement)
        await owner.close()

    async def fill() -> None:
        db = await asyncpg.connect(dsn)
        await migrate(db)
        await put(db)
        await db.close()

    with asyncio.Runner() as runner:
        runner.run(run(f"CREATE DATABASE {name}"))
        runner.run(fill())
        yield dsn
        runner.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def db(shelved: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose changes are undone after the test."""
    connection = await asyncpg.connect(shelved)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def names(db: asyncpg.Connection, **asked: Any) -> list[str]:
    page = await search(db, Query(**asked))
    return [row.name for row in page.rows]


def starts(*beginnings: str) -> list[str]:
    return [next(item.name for item in SHELF if item.name.startswith(b)) for b in beginnings]


@pytest.mark.parametrize(
    ("asked", "beginnings"),
    [
        ({"text": "low tide"}, ["Paper Lighthouse - Low"]),
        ({"text": "LOW.TIDE"}, ["Paper Lighthouse - Low"]),
        ({"text": "paper lighthouse -high"}, ["Paper Lighthouse - Low"]),
        ({"text": '"tide paper"'}, []),
        ({"text": '"lighthouse low"'}, ["Paper Lighthouse - Low"]),
        ({"text": "ferry or salt"}, ["Night.Ferry.S01.", "Mara", "Night.Ferry.S01E02"]),
        (
            {"text": "ferry or salt", "prefix": True},
            ["Night.Ferry.S01.", "Mara", "Night.Ferry.S01E02"],
        ),
        ({"text": "lightho"}, []),
        ({"text": "paper lightho", "prefix": True}, ["Paper.Lighthouse", "Paper Lighthouse"]),
        ({"text": "...!!"}, []),
        ({"medium": "book"}, ["Mara"]),
        ({"subcategories": ("season", "ebook")}, ["Night.Ferry.S01.", "Mara"]),
        ({"years": (2009, None)}, ["Paper.Lighthouse", "Tide.2011"]),
        ({"years": (None, 1999), "resolution": "2160p"}, ["Harbour.Lights.1999.2160p"]),
        ({"codec": "FLAC"}, ["Paper Lighthouse - Low"]),
        ({"language": "en", "sizes": (9_000, 9_000)}, ["Harbour.Lights.1999.1080p"]),
        ({"linked": True}, ["Paper Lighthouse - Low"]),
        ({"linked": False, "medium": "audio"}, ["Paper.Lighthouse"]),
        ({"confidence": (None, 0.5)}, ["loose"]),
        ({"season": 1}, ["Night.Ferry.S01.", "Night.Ferry.S01E02"]),
        ({"season": 1, "episode": 2}, ["Night.Ferry.S01E02"]),
        ({"air_date": date(2024, 5, 13)}, ["The.Daily"]),
        ({"imdb": "133093"}, ["Harbour.Lights.1999.1080p"]),
        ({"imdb": "tt0133093"}, ["Harbour.Lights.1999.1080p"]),
        ({"imdb": "'; --"}, []),
        ({"artist": "Paper Lighthouse", "album": "Low Tide"}, ["Paper Lighthouse - Low"]),
        ({"author": "Quill", "title": "Salt Road"}, ["Mara"]),
        ({"artist_mbid": UUID(ARTIST)}, ["Paper Lighthouse - Low"]),
        ({"release_group_mbid": UUID(GROUP)}, ["Paper Lighthouse - Low"]),
        ({"seen": (SEEN - timedelta(minutes=1), None), "medium": "video"}, []),
    ],
)
async def test_what_is_asked_for_is_found(
    db: asyncpg.Connection, asked: dict[str, Any], beginnings: list[str]
) -> None:
    assert await names(db, **asked) == starts(*beginnings)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({"text": "Paper Lighthuose"}, "paper lighthouse"),
        ({"text": "paper.lighthause"}, "paper lighthouse"),
        ({"text": "low tyde"}, "low tide"),
        ({"text": "maro quill"}, "mara quill"),
        ({"text": "low tide", "codec": "OPUS"}, None),
        ({"text": "something else"}, None),
        ({"text": "lo"}, None),
        ({"text": "low tide"}, None),
        ({"text": "'; DROP TABLE torrents --"}, None),
    ],
)
async def test_what_was_perhaps_meant_is_told_where_nothing_is_found(
    db: asyncpg.Connection, asked: dict[str, Any], meant: str | None
) -> None:
    assert (await search(db, Query(**asked))).suggestion == meant


async def test_an_adult_work_is_suggested_only_to_who_asks(db: asyncpg.Connection) -> None:
    await db.execute("UPDATE classifications SET nsfw = true")
    assert (await search(db, Query(text="low tyde"))).suggestion is None
    assert (await search(db, Query(text="low tyde", adult=True))).suggestion == "low tide"


async def test_adult_works_are_shown_to_who_asks(db: asyncpg.Connection) -> None:
    adult = "Harbour Lights For Grown Ups"
    assert adult not in await names(db, text="harbour")
    assert adult in await names(db, text="harbour", adult=True)


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        (Sort.SEEDERS, lambda row: -1 if row.seeders is None else row.seeders),
        (Sort.SIZE, lambda row: row.size),
        (Sort.AGE, lambda row: row.observed_at),
    ],
)
async def test_rows_come_in_the_order_that_was_asked_for(
    db: asyncpg.Connection, sort: Sort, value: Any
) -> None:
    rows = (await search(db, Query(sort=sort))).rows
    assert [value(row) for row in rows] == sorted(map(value, rows), reverse=True)
    assert len(rows) == len(SHELF) - 1 - (sort is Sort.SIZE)


@pytest.fixture(params=["gather", "walk"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to find the first rows, whatever the planner expects."""
    if request.param == "walk":
        monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
        monkeypatch.setattr(plans, "CHUNKS", (3, 5, 100))
    return str(request.param)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("text", ["", "tide", "harbour or tide or ferry", "harbour lights"])
async def test_both_ways_find_the_same(
    db: asyncpg.Connection, sort: Sort, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query(text=text, sort=sort, medium="video")
    gathered = (await search(db, query)).rows
    monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
    walked = (await search(db, query)).rows
    assert walked == gathered
    assert (await search(db, query, offset=1)).rows == gathered[1:]
    everything = (await search(db, replace(query, sort=Sort.AGE))).rows
    assert (await facets(db, query)).counted == len(everything)


async def test_what_is_typed_exactly_comes_first(db: asyncpg.Connection, way: str) -> None:
    assert (await names(db, text="tide"))[0].startswith("Tide.2011")
    assert (await names(db, text="tide", sort=Sort.SEEDERS))[0].startswith("Paper.Lighthouse")


async def test_a_bound_that_is_met_is_told(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
    monkeypatch.setattr(plans, "CHUNKS", (2, 2))
    query = Query(text="salt", sort=Sort.AGE)
    pages = [await search(db, query)]
    while pages[-1].after is not None:
        pages.append(await search(db, query, after=pages[-1].after))
    assert [page.looked_at for page in pages] == [4, 4, None]
    assert [row.name for page in pages for row in page.rows] == starts("Mara")


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("text", ["", "tide", "harbour or tide or ferry"])
async def test_each_row_comes_once_while_rows_arrive(
    db: asyncpg.Connection, sort: Sort, text: str, way: str
) -> None:
    query = Query(text=text, sort=sort)
    wanted = [row.infohash for row in (await search(db, query)).rows]
    seen: list[str] = []
    after: str | None = None
    for turn in range(20):
        page = await search(db, query, after=after, limit=2)
        seen += [row.infohash for row in page.rows]
        after = page.after
        if after is None:
            break
        await put(db, [Item(f"Tide {turn}", "track", seeders=10_000, size=10**9, age=-turn - 1)])
    assert [infohash for infohash in seen if infohash in wanted] == wanted
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("after", ["", "x", "!!", "bnVsbA", "W10", "é", "WzEsMl0", "A" * 5_000])
async def test_a_cursor_that_is_none_is_refused_by_name(db: asyncpg.Connection, after: str) -> None:
    with pytest.raises(BadCursor):
        await search(db, Query(), after=after)


async def test_facets_count_what_is_found(db: asyncpg.Connection) -> None:
    counted = await facets(db, Query(text="tide"))
    assert (counted.counted, counted.is_bounded, counted.total) == (4, False, "4")
    values = {
        name: {value.value: value.count for value in facet}
        for name, facet in counted.values.items()
    }
    assert values["medium"] == {"audio": 2, "video": 2}
    assert values["subcategory"] == {"album": 2, "movie": 1, "episode": 1}
    assert values["year"] == {"2006": 1, "2009": 1, "2011": 1}
    assert values["resolution"] == {"720p": 2}
    assert values["codec"] == {"FLAC": 1, "MP3": 1, "x264": 2}
    assert values["language"] == {"en": 1}
    assert values["linked"] == {"yes": 1, "no": 3}
    assert values["confidence"] == {"0.9": 4}


async def test_a_torrent_is_told_whole(db: asyncpg.Connection) -> None:
    told = await torrent(db, SHELF[0].torrent.infohash)
    assert told is not None
    assert told.row.name == SHELF[0].name
    assert told.files is not None
    assert [(file.path, file.size) for file in told.files] == list(SHELF[0].files or ())
    assert (told.source, told.origin) == ("replay", "jsonl")
    assert set(told.results) == {"classify", "extract", "match"}
    assert told.results["extract"].result["evidence"]["artist"]["span"] == [0, 4]
    assert told.results["match"].result["status"] == "exact"
    assert [result.is_current for result in told.history] == [True] * 3


@pytest.mark.parametrize("infohash", ["", "0" * 40, "zz", "é" * 40, "00" * 19])
async def test_an_unknown_infohash_is_nothing(db: asyncpg.Connection, infohash: str) -> None:
    assert await torrent(db, infohash) is None
