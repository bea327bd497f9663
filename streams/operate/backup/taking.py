"""Take a backup while everything runs."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from infra.postgres.access import Access
from infra.postgres.care import parts as care
from infra.postgres.connect import connect
from infra.settings import Settings
from streams.operate.backup.folder import FORMAT, Copied, Folder, Manifest, summary
from streams.operate.backup.place import committed
from streams.operate.backup.schema import SCHEMA, write_schema
from streams.operate.process import StartError


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup did."""

    manifest: Manifest
    copied: int
    """Parts that were written."""
    kept: int
    """Parts that had not changed since the backup before, or since a run that was killed."""
    warnings: list[str]


Told = Callable[[str, int, int], None]
"""Is told the part in work, how many are done, and of how many."""


async def backup(
    current: Settings,
    path: Path,
    *,
    with_offsets: bool = True,
    on_progress: Told = lambda part, done, total: None,
) -> Taken:
    """Copy all tables as they are at one moment, and where the store was in Kafka before it.

    Offsets are read first, and rows afterwards, in one snapshot: each event before the offsets is
    in the rows. Events after them may be, too; the store writes them again, which changes nothing.

    Args:
        current: the settings.
        path: the folder; it is made. A backup that is there is renewed: parts that did not change
            are kept.
        with_offsets: False where there is no Kafka; the store then reads all that Kafka has.
        on_progress: is told of each part.

    Raises:
        DatabaseUnreachable, KafkaUnreachable: a server does not answer.
        StartError: the tables are missing, or the folder is none of a backup.
    """
    with _folder(path).alone():
        return await _taken(current, Folder(path), with_offsets=with_offsets, tell=on_progress)


async def _taken(current: Settings, folder: Folder, *, with_offsets: bool, tell: Told) -> Taken:
    place = await committed(current) if with_offsets else None
    connection = await connect(current, Access.READER)
    try:
        await care.same_words(connection)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            number = await care.migration(connection)
            if not number:
                raise StartError("the tables are missing; run `python -m infra.postgres migrate`")
            taken_at = datetime.now(UTC).isoformat()
            listed, written = await _copied(connection, folder, tell)
            version = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    manifest = Manifest(
        format=FORMAT,
        taken_at=taken_at,
        postgres=version,
        migration=number,
        tables=summary(listed),
        kafka=asdict(place) if place else None,
        parts=tuple(listed),
    )
    folder.conclude(manifest)
    warning = write_schema(current, folder.path, version)
    return Taken(manifest, written, len(listed) - written, [warning] if warning else [])


def _folder(path: Path) -> Folder:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartError(f"{path} cannot be a folder: {error.strerror}") from error
    folder = Folder(path)
    strange = [
        entry.name
        for entry in path.iterdir()
        if not entry.name.startswith(("manifest.json", "journal.jsonl", SCHEMA))
        and ".copy.zst" not in entry.name
    ]
    if strange:
        raise StartError(f"{path} holds other things ({strange[0]}): name a folder for backups")
    return folder


async def _copied(
    connection: asyncpg.Connection, folder: Folder, on_progress: Told
) -> tuple[list[Copied], int]:
    """All parts, and how many of them had to be written."""
    known = {
        (part.table, part.part, part.columns, part.rows, part.fingerprint): part
        for part in folder.known()
        if folder.is_whole(part)
    }
    tables = await care.tables(connection)
    wanted = []
    for number, table in enumerate(tables):
        on_progress(f"{table.name}: what changed", number, len(tables))
        wanted += [(table, part) for part in await care.parts(connection, table)]
    listed = []
    written = 0
    for done, (table, part) in enumerate(wanted):
        on_progress(f"{table.name} {part.name}", done, len(wanted))
        key = (table.name, part.name, table.columns, part.rows, part.fingerprint)
        copied = known.get(key)
        if copied is None:
            with closing(folder.writing(part, table.columns)) as file:
                await care.copy_out(connection, table, part.name, file.write)
                copied = file.done()
            folder.remember(copied)
            written += 1
        listed.append(copied)
    return listed, written
