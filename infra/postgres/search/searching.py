"""Search: a page of rows, in order, after the place where the last page ended."""

from dataclasses import dataclass, field

import asyncpg

from infra.postgres.search import cursor, plans
from infra.postgres.search.conditions import (
    Conditions,
    conditions,
    exact_titles,
    needed_words,
)
from infra.postgres.search.estimates import expected_rows, lexemes, stored_torrents
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.plans import ORDERS, Order, Place
from infra.postgres.search.query import Query, Sort
from infra.postgres.search.rows import Page, rows_of
from infra.postgres.search.suggesting import suggestion

MAX_ROWS = 100
"""Of one page."""
MAX_OFFSET = 3_000
"""Rows that may be passed over by their number; a cursor passes over any number."""
_CHEAP = 5_000
"""Microseconds of gathering below which nothing else is considered."""
_CHECKED_WORDS = 3


@dataclass(slots=True)
class Asked:
    """One search: what is asked, and from where on."""

    connection: asyncpg.Connection
    query: Query
    wanted: int
    place: Place | None = None
    parameters: Parameters = field(default_factory=Parameters)
    stopped: Place | None = None
    """Where a bound ended the search before enough rows were there."""
    looked_at: int | None = None
    """Set where a bound was met, on a full page, too: better rows may be among the rest."""

    @property
    def order(self) -> Order:
        """What rows are ordered by."""
        return ORDERS[self.query.sort]

    async def rows(self, statement: str) -> list[asyncpg.Record]:
        """The rows of a statement."""
        text, values = self.parameters.used(statement)
        records: list[asyncpg.Record] = await self.connection.fetch(text, *values)
        return records

    async def expected(self, statement: str) -> float:
        """The rows that are expected of a statement."""
        text, values = self.parameters.used(statement)
        return await expected_rows(self.connection, text, values)


async def search(
    connection: asyncpg.Connection,
    query: Query,
    *,
    after: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """A page of at most `limit` rows (100 at most).

    Pages follow each other by the values of their last rows, so rows that arrive meanwhile move
    nothing: each row comes once. Only a torrent whose swarm was counted again between two pages
    may come twice or not at all where seeders are the order.

    Args:
        connection: to read from; one that cannot write is enough.
        query: what is asked for.
        after: the `after` of the page before.
        limit: rows.
        offset: rows that are passed over, for clients that count; at most 3,000.

    Raises:
        BadCursor: `after` is of another query, or was not made by a search.
    """
    limit = max(1, min(limit, MAX_ROWS))
    offset = max(0, min(offset, MAX_OFFSET))
    asked = Asked(connection, query, offset + limit + 1)
    if after is not None:
        asked.place = _read(after, asked.order)
    places = await _places(asked)
    shown = places[offset : offset + limit]
    last = asked.stopped
    if len(places) > offset + limit:
        last = places[offset + limit - 1]
    is_unanswered = not places and last is None and after is None
    suggests = is_unanswered and query.suggests and not query.prefix
    return Page(
        rows=await rows_of(connection, [place.infohash for place in shown]),
        after=cursor.written(last.grade, last.value, last.infohash.hex()) if last else None,
        looked_at=asked.looked_at,
        suggestion=await suggestion(connection, query) if suggests else None,
    )


def _read(after: str, order: Order) -> Place:
    grade, value, infohash = cursor.read(after, int, order.python, bytes)
    if grade not in (0, 1) or not isinstance(infohash, bytes) or len(infohash) != 20:
        raise cursor.BadCursor("this is no cursor; begin at the first page")
    if order.kind == "integer" and not -(2**31) <= int(str(value)) < 2**31:
        raise cursor.BadCursor("the cursor is out of bounds")
    return Place(int(grade == 1), value, infohash)


async def _places(asked: Asked) -> list[Place]:
    """The places of the wanted rows, in order."""
    said = conditions(asked.query, asked.parameters)
    titles = exact_titles(asked.query) if asked.query.sort is Sort.RELEVANCE else []
    held = asked.parameters.add(titles) if titles else None
    if said.driver is not None and await gathering_pays(asked, said):
        source = plans.candidates(said, plans.MOST_CANDIDATES)
        return await _gathered(asked, source, said.others, plans.graded(held))
    exact: list[Place] = []
    if held is not None and (asked.place is None or asked.place.grade):
        fitting = (*said.all, f"{plans.graded(held)} = 1")
        exact = await _gathered(asked, plans.exact(held), fitting, "1")
        asked.place = None
    if len(exact) >= asked.wanted:
        return exact
    return exact + await _walked(asked, said, held, asked.wanted - len(exact))


async def gathering_pays(asked: Asked, said: Conditions) -> bool:
    """Whether all candidates of an index are read sooner than torrents in their order."""
    cost = plans.gather_costs(
        await asked.expected(plans.candidates(said, plans.MOST_CANDIDATES * 100))
    )
    if cost < _CHEAP:
        return True
    tables = f"classifications c {plans.joined('c', said.all)}"
    fitting = await asked.expected(f"SELECT FROM {tables} WHERE {' AND '.join(said.all)}")
    stored = await stored_torrents(asked.connection)
    walking = plans.walk_costs(stored, fitting, asked.wanted, reads_names=said.words is not None)
    return cost <= walking


async def _gathered(asked: Asked, source: str, said: tuple[str, ...], grade: str) -> list[Place]:
    fitting = said
    if asked.place is not None:
        after = plans.behind(asked.order, asked.place, asked.parameters).replace(
            f"{asked.order.alias}.infohash", "c.infohash"
        )
        if grade != "1":
            of_before = f"{asked.parameters.add(asked.place.grade)}::integer"
            after = f"({grade} < {of_before} OR {grade} = {of_before} AND {after})"
        fitting = (*said, after)
    *records, end = await asked.rows(
        plans.gathered(source, asked.order, fitting, grade, asked.wanted)
    )
    if end["looked_at"] >= plans.MOST_CANDIDATES:
        asked.looked_at = end["looked_at"]
    return [_place(record) for record in records]


async def _walked(asked: Asked, said: Conditions, held: str | None, wanted: int) -> list[Place]:
    """Rows that fit, of the first some ten thousand of the order."""
    fitting = [*await quick_checks(asked, said), *said.all]
    if held is not None:
        fitting.append(f"{plans.graded(held)} = 0")
    places: list[Place] = []
    looked_at = 0
    place = asked.place
    for chunk in plans.CHUNKS:
        after = plans.behind(asked.order, place, asked.parameters) if place else "true"
        missing = wanted - len(places)
        records = await asked.rows(plans.walked(asked.order, fitting, after, chunk, missing))
        places += [_place(record) for record in records if record["grade"] is not None]
        if len(places) >= wanted or not records:
            return places
        place = Place(0, records[-1]["place"], records[-1]["infohash"])
        looked_at += records[-1]["walked"]
        if records[-1]["walked"] < chunk:
            return places
    asked.stopped = place
    asked.looked_at = looked_at
    return places


async def quick_checks(asked: Asked, said: Conditions) -> list[str]:
    """Conditions that a name without the words fails sooner than its words are taken apart."""
    text = needed_words(asked.query)
    if said.words is None or not text:
        return []
    needed = await lexemes(asked.connection, text)
    return [
        f"strpos(lower(t.name), {asked.parameters.add(word)}::text) > 0"
        for word in needed[:_CHECKED_WORDS]
    ]


def _place(record: asyncpg.Record) -> Place:
    return Place(record["grade"], record["place"], record["infohash"])
