"""How many torrents the planner expects to fit, which takes it a fraction of a millisecond."""

import json
from collections.abc import Sequence

import asyncpg


async def expected_rows(
    connection: asyncpg.Connection, statement: str, values: Sequence[object]
) -> float:
    """The rows that the planner expects of a SELECT."""
    plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *values)
    return float(json.loads(plan)[0]["Plan"]["Plan Rows"])


async def stored_torrents(connection: asyncpg.Connection) -> float:
    """How many torrents there were at the last ANALYZE; at least 1."""
    rows = await connection.fetchval(
        "SELECT reltuples FROM pg_class WHERE oid = 'public.classifications'::regclass"
    )
    return max(1.0, float(rows))


async def lexemes(connection: asyncpg.Connection, text: str) -> list[str]:
    """The words of a text as the index has them, longest first."""
    query = "SELECT tsvector_to_array(to_tsvector('simple', $1::text))"
    return sorted(await connection.fetchval(query, text), key=len, reverse=True)
