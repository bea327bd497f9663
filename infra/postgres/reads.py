"""Stored rows as the contracts that they were made of, by infohash, a page at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg

from infra.postgres.jsonb import loaded
from schemas import (
    EXTRACTED,
    Classification,
    Extraction,
    ExtractionRequest,
    Hints,
    Link,
    LlmRequest,
    Match,
    Provenance,
    Swarm,
    Torrent,
    TorrentFile,
    Verdict,
)

PAGE = 1_000

_TORRENT = """t.infohash, t.name, t.size, t.num_files, t.file_paths, t.file_sizes, t.created_at,
    t.observed_at, t.meta_version, t.infohash_v2, t.flags || t.file_flags AS flags, t.seeders,
    t.leechers, t.completed, t.swarm_seen_at, t.hints, p.source, p.origin, p.dataset"""
_FROM = "torrents t JOIN provenance p ON p.id = t.provenance_id"

_CLASSIFIED = "JOIN classifications c ON c.infohash = t.infohash"
_EXTRACTED = "JOIN extractions e ON e.infohash = t.infohash JOIN model em ON em.id = e.model_id"

_AS_VERDICT = "result_of(c) AS verdict"


def _as_result(table: str) -> str:
    """The columns of a result, each named after the letter that its table has in the query."""
    columns = ("revision", "input_hash", "observed_at", "reference_date")
    same = ", ".join(f"{table}.{column} AS {table}_{column}" for column in columns)
    return (
        f"{same}, {table}.method::text AS {table}_method, {table}m.name AS {table}_model,"
        f" result_of({table}) AS {table}_result"
    )


_AS_EXTRACTION = _as_result("e")

_RESULTS = f"""
SELECT {_TORRENT}, {_as_result("c")}, {_as_result("e")}, {_as_result("l")}, l.extraction_id
FROM {_FROM}
LEFT JOIN classifications c ON c.infohash = t.infohash LEFT JOIN model cm ON cm.id = c.model_id
LEFT JOIN extractions e ON e.infohash = t.infohash LEFT JOIN model em ON em.id = e.model_id
LEFT JOIN links l ON l.infohash = e.infohash
    AND CASE WHEN l.extraction_id = e.result_id THEN true ELSE false END
LEFT JOIN model lm ON lm.id = l.model_id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Results:
    """A stored torrent, and what each stage says of it now, in the order of the stages.

    What a person corrected is as the models said it.
    """

    torrent: Torrent
    results: tuple[Classification | Extraction | Link, ...]


class Waiting(StrEnum):
    """Which extractions a GGUF worker could still be asked about."""

    PENDING = "pending"
    OVER_BUDGET = "over-budget"


_WAITING = {
    Waiting.PENDING: "e.llm = 'requested' AND e.method <> 'llm'",
    Waiting.OVER_BUDGET: "e.llm = 'over_budget' AND e.method <> 'llm'",
}


async def _pages(
    connection: asyncpg.Connection, query: str
) -> AsyncIterator[Sequence[asyncpg.Record]]:
    """Rows of a query over `t.infohash > $1`, a page at a time; nothing stays open between them."""
    last = b""
    while rows := await connection.fetch(f"{query} ORDER BY t.infohash LIMIT {PAGE}", last):
        yield rows
        last = rows[-1]["infohash"]


async def torrents(connection: asyncpg.Connection) -> AsyncIterator[list[Torrent]]:
    """Every stored torrent."""
    query = f"SELECT {_TORRENT} FROM {_FROM} WHERE t.infohash > $1"  # noqa: S608 (constants)
    async for rows in _pages(connection, query):
        yield [_torrent(row) for row in rows]


async def known_infohashes(connection: asyncpg.Connection, infohashes: list[bytes]) -> set[bytes]:
    """Which of these 20-byte infohashes are stored."""
    query = "SELECT infohash FROM torrents WHERE infohash = ANY ($1::bytea[])"
    return {row["infohash"] for row in await connection.fetch(query, infohashes)}


async def torrent_of(connections: asyncpg.Pool, infohash: bytes) -> Torrent | None:
    """The stored torrent of an infohash. Returns None if there is none."""
    query = f"SELECT {_TORRENT} FROM {_FROM} WHERE t.infohash = $1"  # noqa: S608 (constants)
    row = await connections.fetchrow(query, infohash)
    return _torrent(row) if row else None


async def extraction_requests(
    connection: asyncpg.Connection,
) -> AsyncIterator[list[ExtractionRequest]]:
    """Every torrent whose class has fields to extract, with this class."""
    media = ", ".join(f"'{medium}'" for medium in sorted(EXTRACTED))
    query = (
        f"SELECT {_TORRENT}, {_AS_VERDICT} FROM {_FROM} {_CLASSIFIED}"  # noqa: S608 (constants)
        f" WHERE t.infohash > $1 AND c.medium IN ({media})"
    )
    async for rows in _pages(connection, query):
        yield [_request(row) for row in rows]


async def llm_requests(
    connection: asyncpg.Connection, waiting: Waiting
) -> AsyncIterator[list[LlmRequest]]:
    """Every current extraction that waits for a GGUF worker, as the question that it is."""
    query = (
        f"SELECT {_TORRENT}, {_AS_VERDICT}, {_AS_EXTRACTION}"  # noqa: S608 (constants)
        f" FROM {_FROM} {_CLASSIFIED} {_EXTRACTED}"
        f" WHERE t.infohash > $1 AND {_WAITING[waiting]}"
    )
    async for rows in _pages(connection, query):
        yield [LlmRequest.of(_request(row), _extraction(row)) for row in rows]


async def music_extractions(connection: asyncpg.Connection) -> AsyncIterator[list[Extraction]]:
    """The current extraction of every music torrent."""
    query = (
        f"SELECT t.infohash, {_AS_EXTRACTION} FROM torrents t {_EXTRACTED}"  # noqa: S608 (constants)
        " WHERE t.infohash > $1 AND e.subcategory IN ('track', 'album', 'collection')"
    )
    async for rows in _pages(connection, query):
        yield [_extraction(row) for row in rows]


async def current_results(
    connection: asyncpg.Connection,
) -> AsyncIterator[list[Results]]:
    """Every stored torrent with its current results."""
    async for rows in _pages(connection, f"{_RESULTS} WHERE t.infohash > $1"):
        yield [_results(row) for row in rows]


async def results_of(connection: asyncpg.Connection, infohash: bytes) -> Results | None:
    """The current results of one torrent. Returns None if it is not stored."""
    row = await connection.fetchrow(f"{_RESULTS} WHERE t.infohash = $1", infohash)
    return _results(row) if row else None


def _torrent(row: asyncpg.Record) -> Torrent:
    files = None
    if row["file_paths"] is not None:
        files = tuple(
            TorrentFile(path=path, size=size)
            for path, size in zip(row["file_paths"], row["file_sizes"], strict=True)
        )
    swarm = None
    if row["swarm_seen_at"] is not None:
        swarm = Swarm(
            seeders=row["seeders"],
            leechers=row["leechers"],
            completed=row["completed"],
            seen_at=row["swarm_seen_at"],
        )
    return Torrent(
        infohash=row["infohash"].hex(),
        name=row["name"],
        size=row["size"],
        files=files,
        num_files=row["num_files"],
        created_at=row["created_at"],
        observed_at=row["observed_at"],
        meta_version=row["meta_version"],
        infohash_v2=row["infohash_v2"].hex() if row["infohash_v2"] else None,
        swarm=swarm,
        flags=tuple(row["flags"]),
        provenance=Provenance(source=row["source"], origin=row["origin"], dataset=row["dataset"]),
        hints=Hints.model_validate(loaded(row["hints"])) if row["hints"] else None,
    )


def _request(row: asyncpg.Record) -> ExtractionRequest:
    return ExtractionRequest(
        torrent=_torrent(row), verdict=Verdict.model_validate(loaded(row["verdict"]))
    )


def _extraction(row: asyncpg.Record) -> Extraction:
    fields = loaded(row["e_result"])
    fields.pop("uniform", None)  # derived from the metadata
    return Extraction.model_validate({**fields, **_shared(row, "e")})


def _results(row: asyncpg.Record) -> Results:
    torrent = _torrent(row)
    results: list[Classification | Extraction | Link] = []
    if row["c_revision"] is not None:
        verdict = Verdict.model_validate(loaded(row["c_result"]))
        results.append(
            Classification.model_validate(
                {**_shared(row, "c"), "torrent": torrent, "verdict": verdict}
            )
        )
    if row["e_revision"] is not None:
        results.append(_extraction(row))
    if row["l_revision"] is not None:
        match = Match.model_validate(loaded(row["l_result"]))
        extraction_id = row["extraction_id"].hex()
        results.append(
            Link.model_validate(
                {**_shared(row, "l"), "extraction_id": extraction_id, "match": match}
            )
        )
    return Results(torrent, tuple(results))


def _shared(row: asyncpg.Record, table: str) -> dict[str, Any]:
    """What every result has, of the columns that `_as_result` names."""
    return {
        "infohash": row["infohash"].hex(),
        "revision": row[f"{table}_revision"],
        "input_hash": row[f"{table}_input_hash"].hex(),
        "method": row[f"{table}_method"],
        "model": row[f"{table}_model"],
        "observed_at": row[f"{table}_observed_at"],
        "reference_date": row[f"{table}_reference_date"],
    }
