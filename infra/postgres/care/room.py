"""How the tables lie: dead rows, free room, indexes; and what is to be done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from infra.postgres.care.parts import SCHEMAS

_DEAD_SHARE = 0.1
_DEAD_LEAST = 1_000
"""A tenth of the rows dead, and more than autovacuum itself would wait for."""
_CHANGED_SHARE = 0.2
_FREE_SHARE = 0.5
_FREE_LEAST = 100 * 2**20
"""Half of a table free, and enough of it to be worth an hour without writers."""
_LONG = timedelta(hours=1)
"""A transaction that is older keeps every row alive that died since it began."""

_TABLES = """
SELECT n.nspname || '.' || c.relname AS name, greatest(c.reltuples, 0)::bigint AS rows,
    coalesce(s.n_dead_tup, 0) AS dead, coalesce(s.n_mod_since_analyze, 0) AS changed,
    greatest(s.last_vacuum, s.last_autovacuum) AS vacuumed,
    greatest(s.last_analyze, s.last_autoanalyze) AS analyzed,
    pg_relation_size(c.oid) AS heap, pg_table_size(c.oid) AS size,
    pg_indexes_size(c.oid) AS indexes, age(c.relfrozenxid) AS age,
    coalesce(c.reloptions::text LIKE '%autovacuum_enabled=false%', false) AS is_off,
    coalesce(s.n_live_tup, 0) AS live,
    (SELECT sum(avg_width * (1 - null_frac)) FROM pg_stats w
        WHERE w.schemaname = n.nspname AND w.tablename = c.relname) AS width
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND n.nspname = ANY ($1)
ORDER BY pg_total_relation_size(c.oid) DESC, 1
"""

_INDEXES = """
SELECT n.nspname || '.' || i.relname AS name, t.relname AS of_table,
    pg_relation_size(i.oid) AS size, coalesce(s.idx_scan, 0) AS scans, x.indisvalid AS is_valid,
    x.indisunique AS is_unique
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.oid
WHERE n.nspname = ANY ($1) AND t.relkind = 'r'
ORDER BY pg_relation_size(i.oid) DESC, 1
"""

_TRANSACTIONS = """
SELECT pid, coalesce(nullif(application_name, ''), 'an unnamed program') AS program,
    now() - xact_start AS age
FROM pg_stat_activity
WHERE xact_start < now() - $1::interval AND datname = current_database()
ORDER BY xact_start
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it lies."""

    name: str
    rows: int
    """As the last VACUUM or ANALYZE counted them."""
    dead: int
    size: int
    """Bytes, without indexes."""
    indexes: int
    """Bytes of its indexes."""
    free: int | None
    """Bytes that could be free, estimated from the width of its columns; None: not analysed."""
    vacuumed: datetime | None


@dataclass(frozen=True, slots=True)
class Index:
    """An index, and how often it was used since the statistics were reset."""

    name: str
    table: str
    size: int
    scans: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What is to be done, and why."""

    command: str
    why: str
    is_safe: bool
    """Whether `--do` does it: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What was found."""

    tables: list[Table]
    indexes: list[Index]
    advice: list[Advice]


async def room(connection: asyncpg.Connection) -> Room:
    """Look at the tables' statistics; reads no row of them."""
    rows = await connection.fetch(_TABLES, SCHEMAS)
    indexes = await connection.fetch(_INDEXES, SCHEMAS)
    limit = int(await connection.fetchval("SHOW autovacuum_freeze_max_age"))
    advice = [said for row in rows for said in _of_table(row, limit)]
    advice += [said for row in indexes for said in _of_index(row)]
    if await connection.fetchval("SHOW autovacuum") != "on":
        advice.append(Advice("ALTER SYSTEM SET autovacuum = on", "it is off for the server", False))
    for row in await connection.fetch(_TRANSACTIONS, _LONG):
        why = f"{row['program']} is in a transaction for {row['age']}: dead rows stay meanwhile"
        advice.append(Advice(f"SELECT pg_terminate_backend({row['pid']})", why, False))
    return Room(
        [
            Table(
                row["name"],
                row["rows"],
                row["dead"],
                row["size"],
                row["indexes"],
                _free(row),
                row["vacuumed"],
            )
            for row in rows
        ],
        [Index(row["name"], row["of_table"], row["size"], row["scans"]) for row in indexes],
        advice,
    )


def _of_table(row: Any, limit: int) -> list[Advice]:
    name = row["name"]
    advice = []
    if row["dead"] > max(_DEAD_LEAST, _DEAD_SHARE * row["live"]):
        why = f"{row['dead']:,} dead rows beside {row['live']:,}"
        advice.append(Advice(f"VACUUM (ANALYZE) {name}", why, True))
    elif row["age"] > limit:
        advice.append(Advice(f"VACUUM (FREEZE) {name}", "transaction numbers run out", True))
    elif row["live"] and row["analyzed"] is None:
        advice.append(Advice(f"ANALYZE {name}", "the planner knows nothing of it", True))
    elif row["changed"] > max(_DEAD_LEAST, _CHANGED_SHARE * row["live"]):
        why = f"{row['changed']:,} rows changed since the planner last looked"
        advice.append(Advice(f"ANALYZE {name}", why, True))
    free = _free(row)
    if free is not None and free > max(_FREE_LEAST, _FREE_SHARE * row["heap"]):
        why = (
            f"about {free / 2**20:,.0f} MiB of {row['heap'] / 2**20:,.0f} are free: new rows use"
            " them; only this gives them back, with all writers waiting and as much room beside it"
        )
        advice.append(Advice(f"VACUUM (FULL, ANALYZE) {name}", why, False))
    if row["is_off"]:
        command = f"ALTER TABLE {name} RESET (autovacuum_enabled)"
        advice.append(Advice(command, "autovacuum passes it over", False))
    return advice


def _of_index(row: Any) -> list[Advice]:
    if not row["is_valid"]:
        why = "it was never finished: it costs every write and no query uses it"
        return [Advice(f"REINDEX INDEX CONCURRENTLY {row['name']}", why, False)]
    return []


def _free(row: Any) -> int | None:
    """Bytes of the heap that its rows, as wide as they are on average, do not need."""
    if row["width"] is None:
        return None
    # A row has 23 bytes of its own, four in the page, and on average half a word of padding.
    needed = float(row["rows"]) * (float(row["width"]) + 32)
    return max(0, round(int(row["heap"]) - needed))


async def act(connection: asyncpg.Connection, advice: Advice) -> None:
    """Do what was advised; not in a transaction."""
    await connection.execute(advice.command)
