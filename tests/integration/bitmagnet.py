"""A database as bitmagnet has it, as far as it is read."""

import asyncpg

from tests.unit.replay.dumps import SEEN

SCHEMA = """
CREATE TABLE torrents (
    info_hash bytea NOT NULL PRIMARY KEY, name text NOT NULL, size bigint NOT NULL,
    private boolean NOT NULL DEFAULT false, files_status text NOT NULL, files_count integer,
    extension text, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE torrent_files (
    info_hash bytea NOT NULL REFERENCES torrents, index integer NOT NULL, path text NOT NULL,
    size bigint NOT NULL, PRIMARY KEY (info_hash, path), UNIQUE (info_hash, index)
);
CREATE TABLE torrents_torrent_sources (
    source text NOT NULL, info_hash bytea NOT NULL REFERENCES torrents, import_id text,
    seeders integer, leechers integer, published_at timestamptz,
    updated_at timestamptz NOT NULL, PRIMARY KEY (source, info_hash)
);
CREATE TABLE torrent_contents (
    info_hash bytea NOT NULL REFERENCES torrents, content_type text, content_source text,
    content_id text
);
"""


async def filled(db: asyncpg.Connection, count: int) -> set[str]:
    """A bitmagnet of so many torrents of a single file; returns their infohashes."""
    keys = [number.to_bytes(20, "big") for number in range(1, count + 1)]
    await db.executemany(
        "INSERT INTO torrents VALUES ($1, $2, 5, false, 'single', 1, 'ogg', to_timestamp($3),"
        " to_timestamp($3))",
        [(key, f"Name {number}.ogg", SEEN) for number, key in enumerate(keys)],
    )
    return {key.hex() for key in keys}
