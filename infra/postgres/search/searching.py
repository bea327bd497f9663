"""Search: a page of rows, in order, after the place where the last page ended."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import asyncpg

from infra.postgres.search import cursor
from infra.postgres.search.conditions import conditions
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Query, Sort
from infra.postgres.search.rows import COLUMNS, FROM, Page, row_of

MAX_ROWS = 100
"""Of one page."""


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are ordered by, all of it downwards."""

    column: str
    kind: str
    python: type
    condition: str | None = None


ORDERS = MappingProxyType(
    {
        Sort.SEEDERS: Order("coalesce(c.seeders, -1)", "integer", int),
        Sort.SIZE: Order("t.size", "bigint", int, "t.size IS NOT NULL"),
        Sort.AGE: Order("c.observed_at", "timestamptz", datetime),
    }
)
ORDERS_BY_SORT = MappingProxyType({**ORDERS, Sort.RELEVANCE: ORDERS[Sort.SEEDERS]})


async def search(
    connection: asyncpg.Connection, query: Query, *, after: str | None = None, limit: int = 50
) -> Page:
    """A page of at most `limit` rows (100 at most).

    Pages follow each other by the values of their last rows, so rows that arrive meanwhile move
    nothing: each row comes once. Only a torrent whose swarm was counted again between two pages
    may come twice or not at all where seeders are the order.

    Raises:
        BadCursor: `after` is of another query, or was not made by a search.
    """
    limit = max(1, min(limit, MAX_ROWS))
    order = ORDERS_BY_SORT[query.sort]
    parameters = Parameters()
    said = [conditions(query, parameters).all]
    if order.condition:
        said.append(order.condition)
    if after is not None:
        value, infohash = cursor.read(after, order.python, bytes)
        said.append(
            f"({order.column}, c.infohash) < ({parameters.add(value)}::{order.kind},"
            f" {parameters.add(infohash)}::bytea)"
        )
    records = await connection.fetch(
        f"SELECT {COLUMNS}, {order.column} AS place FROM {FROM} WHERE {' AND '.join(said)}"  # noqa: S608 (values are parameters)
        f" ORDER BY {order.column} DESC, c.infohash DESC LIMIT {limit + 1}",
        *parameters.values,
    )
    more = len(records) > limit
    records = records[:limit]
    return Page(
        rows=tuple(row_of(record) for record in records),
        after=cursor.written(records[-1]["place"], records[-1]["infohash"].hex()) if more else None,
    )
