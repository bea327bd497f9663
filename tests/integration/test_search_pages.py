"""Pages of torrents that nothing but their infohash tells apart: each comes once."""

import importlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.postgres.search import BadCursor, Page, Query, Sort, cursor, facets, plans, search
from schemas import LinkStatus
from tests.integration.shelf import ARTIST, Item, put
from tests.support import SEEN

pytestmark = [pytest.mark.stack, pytest.mark.slow]

EQUAL = tuple(
    Item(
        f"Tide {number}",
        "album",
        {"album_name": "Tide", "artist": "Paper Lighthouse"},
        {"audio_codec": "FLAC"},
        link=LinkStatus.EXACT,
    )
    for number in range(130)
)
"""Equal seeders, size and moment; their infohashes begin with any byte."""


async def pages(
    db: asyncpg.Connection, query: Query, *, limit: int, most: int = 200
) -> Sequence[Page]:
    told = [await search(db, query, limit=limit)]
    while told[-1].after is not None and len(told) < most:
        told.append(await search(db, query, after=told[-1].after, limit=limit))
    return told


@pytest.fixture
async def equal(database: SimpleNamespace) -> asyncpg.Connection:
    """A database of torrents that are equal in every order."""
    db: asyncpg.Connection = database.db
    await put(db, EQUAL)
    return db


def test_infohashes_begin_on_both_sides_of_the_sign() -> None:
    heads = [int(item.torrent.infohash[:2], 16) for item in EQUAL]
    assert min(heads) < 0x10 and max(heads) > 0xF0


async def test_the_head_of_an_infohash_is_a_number_in_the_same_order(
    database: SimpleNamespace,
) -> None:
    heads = ["000000", "00ff01", "010203", "7fffff", "800000", "ffffff"]
    query = "SELECT array_agg(infohash_head(head) ORDER BY head) FROM unnest($1::bytea[]) AS head"
    told = await database.db.fetchval(query, [bytes.fromhex(head + "00" * 17) for head in heads])
    assert told == [int(head, 16) for head in heads]


@pytest.mark.parametrize("way", ["gather", "walk"])
async def test_each_of_many_equal_torrents_comes_once(
    equal: asyncpg.Connection, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "walk":
        monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
        monkeypatch.setattr(plans, "CHUNKS", (3, 5, 11))
    wanted = sorted((item.torrent.infohash for item in EQUAL), reverse=True)
    questions = (
        {"text": "tide"},
        {"medium": "audio"},
        {"artist_mbid": UUID(ARTIST)},
        {"text": "tide", "seen": (SEEN - timedelta(days=1), None)},
    )
    for sort in Sort:
        for question in questions:
            told = await pages(equal, Query(sort=sort, **question), limit=7)
            seen = [row.infohash for page in told for row in page.rows]
            assert seen == wanted, (sort, question)


@pytest.mark.parametrize("asked", [{}, {"codec": "MP3"}])
async def test_a_bound_of_candidates_is_told_on_full_and_on_empty_pages(
    equal: asyncpg.Connection, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query(text="tide", **asked)
    assert (await search(equal, query, limit=5)).looked_at is None
    monkeypatch.setattr(plans, "MOST_CANDIDATES", 50)
    page = await search(equal, query, limit=5)
    assert (len(page.rows), page.looked_at) == (0 if asked else 5, 50)


@pytest.mark.parametrize("way", ["gather", "walk"])
@pytest.mark.parametrize("sort", Sort)
async def test_facets_count_the_few_that_fit_among_many_candidates(
    equal: asyncpg.Connection, way: str, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("infra.postgres.search.facets")
    monkeypatch.setattr(module, "SAMPLE", 10)
    if way == "walk":
        monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
    few = [
        Item(f"Tide rare {number}", "album", {"album_name": "Rare"}, {"codec": "x264"}, age=1)
        for number in range(6)
    ]
    await put(equal, [replace(item, seeders=0, size=1) for item in few])
    query = Query(text="tide", codec="x264", sort=sort)
    counted = await facets(equal, query)
    assert (counted.total, len((await search(equal, query)).rows)) == ("6", 6)
    assert (await facets(equal, replace(query, codec=None))).total == "10+"
    # Where looking stopped before all were seen, that is told, however few are counted.
    monkeypatch.setattr(plans, "MOST_CANDIDATES", 50)
    monkeypatch.setattr(plans, "CHUNKS", (20, 30))
    assert (await facets(equal, query)).is_bounded


async def test_facets_count_what_is_typed_exactly_wherever_it_stands(
    equal: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "gather_costs", lambda candidates: 1e12)
    monkeypatch.setattr(plans, "CHUNKS", (5, 5))
    await put(equal, [Item("Undertow", "album", {"album_name": "Undertow"}, seeders=0)])
    query = Query(text="undertow")
    assert len((await search(equal, query)).rows) == 1
    assert (await facets(equal, query)).total == "1+"


WHOLE = st.one_of(
    st.integers(),
    st.sampled_from([2**31, -(2**31) - 1, 2**63 - 1, -(2**63), 3_000_000_000]),
)
MOMENTS = st.one_of(
    st.datetimes(timezones=st.timezones()),
    st.sampled_from(
        [
            datetime.fromisoformat("0001-01-01T00:00:00+23:59"),
            datetime.fromisoformat("9999-12-31T23:59:59-23:59"),
            datetime.max.replace(tzinfo=UTC),
            datetime.min.replace(tzinfo=UTC),
        ]
    ),
)


async def test_no_cursor_however_well_formed_is_an_error_of_ours(
    database: SimpleNamespace,
) -> None:
    texts: list[str] = []

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(-1, 2), st.one_of(WHOLE, MOMENTS), st.binary(min_size=19, max_size=21))
    def collect(grade: int, value: object, infohash: bytes) -> None:
        texts.append(cursor.written(grade, value, infohash.hex()))

    collect()
    texts += [cursor.written(0, value, "00" * 20) for value in (3_000_000_000, -3_000_000_000)]
    for moment in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        texts.append(cursor.written(0, moment, "00" * 20))
    for text in texts:
        for sort in Sort:
            with suppress(BadCursor):
                await search(database.db, Query(sort=sort, text="tide"), after=text)
