"""The index's entities as tables of the `musicbrainz` schema, for people who query.

Matching reads the index only.
"""

from pathlib import Path
from uuid import UUID

import asyncpg

from infra.postgres.access import Access
from infra.postgres.connect import connect
from infra.settings import Settings
from models.match.errors import MatchError
from models.match.index import ArtistRecord, GroupRecord, Index

_COPIED = 20_000
"""Rows a COPY: a few MB of memory, and past the size where larger ones are faster."""

_TABLES = {
    "artist": ("mbid", "name", "sort_name", "disambiguation", "type", "country", "aliases"),
    "release_group": (
        "mbid",
        "title",
        "artist_mbids",
        "artist_credit",
        "first_year",
        "primary_type",
        "secondary_types",
        "disambiguation",
    ),
    "redirect": ("mbid", "new_mbid"),
}

_IMPORTED = """
INSERT INTO musicbrainz.import (dump_date, index_version, artists, release_groups)
VALUES ($1, $2, $3, $4)
"""


class TablesMissing(MatchError):
    """The musicbrainz schema is not there."""


async def import_tables(current: Settings, index_dir: Path) -> bool:
    """Write the current index's entities to the `musicbrainz` schema, all or nothing.

    What vanished from the dumps is deleted. Returns False when this version is there already.

    Raises:
        DatabaseUnreachable: Postgres does not answer.
        TablesMissing: run the migrations first.
    """
    index = Index.open(index_dir)
    connection = await connect(current, Access.WRITER)
    try:
        last = await connection.fetchval(
            "SELECT index_version FROM musicbrainz.import ORDER BY imported_at DESC LIMIT 1"
        )
        if last == index.meta.version:
            return False
        async with connection.transaction():
            await _load(connection, index)
            await connection.execute(
                _IMPORTED,
                index.meta.dump_date,
                index.meta.version,
                index.meta.artists,
                index.meta.release_groups,
            )
        return True
    except (
        asyncpg.UndefinedTableError,
        asyncpg.UndefinedColumnError,
        asyncpg.InvalidSchemaNameError,
    ) as error:
        raise TablesMissing(
            "the musicbrainz tables are missing; run `python -m infra.postgres migrate`"
        ) from error
    finally:
        await connection.close()


async def _load(connection: asyncpg.Connection, index: Index) -> None:
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _TABLES}
    for table in _TABLES:
        # Table names are constants of this module.
        await connection.execute(
            f"CREATE TEMP TABLE new_{table} (LIKE musicbrainz.{table}) ON COMMIT DROP"
        )
    for record in index.records():
        if isinstance(record, ArtistRecord):
            rows["artist"].append(
                (
                    UUID(record.mbid),
                    record.name,
                    record.sort_name,
                    record.disambiguation,
                    record.type,
                    record.country,
                    list(record.aliases),
                )
            )
        elif isinstance(record, GroupRecord):
            artists = [UUID(index.artist(number).mbid) for number in record.artist_ids]
            rows["release_group"].append(
                (
                    UUID(record.mbid),
                    record.title,
                    artists,
                    record.credit,
                    record.year,
                    record.primary_type,
                    list(record.secondary_types),
                    record.disambiguation,
                )
            )
        else:
            rows["redirect"].append((UUID(record.old), UUID(record.new)))
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
    """Bring a table to what was copied beside it; a row that is the same already is not written."""
    key, *others = _TABLES[table]
    given = ", ".join([key, *others])
    stored = ", ".join(f"t.{name}" for name in others)
    sent = ", ".join(f"excluded.{name}" for name in others)
    # Table and column names are constants of this module.
    await connection.execute(
        f"INSERT INTO musicbrainz.{table} AS t ({given})"  # noqa: S608
        f" SELECT DISTINCT ON ({key}) {given} FROM new_{table} ORDER BY {key}"
        f" ON CONFLICT ({key}) DO UPDATE SET ({', '.join(others)}) = ROW({sent})"
        f" WHERE ({stored}) IS DISTINCT FROM ({sent})"
    )
    await connection.execute(
        f"DELETE FROM musicbrainz.{table} t"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT FROM new_{table} n WHERE n.{key} = t.{key})"
    )
