"""What is in Postgres of what was published, and how long after it was seen it was there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import asyncpg

_CHUNK = 20_000
_STAGES = ("torrents", "classifications", "extractions", "links")
"""Tables whose rows carry the event's own time: `observed_at` of the torrent as it was seen."""


@dataclass(frozen=True)
class Latency:
    """Seconds from when a torrent was seen until its row was committed."""

    rows: int
    p50: float
    p95: float
    p99: float
    worst: float


@dataclass(frozen=True)
class Account:
    """What became of the events."""

    published: int
    torrents: int
    """Different torrents among the clean events."""
    lost: int
    """Of these, how many have no row."""
    unclassified: int
    """Of these, how many have a row and no class."""
    strange: int
    """Rows of torrents that were not published clean."""
    duplicates: int
    """Results or dead letters that are there twice."""
    dirty: int
    dead_letters: int


async def note_commits(stack_dsn: str) -> None:
    """Lets Postgres note when each transaction was committed; from its next start on."""
    connection = await asyncpg.connect(stack_dsn)
    try:
        await connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    finally:
        await connection.close()


async def latencies(connection: asyncpg.Connection, since: datetime) -> dict[str, Latency]:
    """Latency by table, of the rows whose torrent was last seen after `since`.

    The time of the commit is Postgres' own, of the transaction that wrote the row last. A torrent
    that is seen again moves `observed_at` in the row by that transaction, so both belong together.
    """
    answer = {}
    for table in _STAGES:
        row = await connection.fetchrow(
            f"""
            SELECT count(*) AS rows, max(seconds) AS worst,
                percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds) AS parts
            FROM (SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - observed_at)::float8
                AS seconds FROM {table} WHERE observed_at >= $1) AS waited
            """,
            since,
        )
        if row["rows"]:
            answer[table] = Latency(row["rows"], *row["parts"], row["worst"])
    return answer


async def account(
    connection: asyncpg.Connection, clean: Iterable[str], published: int, dirty: int
) -> Account:
    """Compares what was published with what is stored, torrent by torrent."""
    await connection.execute("CREATE TEMP TABLE expected (infohash bytea PRIMARY KEY)")
    for chunk in _chunks(clean):
        await connection.execute(
            "INSERT INTO expected SELECT decode(unnest($1::text[]), 'hex') ON CONFLICT DO NOTHING",
            chunk,
        )
    row = await connection.fetchrow(
        """
        SELECT (SELECT count(*) FROM expected) AS torrents,
            (SELECT count(*) FROM expected LEFT JOIN torrents AS t USING (infohash)
                WHERE t.infohash IS NULL) AS lost,
            (SELECT count(*) FROM expected JOIN torrents USING (infohash)
                LEFT JOIN classifications AS c USING (infohash) WHERE c.infohash IS NULL)
                AS unclassified,
            (SELECT count(*) FROM torrents LEFT JOIN expected AS e USING (infohash)
                WHERE e.infohash IS NULL) AS strange,
            (SELECT count(*) - count(DISTINCT (infohash, stage, revision, input_hash, method))
                FROM history)
                + (SELECT count(*) - count(DISTINCT (stage, topic, partition, "offset"))
                    FROM dead_letters) AS duplicates,
            (SELECT count(*) FROM dead_letters) AS dead_letters
        """
    )
    await connection.execute("DROP TABLE expected")
    return Account(published=published, dirty=dirty, **dict(row))


def _chunks(infohashes: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(infohashes)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
