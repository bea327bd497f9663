"""How large the database and its tables are, as Postgres knows it without reading a table."""

from dataclasses import dataclass

import asyncpg

_TABLES = """
SELECT
    schemaname || '.' || relname AS name,
    pg_total_relation_size(relid) AS bytes,
    n_live_tup AS live,
    n_dead_tup AS dead,
    extract(epoch FROM greatest(last_vacuum, last_autovacuum))::float8 AS vacuumed_at
FROM pg_stat_user_tables
ORDER BY bytes DESC
LIMIT $1
"""

MOST_TABLES = 50
"""Tables that are told of, the largest first; ours are about thirty."""


@dataclass(frozen=True, slots=True)
class TableSize:
    """One table with its indexes. Rows are estimates of the server's statistics."""

    name: str
    bytes: int
    live: int
    dead: int
    """Rows that were replaced or deleted and that a vacuum has not cleared away."""
    vacuumed_at: float | None
    """Seconds since 1970; None where it never was."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """One look at the database."""

    bytes: int
    tables: tuple[TableSize, ...]


async def sizes(connection: asyncpg.Connection) -> Sizes:
    """Looks once: file sizes and statistics, no rows."""
    total = await connection.fetchval("SELECT pg_database_size(current_database())")
    rows = await connection.fetch(_TABLES, MOST_TABLES)
    return Sizes(total, tuple(TableSize(**row) for row in rows))
