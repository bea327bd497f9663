"""Two ways to find the first rows of an order, and what each costs.

*Gather* takes all candidates from an index (those whose names have the words, those of a class)
and sorts them: it costs as much as there are candidates. *Walk* reads torrents in their order from
another index until enough of them fit: it costs the less, the more of them fit. The worst is in
the middle, where both read about the square root of all torrents times the rows of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from infra.postgres.search.conditions import Conditions
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Sort
from infra.postgres.search.tables import EXTRACTIONS, LINKS

MOST_CANDIDATES = 50_000
"""That are gathered. Where there are more than the planner took, the rest is not looked at."""
CHUNKS = (250, 1_000, 4_000, 8_000)
"""Torrents that are walked through, one chunk after the other while a page is not full. What one
search looks at is the sum of them.
"""
MOST_EXACT = 10_000
"""Torrents of exactly the title that was typed, which come first."""

_GATHER_COST = 6.0
_WALK_COST = 2.0
_WALK_COST_OF_NAMES = 5.0
"""Microseconds a torrent, measured on one million of them in memory."""


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are ordered by, downwards; behind it by infohash."""

    column: str
    kind: str
    python: type
    table: str
    alias: str
    carried: str
    """Columns of the table that conditions may name."""
    head: str = "infohash_head({})"
    """What the index has of the infohash."""
    condition: str = "true"


_CLASS = "infohash, medium, subcategory, own_class, nsfw, confidence, seeders, observed_at"
BY_SEEDERS = Order("coalesce(c.seeders, -1)", "integer", int, "classifications", "c", _CLASS)
ORDERS = MappingProxyType(
    {
        Sort.RELEVANCE: BY_SEEDERS,
        Sort.SEEDERS: BY_SEEDERS,
        Sort.AGE: Order("c.observed_at", "timestamptz", datetime, "classifications", "c", _CLASS),
        Sort.SIZE: Order(
            *("t.size", "bigint", int, "torrents", "t", "infohash, name, size, hints"),
            head="",
            condition="t.size IS NOT NULL",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the order."""

    grade: int
    """1 where the title or the creator is exactly what was asked for."""
    value: object
    infohash: bytes


def gather_costs(candidates: float) -> float:
    """Microseconds."""
    return _GATHER_COST * candidates


def walk_costs(stored: float, fitting: float, wanted: int, *, reads_names: bool) -> float:
    """Microseconds until so many wanted rows are there."""
    walked = min(stored, stored * wanted / max(fitting, 1.0))
    return walked * (_WALK_COST_OF_NAMES if reads_names else _WALK_COST)


def joined(alias: str, conditions: Sequence[str]) -> str:
    """Joins of the tables that some conditions name to a first one, by infohash."""
    said = " ".join(conditions)
    tables = []
    if alias != "c":
        tables.append(f"JOIN classifications c ON c.infohash = {alias}.infohash")
    if alias != "t" and "t." in said:
        tables.append(f"JOIN torrents t ON t.infohash = {alias}.infohash")
    if "e." in said or "l." in said:
        tables.append(EXTRACTIONS)
    if "l." in said:
        tables.append(LINKS)
    return " ".join(tables)


def graded(titles: str | None) -> str:
    """The grade of a row; `titles` stands for a parameter."""
    if titles is None:
        return "0"
    same = f"ANY ({titles}::text[])"
    return f"coalesce((lower(e.title) = {same} OR lower(e.creator) = {same})::integer, 0)"


def behind(order: Order, place: Place, parameters: Parameters) -> str:
    """The condition that a row comes after a place, in the form that the order's index answers."""
    value = f"{parameters.add(place.value)}::{order.kind}"
    key = f"{parameters.add(place.infohash)}::bytea"
    infohash = f"{order.alias}.infohash"
    if order.head:
        return (
            f"({order.column}, {order.head.format(infohash)}, {infohash})"
            f" < ({value}, {order.head.format(key)}, {key})"
        )
    return f"({order.column}, {infohash}) < ({value}, {key})"


def candidates(asked: Conditions, limit: int) -> str:
    """The infohashes that an index gives; there may be more that do not fit, never fewer."""
    alias = asked.driver_table.rpartition(" ")[2]
    return (
        f"SELECT {alias}.infohash FROM {asked.driver_table}"  # noqa: S608 (values are parameters)
        f" WHERE {asked.driver} LIMIT {limit}"
    )


def exact(titles: str) -> str:
    """The infohashes of exactly these titles and creators."""
    parts = (
        f"SELECT infohash FROM extractions WHERE {column} IS NOT NULL"  # noqa: S608 (constants)
        f" AND lower({column}) = ANY ({titles}::text[]) LIMIT {MOST_EXACT}"
        for column in ("title", "creator")
    )
    return " UNION ALL ".join(f"({part})" for part in parts)


def first(order: Order, limit: int) -> str:
    """The infohashes that are first in an order."""
    infohash = f"{order.alias}.infohash"
    return (
        f"SELECT {infohash} FROM {order.table} {order.alias} WHERE {order.condition}"  # noqa: S608 (constants)
        f" ORDER BY {order.column} DESC, {order.head.format(infohash) or infohash} DESC,"
        f" {infohash} DESC"
        f" LIMIT {limit}"
    )


def gathered(source: str, order: Order, conditions: Sequence[str], grade: str, wanted: int) -> str:
    """A statement for the places of candidates that fit, in order.

    The last row has no grade; it says how many candidates were looked at.
    """
    fitting = (*conditions, order.condition)
    return (
        f"WITH candidates AS MATERIALIZED ({source})"  # noqa: S608 (values are parameters)
        f" (SELECT DISTINCT {grade} AS grade, {order.column} AS place, c.infohash, 0 AS looked_at"
        f" FROM candidates d {joined('d', (*fitting, grade, order.column))}"
        f" WHERE {' AND '.join(fitting)}"
        f" ORDER BY grade DESC, place DESC, c.infohash DESC LIMIT {wanted})"
        " UNION ALL SELECT NULL, NULL, NULL, count(*) FROM candidates"
    )


def walked(order: Order, conditions: Sequence[str], after: str, chunk: int, wanted: int) -> str:
    """A statement that walks through a chunk: the places of those that fit, then where it ended.

    The last row has no grade; it says how many were walked through.
    """
    infohash = f"{order.alias}.infohash"
    head = order.head.format(infohash) or infohash
    columns = ", ".join(f"{order.alias}.{name.strip()}" for name in order.carried.split(","))
    return (
        f"WITH walked AS MATERIALIZED (SELECT {columns}, {order.column} AS place,"  # noqa: S608 (values are parameters)
        f" {head} AS head FROM {order.table} {order.alias} WHERE {order.condition} AND {after}"
        f" ORDER BY {order.column} DESC, {head} DESC, {infohash} DESC LIMIT {chunk})"
        f" (SELECT 0 AS grade, place, {infohash}, 0 AS walked FROM walked {order.alias}"
        f" {joined(order.alias, conditions)} WHERE {' AND '.join(conditions) or 'true'}"
        f" ORDER BY place DESC, head DESC, {infohash} DESC LIMIT {wanted})"
        " UNION ALL (SELECT NULL, place, infohash, (SELECT count(*) FROM walked) FROM walked"
        " ORDER BY place, head, infohash LIMIT 1)"
    )
