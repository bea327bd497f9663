"""Pages of torrents that nothing but their infohash tells apart: each comes once."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import asyncpg
import pytest

from infra.postgres.search import Page, Query, Sort, plans, search
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
