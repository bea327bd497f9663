"""All tables in parts that are copied one by one, and what tells that a part has not changed."""

from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass

import asyncpg

SCHEMAS = ("public", "musicbrainz")

PROGRESS = "restore_progress"
"""The table that a restore remembers its place in, until it is through."""

_NOT_DATA = ("schema_migrations", PROGRESS)

_LAST = "public.corrections"
"""Written after the results: rows are corrected when they are written, and these are already."""

_ONLY_GROW = ("public.corrections", "public.llm_answers")
"""Their rows never change. By month, so that what is old lies in parts that never change either."""

_SIXTEENTHS = "0123456789abcdef"

_TABLES = """
SELECT n.nspname || '.' || c.relname AS name,
    array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns,
    ARRAY(
        SELECT k.attname::text FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS place(number, at)
        JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = place.number
        WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY place.at
    ) AS key
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND n.nspname = ANY ($1) AND c.relname <> ALL ($2)
GROUP BY c.oid, n.nspname, c.relname
ORDER BY 1
"""

_SEQUENCES = """
SELECT pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname)
    AS sequence, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
    quote_ident(a.attname) AS of_column
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n
    ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1) AND c.relkind = 'r' AND a.attidentity <> ''
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ours: its name with the schema, what is copied, and its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def part_of(self) -> str:
        """SQL that names the part that a row `t` is of."""
        if self.name in _ONLY_GROW:
            return "to_char(t.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM')"
        if "infohash" in self.columns:
            return "substr(encode(substr(t.infohash, 1, 1), 'hex'), 1, 1)"
        if "mbid" in self.columns:
            return "substr(t.mbid::text, 1, 1)"
        return "'all'"

    def rows_of(self, part: str) -> str:
        """SQL for the rows `t` of a part; those of a key are found by its index."""
        if self.name in _ONLY_GROW or part not in _SIXTEENTHS:
            return f"{self.part_of} = '{part}'"
        column, form = (
            ("infohash", r"'\x{}'::bytea")
            if "infohash" in self.columns
            else ("mbid", "'{}0000000-0000-0000-0000-000000000000'::uuid")
        )
        after = _SIXTEENTHS[_SIXTEENTHS.index(part) + 1 :][:1]
        bound = "{}0" if column == "infohash" else "{}"
        conditions = [f"t.{column} >= {form.format(bound.format(part))}"]
        if after:
            conditions.append(f"t.{column} < {form.format(bound.format(after))}")
        return " AND ".join(conditions)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table that are copied together."""

    table: str
    name: str
    rows: int
    fingerprint: str
    """Sum of the hashes of its rows: equal where the rows are, in whatever order they lie."""


async def tables(connection: asyncpg.Connection) -> list[Table]:
    """Every table that holds data, those of corrections last."""
    present = [
        Table(row["name"], tuple(row["columns"]), tuple(row["key"]))
        for row in await connection.fetch(_TABLES, SCHEMAS, _NOT_DATA)
    ]
    return sorted(present, key=lambda table: (table.name == _LAST, table.name))


async def migration(connection: asyncpg.Connection) -> int:
    """The number of the last migration; 0 where there are no tables."""
    if await connection.fetchval("SELECT to_regclass('public.schema_migrations')") is None:
        return 0
    return int(await connection.fetchval("SELECT coalesce(max(number), 0) FROM schema_migrations"))


async def same_words(connection: asyncpg.Connection) -> None:
    """Let this session write rows as text the same way, whatever server and database are set to."""
    await connection.execute(
        "SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';"
        " SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0"
    )


async def parts(
    connection: asyncpg.Connection, table: Table, columns: tuple[str, ...] | None = None
) -> list[Part]:
    """The parts of a table that have rows. Reads all of it; `columns` leaves out newer ones."""
    listed = ", ".join(f't."{column}"' for column in columns or table.columns)
    query = f"""
        SELECT {table.part_of} AS part, count(*) AS rows,
            sum(hashtextextended(ROW({listed})::text, 0)::numeric)::text AS fingerprint
        FROM {table.name} t GROUP BY 1 ORDER BY 1
    """  # noqa: S608 (names of the catalogue)
    return [
        Part(table.name, row["part"], row["rows"], row["fingerprint"])
        for row in await connection.fetch(query)
    ]


async def copy_out(
    connection: asyncpg.Connection,
    table: Table,
    part: str,
    write: Callable[[bytes], Awaitable[None]],
) -> None:
    """Give the rows of a part, as COPY writes them and in the order of their key, to `write`."""
    listed = ", ".join(f't."{column}"' for column in table.columns)
    order = ", ".join(f't."{column}"' for column in table.key or table.columns[:1])
    query = f"SELECT {listed} FROM {table.name} t WHERE {table.rows_of(part)} ORDER BY {order}"  # noqa: S608
    await connection.copy_from_query(query, output=write)


async def copy_in(
    connection: asyncpg.Connection,
    name: str,
    columns: tuple[str, ...],
    source: AsyncIterable[bytes],
) -> None:
    """Write the rows that COPY once wrote of these columns of a table."""
    schema, _, bare = name.partition(".")
    await connection.copy_to_table(bare, schema_name=schema, columns=list(columns), source=source)


async def empty(connection: asyncpg.Connection) -> None:
    """Leave no row in any table, and no place of a restore."""
    names = ", ".join(table.name for table in await tables(connection))
    await connection.execute(f"TRUNCATE {names}; DROP TABLE IF EXISTS {PROGRESS}")


async def filled(connection: asyncpg.Connection) -> list[str]:
    """The tables that have rows."""
    return [
        table.name
        for table in await tables(connection)
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.name})")  # noqa: S608
    ]


async def go_on_counting(connection: asyncpg.Connection) -> None:
    """Let small ids that are made from now on follow those that are there."""
    for row in await connection.fetch(_SEQUENCES, SCHEMAS):
        await connection.execute(
            f"SELECT setval('{row['sequence']}', max({row['of_column']}))"  # noqa: S608
            f" FROM {row['name']} HAVING count(*) > 0"
        )
