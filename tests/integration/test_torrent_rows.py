"""The torrent row: of every column the newest known value, in whatever order and batches."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.postgres import reads
from infra.postgres.writes import Ids, write_results, write_torrents
from schemas import (
    Classification,
    Flag,
    Hints,
    Provenance,
    Source,
    Swarm,
    Torrent,
    Verdict,
)
from schemas.torrent import TorrentFile
from tests.support import SEEN, classified, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

INFOHASH = "ab" * 20
T1 = SEEN
T2 = SEEN + timedelta(days=1)
ORIGINS = [
    Provenance(source=Source.REPLAY, origin="jsonl", dataset="a.jsonl"),
    Provenance(source=Source.CRAWL, origin="sample"),
]


def of(provenance: Provenance, **fields: Any) -> Classification:
    """A result whose torrent has that provenance, for `Ids.learn`."""
    verdict = Verdict(medium="audio", subcategory="album", confidence=0.9, source="bert")
    return classified(torrent(provenance=provenance, **fields), verdict)


async def known_ids(db: asyncpg.Connection) -> Ids:
    ids = Ids()
    await ids.learn(db, [of(origin) for origin in [*ORIGINS, torrent().provenance]])
    return ids


async def written(
    db: asyncpg.Connection, ids: Ids, batches: Sequence[Sequence[Torrent]]
) -> list[dict[str, Any]]:
    """The rows after these batches in an empty table, which is empty again afterwards."""
    transaction = db.transaction()
    await transaction.start()
    try:
        for batch in batches:
            await write_torrents(db, batch, ids)
        rows = await db.fetch(
            "SELECT t.*, p.source, p.origin, p.dataset FROM torrents t"
            " JOIN provenance p ON p.id = t.provenance_id ORDER BY infohash"
        )
        return [dict(row) for row in rows]
    finally:
        await transaction.rollback()


async def test_a_newer_record_without_a_size_in_one_batch_keeps_the_size_that_is_known(
    database: SimpleNamespace,
) -> None:
    ids = await known_ids(database.db)
    sized = torrent("A", infohash=INFOHASH, size=5, observed_at=T1)
    bare = torrent("B", infohash=INFOHASH, observed_at=T2)
    for batches in ([[sized, bare]], [[bare, sized]], [[sized], [bare]], [[bare], [sized]]):
        (row,) = await written(database.db, ids, batches)
        assert (row["name"], row["size"]) == ("B", 5)


async def test_the_newer_of_two_sizes_is_kept_even_if_a_third_record_is_newer_still(
    database: SimpleNamespace,
) -> None:
    ids = await known_ids(database.db)
    first = torrent("A", infohash=INFOHASH, size=5, observed_at=T1)
    bare = torrent("B", infohash=INFOHASH, observed_at=T2 + timedelta(days=1))
    second = torrent("C", infohash=INFOHASH, size=6, observed_at=T2)
    for batches in (
        [[first], [bare], [second]],
        [[second], [bare], [first]],
        [[bare, first, second]],
    ):
        (row,) = await written(database.db, ids, batches)
        assert (row["name"], row["size"], row["size_seen_at"]) == ("B", 6, T2)


MOMENTS = st.sampled_from([T1, T2, T2 + timedelta(days=1)])
SWARMS = st.builds(
    Swarm,
    seeders=st.none() | st.integers(0, 2),
    leechers=st.none() | st.integers(0, 2),
    completed=st.none() | st.integers(0, 2),
    seen_at=st.none() | MOMENTS,
)
FILES = st.lists(
    st.builds(
        TorrentFile,
        path=st.sampled_from(["a", "B", "a_b", "ab", "é", "z/'\",{}", "𝄞"]),
        size=st.none() | st.integers(0, 2),
    ),
    max_size=3,
).map(tuple)


HINTS = st.builds(
    Hints,
    category=st.none() | st.sampled_from(["a", "B", 'é "𝄞\\']),
    imdb=st.none() | st.sampled_from(["tt00000", "tt99999"]),
    tmdb=st.none() | st.sampled_from([9, 10]),
    tvdb=st.none() | st.sampled_from([9, 10]),
)


@st.composite
def observations(draw: Callable[..., Any]) -> Torrent:
    files = draw(st.none() | FILES)
    fewest = len(files or ())
    return Torrent(
        infohash=draw(st.sampled_from([INFOHASH, "cd" * 20])),
        name=draw(st.sampled_from(["a", "B"])),
        size=draw(st.none() | st.integers(0, 2)),
        files=files,
        num_files=draw(st.none() | st.integers(fewest, fewest + 2)),
        created_at=draw(st.none() | MOMENTS),
        observed_at=draw(MOMENTS),
        meta_version=draw(st.sampled_from([None, 1, 2])),
        infohash_v2=draw(st.sampled_from([None, "0" * 64, "f" * 64])),
        swarm=draw(st.none() | SWARMS),
        flags=tuple(draw(st.sets(st.sampled_from(list(Flag))))),
        provenance=draw(st.sampled_from(ORIGINS)),
        hints=draw(st.none() | HINTS),
    )


def newest(seen: Sequence[tuple[datetime, Any]]) -> Any:
    """The model: of all (moment, value) the newest that is known, of one moment the greatest."""
    return max(
        ((moment, value) for moment, value in seen if value is not None), default=(None, None)
    )


def swarm_of(torrent: Torrent, figure: str) -> tuple[datetime, Any]:
    swarm = torrent.swarm or Swarm()
    return (swarm.seen_at or torrent.observed_at, getattr(swarm, figure))


def expected(torrents: Sequence[Torrent]) -> dict[str, Any]:
    """What the row of one torrent has to say after these observations, name and origin apart."""
    row: dict[str, Any] = {"observed_at": max(torrent.observed_at for torrent in torrents)}
    for column, seen_at in (
        ("size", "size_seen_at"),
        ("created_at", "created_seen_at"),
        ("meta_version", "meta_version_seen_at"),
        ("infohash_v2", "infohash_v2_seen_at"),
    ):
        row[seen_at], row[column] = newest(
            [(torrent.observed_at, getattr(torrent, column)) for torrent in torrents]
        )
    hinted = [torrent for torrent in torrents if torrent.hints is not None]
    row["hints_seen_at"] = max((torrent.observed_at for torrent in hinted), default=None)
    row["hints"] = [
        torrent.hints for torrent in hinted if torrent.observed_at == row["hints_seen_at"]
    ]
    for figure in ("seeders", "leechers", "completed"):
        row[f"{figure}_seen_at"], row[figure] = newest(
            [swarm_of(torrent, figure) for torrent in torrents]
        )
    listed = [torrent for torrent in torrents if torrent.files is not None]
    _, row["num_files"] = newest(
        [
            (torrent.observed_at, max(torrent.num_files or 0, len(torrent.files or ())))
            for torrent in listed
        ]
        or [(torrent.observed_at, torrent.num_files) for torrent in torrents]
    )
    moment = max((torrent.observed_at for torrent in listed), default=None)
    row["lists"] = [
        [(file.path, file.size) for file in torrent.files or ()]
        for torrent in listed
        if torrent.observed_at == moment
    ]
    return row


def compared(row: dict[str, Any], model: dict[str, Any]) -> None:
    """The row says what the model does."""
    for column, value in model.items():
        if column == "lists":
            paths, sizes = row["file_paths"], row["file_sizes"]
            files = None if paths is None else list(zip(paths, sizes, strict=True))
            assert files in value if value else files is None
        elif column == "hints":
            hints = row[column] and Hints.model_validate_json(row[column])
            assert hints in value if value else hints is None
        elif column == "infohash_v2":
            assert row[column] == (value and bytes.fromhex(value))
        elif column.endswith("_seen_at") and value is not None:
            is_figure = column.split("_")[0] in ("seeders", "leechers", "completed")
            clock = row["swarm_seen_at"] if is_figure else row["observed_at"]
            assert (row[column] or clock) == value, column
        else:
            assert row[column] == value, column


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_the_row_is_the_same_in_whatever_order_and_in_whatever_batches(
    database: SimpleNamespace, data: st.DataObject
) -> None:
    ids = await known_ids(database.db)
    torrents = data.draw(st.lists(observations(), min_size=1, max_size=6))
    order = data.draw(st.permutations(torrents))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order)))) | {0, len(order)})
    batches = [order[start:end] for start, end in pairwise(cuts)]
    rows = await written(database.db, ids, batches)
    assert rows == await written(database.db, ids, [torrents])
    for row in rows:
        seen = [torrent for torrent in torrents if torrent.infohash == row["infohash"].hex()]
        compared(row, expected(seen))
        last = [torrent for torrent in seen if torrent.observed_at == row["observed_at"]]
        namings = {(torrent.name, torrent.provenance.source) for torrent in last}
        assert (row["name"], row["source"]) in namings


async def test_the_seeders_beside_the_class_are_those_of_the_torrent(
    database: SimpleNamespace,
) -> None:
    db = database.db
    ids = await known_ids(db)
    origin = torrent().provenance
    result = of(origin, infohash=INFOHASH)
    both = "SELECT t.seeders, c.seeders FROM torrents t JOIN classifications c USING (infohash)"
    for seeders, day, known in ((None, 0, None), (7, 2, 7), (5, 1, 7), (None, 3, 7), (0, 4, 0)):
        seen = SEEN + timedelta(days=day)
        swarm = Swarm(seeders=seeders, seen_at=seen)
        await write_torrents(db, [torrent("A", infohash=INFOHASH, swarm=swarm)], ids)
        await write_results(db, [result], ids)
        assert tuple(await db.fetchrow(both)) == (known, known)


async def test_a_redelivery_writes_no_row(database: SimpleNamespace) -> None:
    ids = await known_ids(database.db)
    seen = [
        torrent("A", infohash=INFOHASH, files=[("a", 1), ("b", None)], swarm=Swarm(seeders=3)),
        torrent("B", infohash=INFOHASH, observed_at=T2),
    ]
    await write_torrents(database.db, seen, ids)
    before = await database.db.fetchval("SELECT xmin || ' ' || ctid FROM torrents")
    for batch in (seen, seen[:1], seen[1:]):
        await write_torrents(database.db, batch, ids)
    assert await database.db.fetchval("SELECT xmin || ' ' || ctid FROM torrents") == before


async def test_a_merged_row_reads_as_a_torrent_again(database: SimpleNamespace) -> None:
    """A newer, smaller number of files must not contradict the list that is known."""
    ids = await known_ids(database.db)
    listed = torrent("A", infohash=INFOHASH, files=[("a\x1b", 1), ("b", 2), ("c", None)])
    counted = torrent("B\x07C", infohash=INFOHASH, num_files=1, observed_at=T2)
    await write_torrents(database.db, [counted, listed], ids)
    ((again,),) = [page async for page in reads.torrents(database.db)]
    assert (again.name, again.num_files, len(again.files or ())) == ("B C", 3, 3)
    assert set(again.flags) == {Flag.NAME_CLEANED, Flag.PATHS_CLEANED}
