"""The write of torrents: each row becomes what is newest of all that was observed."""

import json
from collections.abc import Iterable
from typing import Any

import asyncpg

from infra.postgres.columns import columns
from infra.postgres.ids import Ids
from infra.postgres.torrent_row import COLUMNS, NAMING, PARTS, Part, merged_rows, observed
from schemas import Torrent

_SENT_AS = {
    "infohash": "bytea",
    "name": "text",
    # Lists in lists have to be of one length in Postgres: they travel as text.
    "flags": "text",
    "file_paths": "jsonb",
    "file_sizes": "jsonb",
    "file_flags": "text",
    "provenance_id": "integer",
    "num_files": "integer",
    "size": "bigint",
    "meta_version": "smallint",
    "infohash_v2": "bytea",
    "hints": "jsonb",
    "seeders": "integer",
    "leechers": "integer",
    "completed": "integer",
}
"""The type that a column is sent as; the others are moments."""

_READ_AS = {
    "flags": "string_to_array(r.flags, ',')",
    "file_flags": "string_to_array(r.file_flags, ',')",
    # ARRAY(SELECT ...) of an unknown list would be an empty one.
    "file_paths": "CASE WHEN r.file_paths IS NOT NULL"
    " THEN ARRAY(SELECT jsonb_array_elements_text(r.file_paths)) END",
    "file_sizes": "CASE WHEN r.file_sizes IS NOT NULL"
    " THEN ARRAY(SELECT jsonb_array_elements_text(r.file_sizes)::bigint) END",
}


def _upsert() -> str:
    """Make the one statement for a batch, which is sent as one array a column.

    Each part of the row is decided on its own, by the rank that `torrent_row` defines: of the
    stored row (t) and the sent one (excluded) the greater wins. A row of which no part is newer is
    not written, so that a redelivery leaves no dead row behind. The copy of the seeders that stands
    beside the class, for the index by both, follows in the same statement where the row is no new
    one.
    """
    sent = ", ".join(
        f"${number}::{_SENT_AS.get(column, 'timestamptz')}[]"
        for number, column in enumerate(COLUMNS, start=1)
    )
    read = ", ".join(_READ_AS.get(column, f"r.{column}") for column in COLUMNS)
    changes = [
        f"{clock} = greatest(t.{clock}, excluded.{clock})"
        for clock in ("observed_at", "swarm_seen_at")
    ]
    for part in PARTS:
        newer = _newer(part)
        changes += [
            f"{column} = CASE WHEN {newer} THEN excluded.{column} ELSE t.{column} END"
            for column in part.columns
        ]
        if part is not NAMING:
            moment = (
                f"CASE WHEN {newer} THEN {part.sql_moment('excluded')}"
                f" ELSE {part.sql_moment('t')} END"
            )
            changes.append(
                f"{part.seen_at} ="
                f" nullif({moment}, greatest(t.{part.clock}, excluded.{part.clock}))"
            )
    names = ", ".join(COLUMNS)
    any_newer = " OR ".join(_newer(part) for part in PARTS)
    return f"""
        WITH written AS (
            INSERT INTO torrents AS t ({names})
            SELECT {read} FROM unnest({sent}) AS r({names})
            ON CONFLICT (infohash) DO UPDATE SET {", ".join(changes)}
            WHERE {any_newer}
            RETURNING infohash, seeders, t.xmax <> 0 AS is_old
        )
        UPDATE classifications c SET seeders = w.seeders FROM written w
        WHERE w.is_old AND c.infohash = w.infohash AND c.seeders IS DISTINCT FROM w.seeders
    """  # noqa: S608 (our own names)


def _newer(part: Part) -> str:
    sent = ", ".join(part.sql_rank("excluded"))
    stored = ", ".join(part.sql_rank("t"))
    return f"({sent}) > ({stored})"


_TORRENTS = _upsert()


async def write_torrents(
    connection: asyncpg.Connection, torrents: Iterable[Torrent], ids: Ids
) -> None:
    """Merge observations into the torrents' rows: per part of the row the newest known value.

    The result is the same in whatever order and in whatever batches the observations are written.
    """
    rows = merged_rows(
        observed(torrent, ids.provenance(torrent.provenance)) for torrent in torrents
    )
    sent = [[_sent(column, row[column]) for column in COLUMNS] for row in rows]
    await connection.execute(_TORRENTS, *columns(sent, len(COLUMNS)))


def _sent(column: str, value: Any) -> Any:
    """A value as `_SENT_AS` has it."""
    if value is None:
        return None
    if column in ("flags", "file_flags"):
        return ",".join(value)
    if column in ("file_paths", "file_sizes"):
        return json.dumps(value, ensure_ascii=False)
    return value
