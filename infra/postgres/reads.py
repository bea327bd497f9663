"""Stored rows as the contracts that they were made of, by infohash, a page at a time."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

import asyncpg

from infra.postgres.jsonb import loaded
from schemas import (
    EXTRACTED,
    Extraction,
    ExtractionRequest,
    Hints,
    LlmRequest,
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
_EXTRACTED = "JOIN extractions e ON e.infohash = t.infohash JOIN model m ON m.id = e.model_id"

_AS_VERDICT = "result_of(c) AS verdict"
_AS_EXTRACTION = """result_of(e) AS extraction, e.revision, e.input_hash, e.method::text AS method,
    e.observed_at AS extracted_at, m.name AS model"""


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
    fields = loaded(row["extraction"])
    fields.pop("uniform", None)  # derived from the metadata
    return Extraction.model_validate(
        {
            **fields,
            "infohash": row["infohash"].hex(),
            "revision": row["revision"],
            "input_hash": row["input_hash"].hex(),
            "method": row["method"],
            "model": row["model"],
            "observed_at": row["extracted_at"],
        }
    )
