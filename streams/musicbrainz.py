"""`python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS`: MusicBrainz JSON dumps into the match index and Postgres.

The index is swapped in atomically under running workers. The tables are for people who query; matching reads the index only.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncpg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from infra.postgres.connect import DatabaseUnreachable, connect
from infra.settings import Settings, settings
from models.match.build import build
from models.match.dump import Artist, Dump, Kind, ReleaseGroup
from models.match.errors import MatchError
from models.match.index import ArtistRecord, Index, Meta
from streams.process import parser

_EXAMPLES = """examples:
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz
  python -m streams.musicbrainz import artist.tar.xz release-group.tar.xz --index-only     no Postgres needed
  python -m streams.musicbrainz import mbdump/artist mbdump/release-group --date 2026-11-21
"""

_COPIED = 20_000
"""Rows a COPY: a few MB of memory, and past the size where larger ones are faster."""

_TOLD_EVERY = 500

Entity = TypeVar("Entity", Artist, ReleaseGroup)


class TablesMissing(MatchError):
    """The musicbrainz schema is not there."""


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    meta: Meta
    is_new: bool
    bad_artists: Dump
    bad_groups: Dump


def import_index(
    folder: Path, artists: Dump, groups: Dump, *, day: date | None = None, progress: Progress | None = None
) -> Imported:  # fmt: skip
    """Build the index from dumps and make it current; the same dumps again change nothing.

    Raises:
        models.match.errors.MatchError: a dump or the folder cannot be used; the message says why.
    """
    meta, is_new = build(
        folder,
        _told(artists.artists(), artists, progress),
        _told(groups.release_groups(), groups, progress),
        lambda: groups.dated(day) if day or groups.date else artists.dated(day),
    )
    return Imported(meta, is_new, artists, groups)


def _told(entities: Iterable[Entity], dump: Dump, progress: Progress | None) -> Iterator[Entity]:
    task: TaskID | None = progress.add_task(f"reading {dump.kind}s", total=dump.size) if progress else None
    for number, entity in enumerate(entities):
        if progress and task is not None and number % _TOLD_EVERY == 0:
            progress.update(task, completed=dump.position)
        yield entity
    if progress and task is not None:
        progress.update(task, completed=dump.size)


async def import_tables(current: Settings, index_dir: Path) -> bool:
    """Write the current index's entities to the `musicbrainz` schema; what vanished from the dumps is deleted.

    Returns False when this version is there already.

    Raises:
        DatabaseUnreachable
        TablesMissing: run the migrations first.
    """
    index = Index.open(index_dir)
    connection = await connect(current)
    try:
        last = await connection.fetchval("SELECT index_version FROM musicbrainz.import ORDER BY imported_at DESC LIMIT 1")
        if last == index.meta.version:
            return False
        async with connection.transaction():
            await _load(connection, index)
            await connection.execute(
                "INSERT INTO musicbrainz.import (dump_date, index_version, artists, release_groups) VALUES ($1, $2, $3, $4)",
                index.meta.dump_date, index.meta.version, index.meta.artists, index.meta.release_groups,
            )  # fmt: skip
        return True
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError) as error:
        raise TablesMissing("the musicbrainz tables are missing; run `python -m infra.postgres migrate`") from error
    finally:
        await connection.close()


_TABLES = {
    "artist": ("mbid", "name", "disambiguation", "type", "country", "aliases"),
    "release_group": ("mbid", "title", "artist_mbids", "artist_credit", "first_year", "primary_type", "secondary_types"),
}


async def _load(connection: asyncpg.Connection, index: Index) -> None:
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _TABLES}
    for table in _TABLES:
        await connection.execute(f"CREATE TEMP TABLE new_{table} (LIKE musicbrainz.{table}) ON COMMIT DROP")  # our own names

    for record in index.records():
        if isinstance(record, ArtistRecord):
            aliases = list(record.names)
            rows["artist"].append((UUID(record.mbid), record.name, record.disambiguation, record.type, record.country, aliases))
        else:
            artists = [UUID(index.artist(number).mbid) for number in record.artist_ids]
            rows["release_group"].append(
                (UUID(record.mbid), record.title, artists, record.credit, record.year, record.primary_type,
                 list(record.secondary_types))
            )  # fmt: skip
        for table, waiting in rows.items():
            if len(waiting) >= _COPIED:
                await _copy(connection, table, waiting)
    for table, waiting in rows.items():
        await _copy(connection, table, waiting)
        await _merge(connection, table)


async def _copy(connection: asyncpg.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    await connection.copy_records_to_table(f"new_{table}", records=rows, columns=_TABLES[table])
    rows.clear()


async def _merge(connection: asyncpg.Connection, table: str) -> None:
    columns = _TABLES[table]
    given, values = ", ".join(columns), ", ".join(f"excluded.{name}" for name in columns[1:])
    # Table and column names are constants of this module.
    await connection.execute(
        f"INSERT INTO musicbrainz.{table} AS t ({given}) SELECT DISTINCT ON (mbid) {given} FROM new_{table} ORDER BY mbid"  # noqa: S608
        f" ON CONFLICT (mbid) DO UPDATE SET ({', '.join(columns[1:])}) = ROW({values})"
        f" WHERE ({', '.join('t.' + name for name in columns[1:])}) IS DISTINCT FROM ({values})"
    )
    await connection.execute(
        f"DELETE FROM musicbrainz.{table} t WHERE NOT EXISTS (SELECT FROM new_{table} n WHERE n.mbid = t.mbid)"  # noqa: S608
    )


def _tell(imported: Imported, console: Console) -> None:
    meta = imported.meta
    console.print(
        f"{'imported' if imported.is_new else 'already current:'} {meta.artists:,} artists and {meta.release_groups:,} release"
        f" groups of {meta.dump_date} (version {meta.version})",
        soft_wrap=True,
    )
    for dump in (imported.bad_artists, imported.bad_groups):
        if dump.bad:
            console.print(f"{dump.bad:,} lines of {escape(dump.path.name)} are no {dump.kind} and were passed over:")
            for line in dump.bad_lines[:10]:
                console.print(f"  line {line.number}: {escape(line.reason)}", highlight=False)


def main(arguments: list[str] | None = None) -> int:
    reading = parser("python -m streams.musicbrainz", "MusicBrainz dumps into the match index and Postgres.", _EXAMPLES)
    commands = reading.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", help="read an artist and a release-group dump")
    importing.add_argument("artists", type=Path, metavar="ARTISTS", help="artist.tar.xz, its folder, or JSON lines")
    importing.add_argument("groups", type=Path, metavar="RELEASE_GROUPS", help="release-group.tar.xz, likewise")
    importing.add_argument("--index", type=Path, metavar="DIR", help="where the index goes (default STREAMS_HOME/musicbrainz)")
    importing.add_argument("--index-only", action="store_true", help="do not write to Postgres")
    importing.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the dumps' date, if they do not say")
    chosen = reading.parse_args(arguments)
    console = Console(stderr=True)
    folder: Path = chosen.index or settings().index_dir
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            artists, groups = Dump(chosen.artists, Kind.ARTIST), Dump(chosen.groups, Kind.RELEASE_GROUP)
            imported = import_index(folder, artists, groups, day=chosen.date, progress=progress)
        _tell(imported, console)
        if not chosen.index_only:
            written = asyncio.run(import_tables(settings(), folder))
            console.print("Postgres: tables written" if written else "Postgres: already up to date")
    except (MatchError, DatabaseUnreachable) as error:
        console.print(escape(str(error)), highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
