"""Put a backup back into an empty, migrated database."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from infra.postgres.access import Access
from infra.postgres.care import parts as care
from infra.postgres.connect import connect
from infra.postgres.locks import keep_writers_out
from infra.settings import Settings
from streams.operate.backup.folder import Copied, Folder, Manifest
from streams.operate.backup.place import Place, put_back, require_stopped
from streams.operate.backup.taking import Told
from streams.operate.process import StartError

_BEGIN = f"""
CREATE TABLE IF NOT EXISTS {care.PROGRESS} (
    backup     text,
    table_name text,
    part       text,
    PRIMARY KEY (backup, table_name, part)
)
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    written: int
    """Parts that this run wrote; the others were written by one that was killed."""
    warnings: list[str]


async def restore(
    current: Settings,
    path: Path,
    *,
    force: bool = False,
    with_offsets: bool = True,
    on_progress: Told = lambda part, done, total: None,
) -> Restored:
    """Write all rows of a backup, and set the store group's offsets to where they belong.

    Every file is held against its SHA-256 before a row is written, and every table against its
    fingerprint afterwards. A restore that was killed goes on with the part that it was at.

    Args:
        current: the settings.
        path: the folder of the backup.
        force: empty tables that have rows.
        with_offsets: False leaves Kafka alone.
        on_progress: is told of each part.

    Raises:
        DatabaseUnreachable, KafkaUnreachable: a server does not answer.
        StartError: there is no backup, it is damaged or newer than the tables, these have rows, a
            store runs, or what was written is not what was copied.
    """
    folder = Folder(path)
    manifest = folder.manifest()
    if manifest is None:
        raise StartError(f"{path} holds no finished backup")
    if with_offsets:
        await require_stopped(current)
    connection = await connect(current, Access.OWNER)
    try:
        await care.same_words(connection)
        await keep_writers_out(connection)
        await _require_fit(connection, manifest)
        for done, part in enumerate(manifest.parts):
            on_progress(f"checking {part.file}", done, len(manifest.parts))
            if not folder.is_whole(part):
                raise StartError(f"{path / part.file} is missing or damaged; nothing was written")
        finished = await _begun(connection, manifest, force=force)
        written = 0
        for done, part in enumerate(manifest.parts):
            on_progress(f"{part.table} {part.part}", done, len(manifest.parts))
            if (part.table, part.part) not in finished:
                await _write(connection, folder, manifest, part)
                written += 1
        await _require_same(connection, manifest, on_progress)
        await care.go_on_counting(connection)
        place = Place(**manifest.kafka) if manifest.kafka else Place(None, "", {})
        warnings = await put_back(current, place) if with_offsets else []
        await connection.execute(f"DROP TABLE {care.PROGRESS}")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return Restored(manifest, written, warnings)


async def _require_fit(connection: asyncpg.Connection, manifest: Manifest) -> None:
    number = await care.migration(connection)
    if not number:
        raise StartError("the tables are missing; run `python -m infra.postgres migrate`")
    if manifest.migration > number:
        raise StartError(
            f"the backup is of migration {manifest.migration:04}, the tables are of {number:04};"
            " update Mimmo Streams and run `python -m infra.postgres migrate`"
        )
    tables = {table.name: table for table in await care.tables(connection)}
    for part in manifest.parts:
        table = tables.get(part.table)
        missing = set(part.columns) - set(table.columns) if table else {"all of it"}
        if missing:
            raise StartError(f"{part.table} has not what the backup has: {', '.join(missing)}")


async def _begun(
    connection: asyncpg.Connection, manifest: Manifest, *, force: bool
) -> set[tuple[str, str]]:
    """The parts that are written already, by a restore of the same backup that was killed."""
    if await connection.fetchval("SELECT to_regclass($1)", care.PROGRESS) is not None:
        rows = await connection.fetch(f"SELECT * FROM {care.PROGRESS}")  # noqa: S608
        if all(row["backup"] == manifest.identity for row in rows):
            return {(row["table_name"], row["part"]) for row in rows}
    if (filled := await care.filled(connection)) and not force:
        raise StartError(
            f"the database is not empty ({', '.join(filled[:5])}); --force empties it first"
        )
    async with connection.transaction():
        await care.empty(connection)
        await connection.execute(_BEGIN)
    return set()


async def _write(
    connection: asyncpg.Connection, folder: Folder, manifest: Manifest, part: Copied
) -> None:
    """Write a part, and that it is written, or neither."""
    async with connection.transaction():
        await care.copy_in(connection, part.table, part.columns, folder.rows(part))
        await connection.execute(
            f"INSERT INTO {care.PROGRESS} VALUES ($1, $2, $3)",  # noqa: S608
            manifest.identity,
            part.table,
            part.part,
        )


async def _require_same(
    connection: asyncpg.Connection, manifest: Manifest, on_progress: Told
) -> None:
    columns = {part.table: part.columns for part in manifest.parts}
    tables = await care.tables(connection)
    for done, table in enumerate(tables):
        on_progress(f"{table.name}: is it the same?", done, len(tables))
        written = await care.parts(connection, table, columns.get(table.name))
        here = {part.name: (part.rows, part.fingerprint) for part in written}
        if here != _wanted(manifest, table.name):
            await connection.execute(f"DROP TABLE {care.PROGRESS}")  # nothing to go on with
            raise StartError(
                f"{table.name} is not what was copied: something wrote to it; again with --force"
            )


def _wanted(manifest: Manifest, table: str) -> Mapping[str, tuple[int, str]]:
    return {
        part.part: (part.rows, part.fingerprint) for part in manifest.parts if part.table == table
    }
