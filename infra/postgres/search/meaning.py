"""Search by meaning: torrents whose works are near a vector, beside those that have the words."""

from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from infra.postgres.embeddings import INSTALL, MISSING, is_enabled, written
from infra.postgres.search.conditions import conditions
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Query
from infra.postgres.search.rows import FROM, Page, rows_of
from infra.postgres.search.searching import MAX_ROWS, search

RANK_CONSTANT = 60
"""Softens how much the first places count: Cormack, Clarke and Büttcher, *Reciprocal Rank Fusion
Outperforms Condorcet and Individual Rank Learning Methods*, SIGIR 2009. They fixed it in a pilot
and found little difference around it.
"""

CANDIDATES = 100
"""Of each of the two searches: as many as a page has."""

EF_SEARCH = 200
"""Neighbours that the index keeps in sight; at least the candidates. More finds more and takes
longer: docs/search-by-meaning.md has what was measured.
"""

_SETTINGS = (
    f"SET LOCAL hnsw.ef_search = {EF_SEARCH}",
    # With filters the index goes on until enough rows pass them, up to its `max_scan_tuples`.
    "SET LOCAL hnsw.iterative_scan = strict_order",
)


class NoVectors(Exception):
    """The database cannot be searched by meaning; the message says what to do."""


async def search_like(
    connection: asyncpg.Connection,
    query: Query,
    vector: Sequence[float],
    *,
    revision: int,
    limit: int = 50,
) -> Page:
    """The torrents nearest to a question, by its meaning and by its words: one page, no more.

    Args:
        connection: to read from; one that cannot write is enough.
        query: what is asked for: its text is looked for in names, its filters hold for all.
        vector: what the text means.
        revision: of the network; vectors of another are not compared.
        limit: rows, 100 at most.

    Raises:
        NoVectors: pgvector is not on the server, or the migrations have not been applied.
    """
    if not await is_enabled(connection):
        raise NoVectors(MISSING.format(INSTALL))
    near = await neighbours(connection, query, vector, revision=revision)
    named: list[bytes] = []
    if query.text.strip():
        page = await search(connection, replace(query, suggests=False), limit=CANDIDATES)
        named = [bytes.fromhex(row.infohash) for row in page.rows]
    chosen = fused(near, named)[: max(1, min(limit, MAX_ROWS))]
    return Page(rows=await rows_of(connection, chosen))


async def neighbours(
    connection: asyncpg.Connection,
    query: Query,
    vector: Sequence[float],
    *,
    revision: int,
    most: int = CANDIDATES,
) -> list[bytes]:
    """Infohashes of the torrents that pass the filters, nearest first."""
    parameters = Parameters()
    asked = f"{parameters.add(written(vector))}::text::halfvec"
    said = conditions(replace(query, text=""), parameters)
    of_network = f"v.revision = {parameters.add(revision)}::smallint"
    statement = f"""
SELECT v.infohash FROM embeddings v JOIN {FROM.replace("classifications c", _CLASSIFIED, 1)}
WHERE {" AND ".join(("v.vector IS NOT NULL", of_network, *said.all))}
ORDER BY v.vector <=> {asked} LIMIT {most}"""  # noqa: S608 (our own names)
    text, values = parameters.used(statement)
    async with connection.transaction():
        for setting in _SETTINGS:
            await connection.execute(setting)
        records = await connection.fetch(text, *values)
    return [record["infohash"] for record in records]


_CLASSIFIED = "classifications c ON c.infohash = v.infohash"


def fused(*rankings: Sequence[bytes]) -> list[bytes]:
    """Several rankings as one: each gives a place the share 1 / (60 + place)."""
    scores: dict[bytes, float] = {}
    for ranking in rankings:
        for place, infohash in enumerate(ranking, 1):
            scores[infohash] = scores.get(infohash, 0.0) + 1 / (RANK_CONSTANT + place)
    return sorted(scores, key=lambda infohash: (-scores[infohash], infohash))
