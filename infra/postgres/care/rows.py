"""Torrents with their current results, one after the other, however many there are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from infra.postgres.jsonb import loaded
from infra.postgres.search.tables import EXTRACTIONS, LINKS

_AT_ONCE = 500
"""Rows that the server's cursor gives at a time."""
_WITH_FILES = 50
"""The same with files: a hostile list of them is 4 MiB."""

_LONGEST = timedelta(minutes=10)
"""A row is dated by when its transaction began. None of the store's lasts longer."""

_COLUMNS = """t.infohash, t.name, t.size, t.num_files, t.created_at, t.observed_at, t.seeders,
t.leechers, t.completed, c.medium, c.subcategory, c.nsfw, c.confidence, c.torznab,
c.source AS classified_by, c.rule, c.own_class, c.own_confidence, e.title, e.creator, e.year,
e.method::text AS extracted_by, e.llm, e.metadata, e.technical, l.status AS link,
l.artist_mbid::text AS artist_mbid, l.artist, l.release_group_mbid::text AS release_group_mbid,
l.title AS release_group, l.score, t.hints->>'category' AS category, t.hints->>'imdb' AS imdb,
(t.hints->>'tmdb')::bigint AS tmdb, (t.hints->>'tvdb')::bigint AS tvdb,
encode(t.infohash_v2, 'hex') AS infohash_v2"""

_NEW = """(c.recorded_at >= $2 OR e.recorded_at >= $2 OR l.recorded_at >= $2
    OR EXISTS (SELECT FROM corrections k WHERE k.infohash = t.infohash AND k.recorded_at >= $2))"""

_QUERY = f"""
SELECT {_COLUMNS}{{files}}
FROM torrents t LEFT JOIN classifications c ON c.infohash = t.infohash {EXTRACTIONS} {LINKS}
WHERE t.infohash > $1 AND ($2::timestamptz IS NULL OR {_NEW})
    AND ($3::boolean OR c.nsfw IS NOT TRUE)
ORDER BY t.infohash
"""  # noqa: S608 (our own names)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which torrents, and what of them."""

    since: datetime | None = None
    """Only those of which something was recorded from then on: a result or a correction."""
    adult: bool = True
    files: bool = False


async def next_since(connection: asyncpg.Connection) -> datetime:
    """The moment to give as `since` next time, so that nothing is passed over."""
    now: datetime = await connection.fetchval("SELECT now()")
    return now - _LONGEST


async def current_rows(
    connection: asyncpg.Connection, wanted: Wanted, after: bytes = b""
) -> AsyncIterator[dict[str, Any]]:
    """The rows behind an infohash, in the order of infohashes and as they are at one moment.

    A correction that stands is what a row says. The server keeps what has not been asked for yet.
    """
    files = ", t.file_paths, t.file_sizes" if wanted.files else ""
    at_once = _WITH_FILES if wanted.files else _AT_ONCE
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for record in connection.cursor(
            _QUERY.format(files=files), after, wanted.since, wanted.adult, prefetch=at_once
        ):
            yield _row(dict(record))


def _row(fields: dict[str, Any]) -> dict[str, Any]:
    fields["infohash"] = fields["infohash"].hex()
    fields["metadata"] = loaded(fields["metadata"])
    fields["technical"] = loaded(fields["technical"])
    paths = fields.pop("file_paths", None)
    sizes = fields.pop("file_sizes", None)
    if paths is not None:
        fields["files"] = [
            {"path": path, "size": size} for path, size in zip(paths, sizes, strict=True)
        ]
    return fields
