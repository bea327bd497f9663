"""Bytes on disk: of the tables of Postgres and of the topics of Kafka."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import asyncpg

_TABLES = """
SELECT relation.oid::regclass::text AS name,
    pg_table_size(relation.oid)
        - coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0) AS heap,
    pg_indexes_size(relation.oid) AS indexes,
    coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0) AS toast,
    coalesce(n_live_tup, 0) AS live,
    coalesce(n_dead_tup, 0) AS dead,
    coalesce(autovacuum_count, 0) AS autovacuums
FROM pg_class AS relation
JOIN pg_namespace AS room ON room.oid = relnamespace
LEFT JOIN pg_stat_user_tables ON relid = relation.oid
WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY pg_total_relation_size(relation.oid) DESC
"""

_EMPTY = 64 * 1024
"""An empty table and its indexes have a few pages; only tables above this are shown."""


@dataclass(frozen=True)
class TableSize:
    """One table, in bytes, and its rows as the statistics of the database have them."""

    name: str
    heap: int
    indexes: int
    toast: int
    live: int
    dead: int
    autovacuums: int

    @property
    def total(self) -> int:
        """Heap, indexes and toast."""
        return self.heap + self.indexes + self.toast


async def tables(connection: asyncpg.Connection) -> list[TableSize]:
    """The tables that hold something, the largest first."""
    rows = [TableSize(**row) for row in await connection.fetch(_TABLES)]
    return [row for row in rows if row.total > _EMPTY]


def topics(logs: Path) -> dict[str, int]:
    """Bytes of records by topic, in the log folder of a broker; index files are left out.

    Those are made as large as they may ever become, full of holes.
    """
    sizes: Counter[str] = Counter()
    for segment in logs.glob("*/*.log"):
        sizes[segment.parent.name.rpartition("-")[0]] += segment.stat().st_size
    return {name: size for name, size in sizes.most_common() if size}
