"""Torrents that are no longer wanted: which they are, how much they take, and how they go."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from infra.postgres.embeddings import is_enabled
from infra.postgres.locks import lock_activation

_BATCH = 500
"""Torrents that go in one transaction: the store waits some ten milliseconds."""

_BYTES = """pg_column_size(t.*) + coalesce(pg_column_size(c.*), 0)
    + coalesce(pg_column_size(e.*), 0)
    + coalesce((SELECT sum(pg_column_size(l.*)) FROM links l WHERE l.infohash = t.infohash), 0)
    + coalesce((SELECT sum(pg_column_size(s.*)) FROM superseded s
        WHERE s.stage = ANY (enum_range(NULL::stage)) AND s.infohash = t.infohash), 0)
    + coalesce((SELECT sum(pg_column_size(g.*)) FROM torrent_tags g
        WHERE g.infohash = t.infohash), 0)
    + coalesce((SELECT sum(pg_column_size(r.*)) FROM reused r
        WHERE r.infohash = t.infohash), 0)"""
"""What a torrent's rows take. Indexes and room that is free again come on top."""

_FROM = """torrents t LEFT JOIN classifications c ON c.infohash = t.infohash
    LEFT JOIN extractions e ON e.infohash = t.infohash"""

_CHOSEN = f"""
CREATE TEMP TABLE dropping AS
SELECT t.infohash, t.observed_at, c.medium, c.subcategory, t.seeders, ({_BYTES})::bigint AS bytes
FROM {_FROM}
WHERE {{conditions}}
"""  # noqa: S608 (our own names)

_OF_BUDGET = """
DELETE FROM dropping d USING (
    SELECT infohash, sum(bytes) OVER (ORDER BY seeders NULLS FIRST, observed_at, infohash) - bytes
        AS before
    FROM dropping
) AS ranked
WHERE ranked.infohash = d.infohash AND ranked.before >= $1
"""

_DELETE = """
DELETE FROM torrents t USING unnest($1::bytea[], $2::timestamptz[]) AS d(infohash, observed_at)
WHERE t.infohash = d.infohash AND t.observed_at = d.observed_at
    AND ($3 OR NOT EXISTS (SELECT FROM corrections k WHERE k.infohash = t.infohash))
RETURNING t.infohash
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which torrents go: those that all of these say."""

    older_than: timedelta | None = None
    """Not seen for so long."""
    classes: tuple[str, ...] = ()
    """Media, or medium/subcategory; of none: any."""
    max_seeders: int | None = None
    """So many at most. A torrent whose seeders are not known stays."""
    budget: int | None = None
    """Bytes that all rows of torrents may take: no more go than have to, least seeded first."""
    corrected: bool = False
    """Whether those go, too, of which a person said something, and what they said."""


@dataclass(frozen=True, slots=True)
class Share:
    """Torrents of a class that go, or would."""

    medium: str | None
    subcategory: str | None
    torrents: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """What there is, before anything goes."""

    torrents: int
    bytes: int
    kept_for_people: int
    """Torrents that would go if nobody had corrected them."""


async def choose(connection: asyncpg.Connection, choice: Choice) -> tuple[list[Share], Sizes]:
    """Find out what goes, and remember it in this session for `drop`.

    Reads all rows where there is a budget.
    """
    conditions, arguments = _conditions(choice)
    is_corrected = "EXISTS (SELECT FROM corrections k WHERE k.infohash = t.infohash)"
    kept = 0
    if not choice.corrected:
        kept = await connection.fetchval(
            f"SELECT count(*) FROM {_FROM} WHERE {' AND '.join([*conditions, is_corrected])}",  # noqa: S608
            *arguments,
        )
        conditions.append(f"NOT {is_corrected}")
    total = await connection.fetchrow(
        f"SELECT count(*) AS torrents, coalesce(sum({_BYTES}), 0)::bigint AS bytes FROM {_FROM}"  # noqa: S608
    )
    await connection.execute("DROP TABLE IF EXISTS dropping")
    literal = await _filled(connection, " AND ".join(conditions), arguments)
    await connection.execute(_CHOSEN.format(conditions=literal))
    if choice.budget is not None:
        await connection.execute("ANALYZE dropping")
        await connection.execute(_OF_BUDGET, max(0, total["bytes"] - choice.budget))
    shares = await connection.fetch(
        "SELECT medium, subcategory, count(*) AS torrents, sum(bytes)::bigint AS bytes"
        " FROM dropping GROUP BY 1, 2 ORDER BY 4 DESC"
    )
    sizes = Sizes(total["torrents"], total["bytes"], kept)
    return [Share(**row) for row in shares], sizes


async def drop(
    connection: asyncpg.Connection,
    choice: Choice,
    tell_others: Callable[[Sequence[str]], Awaitable[None]],
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Delete what was chosen, batch after batch; returns how many torrents went.

    One that was seen again meanwhile stays. `tell_others` gets the infohashes of each batch before
    its transaction ends, so that nobody goes on with what is gone.
    """
    done = 0
    while batch := await connection.fetch(
        f"SELECT infohash, observed_at FROM dropping ORDER BY infohash LIMIT {_BATCH}"  # noqa: S608
    ):
        infohashes = [row["infohash"] for row in batch]
        async with connection.transaction():
            await lock_activation(connection)
            moments = [row["observed_at"] for row in batch]
            gone = [
                row["infohash"]
                for row in await connection.fetch(_DELETE, infohashes, moments, choice.corrected)
            ]
            await _delete_results(connection, gone, corrections=choice.corrected)
            await connection.execute("DELETE FROM dropping WHERE infohash = ANY ($1)", infohashes)
            await tell_others([infohash.hex() for infohash in gone])
        done += len(gone)
        on_progress(done)
    return done


async def _delete_results(
    connection: asyncpg.Connection, infohashes: list[bytes], *, corrections: bool
) -> None:
    tables = ["classifications", "extractions", "links", "torrent_tags", "reused"]
    if await is_enabled(connection):
        tables.append("embeddings")
    for table in tables:
        await connection.execute(f"DELETE FROM {table} WHERE infohash = ANY ($1)", infohashes)  # noqa: S608
    await connection.execute(
        "DELETE FROM superseded"
        " WHERE stage = ANY (enum_range(NULL::stage)) AND infohash = ANY ($1)",
        infohashes,
    )
    if corrections and await connection.fetchval(
        "SELECT EXISTS (SELECT FROM corrections WHERE infohash = ANY ($1))", infohashes
    ):
        # They only grow, and a trigger says so; here somebody asked for it by name.
        await connection.execute("ALTER TABLE corrections DISABLE TRIGGER only_grow")
        await connection.execute("DELETE FROM corrections WHERE infohash = ANY ($1)", infohashes)
        await connection.execute("ALTER TABLE corrections ENABLE TRIGGER only_grow")


def _conditions(choice: Choice) -> tuple[list[str], list[object]]:
    """Conditions, and what `$1` and so on stand for in them."""
    conditions = ["true"]
    arguments: list[object] = []
    if choice.older_than is not None:
        arguments.append(choice.older_than)
        conditions.append(f"t.observed_at < now() - ${len(arguments)}::interval")
    if choice.classes:
        arguments.append(list(choice.classes))
        place = f"${len(arguments)}::text[]"
        conditions.append(
            f"(c.medium = ANY ({place}) OR c.medium || '/' || c.subcategory = ANY ({place}))"
        )
    if choice.max_seeders is not None:
        arguments.append(choice.max_seeders)
        conditions.append(f"t.seeders <= ${len(arguments)}::integer")
    return conditions, arguments


async def _filled(
    connection: asyncpg.Connection, conditions: str, arguments: Sequence[object]
) -> str:
    """Conditions with their arguments quoted by Postgres: CREATE TABLE takes none."""
    for number, argument in reversed(list(enumerate(arguments, start=1))):
        kind = {timedelta: "interval", list: "text[]"}.get(type(argument), "integer")
        quoted = await connection.fetchval(f"SELECT quote_literal($1::{kind}::text)", argument)
        conditions = conditions.replace(f"${number}", quoted)
    return conditions
