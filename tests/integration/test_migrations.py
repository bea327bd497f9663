"""Migrations: applied once, safe on what is there, and refused when they were edited."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest

from infra.postgres.migrate import MIGRATIONS, MigrationChanged, migrate, migrations
from infra.postgres.writes import Ids, write_results, write_torrents
from schemas import (
    Candidate,
    Classification,
    Evidence,
    Extraction,
    Link,
    LinkStatus,
    Match,
    Method,
    Result,
    Swarm,
    Torrent,
)
from tests.integration.test_store import classification, extraction, link
from tests.integration.test_torrent_rows import INFOHASH, T1, T2, known_ids
from tests.support import SEEN, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

OLD_CHECKSUMS = {
    1: "76140e16b4206d4ba5139f3e0a9f4cb1636d659170b2b517ee6ecb1d60429941",
    2: "4b4bd057c9a9cbf6157a63dd6aa6012204babaee044b4b85f679713891b0da90",
}
"""As databases have them that were made before the comments of these files were reworded."""


def up_to(number: int, folder: Path) -> Path:
    """A folder with the migrations up to a number."""
    for path in MIGRATIONS.glob("*.sql"):
        if int(path.name[:4]) <= number:
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


async def test_a_second_run_applies_nothing(database: SimpleNamespace) -> None:
    assert await migrate(database.db) == []


async def test_a_database_from_before_the_comments_were_reworded_goes_on(
    database: SimpleNamespace,
) -> None:
    for number, checksum in OLD_CHECKSUMS.items():
        await database.db.execute(
            "UPDATE schema_migrations SET sha256 = $2 WHERE number = $1", number, checksum
        )
    assert await migrate(database.db) == []


async def test_an_edited_migration_is_refused_with_its_name(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    folder = up_to(1, tmp_path)
    (path,) = folder.glob("*.sql")
    path.write_text(path.read_text() + "-- edited\n")
    with pytest.raises(MigrationChanged, match=r"0001 \(torrents\)"):
        await migrate(database.db, folder)


async def emptied(db: asyncpg.Connection) -> None:
    """Make a database as it was before the first migration."""
    await db.execute("DROP SCHEMA public CASCADE; DROP SCHEMA musicbrainz CASCADE")
    await db.execute("CREATE SCHEMA public")


async def test_a_table_of_before_keeps_what_it_knows(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    db = database.db
    await emptied(db)
    await migrate(db, up_to(6, tmp_path))
    await db.execute(
        "INSERT INTO torrents (infohash, name, size, file_paths, file_sizes, flags, observed_at,"
        " input_hash, provenance_id) VALUES ($1, 'old', 5, '{a,b}', '{1,2}',"
        " '{name_cleaned,files_truncated}', $2, decode('00', 'hex'), 1)",
        bytes.fromhex(INFOHASH),
        T1,
    )
    await migrate(db, up_to(9, tmp_path))
    for migration in migrations():
        if migration.number in (7, 8, 9):
            await db.execute(migration.sql)  # by hand once more: it changes nothing
    await migrate(db)
    ids = await known_ids(db)
    await write_torrents(db, [torrent("new", infohash=INFOHASH, observed_at=T2)], ids)
    row = await db.fetchrow("SELECT * FROM torrents")
    assert (row["name"], row["size"], row["num_files"]) == ("new", 5, 2)
    assert (row["flags"], row["file_flags"]) == ([], ["files_truncated"])
    assert row["size_seen_at"] == row["files_seen_at"] == T1


SHOWN = {
    "torrents": "infohash, name, size, num_files, file_paths, file_sizes, observed_at, flags,"
    " provenance_id, seeders, leechers, swarm_seen_at, size_seen_at, files_seen_at",
    "classifications": "infohash, result_id, medium, subcategory, nsfw, confidence, source, rule,"
    " torznab, revision, model_id, observed_at, seeders",
    "extractions": "infohash, result_id, subcategory, title, creator, year, metadata, technical,"
    " llm, method, revision, model_id, observed_at",
    "links": "infohash, extraction_id, result_id, status, artist_mbid, artist, release_group_mbid,"
    " title, score, margin, why, reference_date, revision, model_id",
    "history": "infohash, stage, revision, input_hash, method, result_id, of_result, observed_at,"
    " reference_date, model_id, recorded_at, result",
    "releases": "infohash, name, medium, subcategory, nsfw, confidence, torznab, classified_by,"
    " rule, title, creator, year, extracted_by, llm, size, num_files, seeders, leechers,"
    " swarm_seen_at, created_at, observed_at, infohash_bytes, search",
    "music": "*",
    "video": "*",
    "llm_pending": "*",
}
"""Tables and views, and the columns that they had before migration 10."""


async def shown(db: asyncpg.Connection) -> dict[str, list[str]]:
    """What the tables and views of before say."""
    return {
        name: sorted(map(repr, await db.fetch(f"SELECT {columns} FROM {name}")))
        for name, columns in SHOWN.items()
    }


def results() -> list[Result]:
    """Results of every kind, of which some are superseded."""
    written: list[Result] = []
    for number in range(8):
        files = [(f"{number}.flac", 5), ("b.flac", None)] if number % 2 else None
        first = torrent(f"Name {number}", files=files, size=7, swarm=Swarm(seeders=number))
        later = torrent(
            "Newer", infohash=first.infohash, observed_at=SEEN + timedelta(days=number % 3)
        )
        written += [classification(first, "album"), classification(later, "track", revision=2)]
        evidence = {
            "artist": Evidence(source="tagger", confidence=0.5, span=(0, 4)),
            "year": Evidence(source="rules:bare", confidence=1, path="CD 1/x.flac"),
        }
        for method in (Method.TAGGER, Method.LLM)[: 1 + number % 2]:
            read = extraction(first, f"artist {number}", method).model_copy(
                update={"evidence": evidence if number % 3 else {}}
            )
            written += [read, linked(read, None), linked(read, date(2026, 1, 1 + number))]
    return written


def linked(of: Extraction, day: date | None) -> Link:
    """A link with candidates where there is reference data of that day, one without elsewhere."""
    if day is None:
        return link(of, "Nobody").model_copy(update={"match": Match(status=LinkStatus.NONE)})
    candidate = Candidate(artist_mbid="ab" * 4 + "-abab" * 3 + "-" + "ab" * 6, artist="A", score=1)
    match = Match(
        status=LinkStatus.HIGH, artist="A", score=0.7, why=("a", "b"), candidates=(candidate,)
    )
    return link(of, "A").model_copy(
        update={"match": match, "reference_date": day, "input_hash": f"{day.day:032x}"}
    )


async def write(db: asyncpg.Connection, events: Sequence[Result]) -> None:
    """Write results as the store does."""
    ids = Ids()
    await ids.learn(db, events)
    seen: list[Torrent] = [event.torrent for event in events if isinstance(event, Classification)]
    await write_torrents(db, seen, ids)
    await write_results(db, events, ids)


async def copied(db: asyncpg.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, in which NULL stands for what they do not say."""
    names = list(rows[0])
    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    await db.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE VALUES ({places})",
        [list(row.values()) for row in rows],
    )


async def test_a_filled_database_of_before_answers_the_same(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    db = database.db
    await write(db, results())
    new = await shown(db)
    rows = {
        name: [dict(row) for row in await db.fetch(f"SELECT {SHOWN.get(name, '*')} FROM {name}")]
        for name in ("provenance", "model", "torrents", "history")
    }
    assert {row["stage"] for row in rows["history"]} == {"classify", "extract", "match"}
    await emptied(db)
    await migrate(db, up_to(9, tmp_path))
    await copied(db, "provenance", rows["provenance"])
    await copied(db, "model", rows["model"])
    await copied(db, "torrents", [{**row, "observation": b"x"} for row in rows["torrents"]])
    await copied(db, "history", rows["history"])
    for function in ("refresh_classifications", "refresh_extractions", "refresh_links"):
        await db.execute(f"SELECT {function}(ARRAY(SELECT DISTINCT infohash FROM history))")
    before = await shown(db)
    assert before == new, "the tables of before show what these do"
    later = [migration.number for migration in migrations() if migration.number > 9]
    assert [migration.number for migration in await migrate(db)] == later
    assert await db.fetchval("SELECT count(DISTINCT stage) FROM superseded") == 3
    assert await shown(db) == before
    (compact,) = (migration for migration in migrations() if migration.number == 10)
    await db.execute(compact.sql)  # by hand once more: it changes nothing
    assert await shown(db) == before
    await write(db, results())
    assert await shown(db) == before, "and a redelivery finds everything there"
