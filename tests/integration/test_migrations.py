"""Migrations: applied once, safe on what is there, and refused when they were edited."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.postgres.migrate import MIGRATIONS, MigrationChanged, migrate, migrations
from infra.postgres.writes import write_torrents
from tests.integration.test_torrent_rows import INFOHASH, T1, T2, known_ids
from tests.support import torrent

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


async def test_a_table_of_before_keeps_what_it_knows(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    db = database.db
    await db.execute("DROP SCHEMA public CASCADE; DROP SCHEMA musicbrainz CASCADE")
    await db.execute("CREATE SCHEMA public")
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
