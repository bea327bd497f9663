"""How many rows there are: exactly while they are few, about when counting would read too much."""

import json
from dataclasses import dataclass

import asyncpg

LIMIT = 10_000
"""Rows that are counted one by one: some milliseconds. Beyond them the planner is asked."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; `about` where it is an estimate."""

    rows: int
    about: bool = False

    def __str__(self) -> str:
        return f"{'about ' if self.about else ''}{self.rows:,}"


async def count(
    connection: asyncpg.Connection, source: str, *arguments: object, exact: bool = False
) -> Count:
    """Count the rows of `source`, what stands behind FROM: a table, and perhaps a WHERE.

    Unless it must be `exact`, no more than LIMIT rows are read. The estimate beyond is the
    planner's: the rows a page at the last ANALYZE times the pages that the table has now, times the
    share that the condition had.
    """
    # `source` is a constant of ours; what varies is in the arguments.
    if exact:
        return Count(await connection.fetchval(f"SELECT count(*) FROM {source}", *arguments))  # noqa: S608
    counted = await connection.fetchval(
        f"SELECT count(*) FROM (SELECT FROM {source} LIMIT {LIMIT + 1}) AS first",  # noqa: S608
        *arguments,
    )
    if counted <= LIMIT:
        return Count(counted)
    plan = await connection.fetchval(
        f"EXPLAIN (FORMAT JSON) SELECT FROM {source}",
        *arguments,
    )
    estimate = json.loads(plan)[0]["Plan"]["Plan Rows"]
    return Count(max(LIMIT + 1, round(estimate)), about=True)
