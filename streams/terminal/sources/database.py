"""Postgres as a source. A role that may only read is enough."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
from pydantic import SecretStr

from infra.postgres.connect import TRANSIENT, DatabaseUnreachable
from infra.postgres.reads import Results, results_of
from infra.postgres.search import (
    BadCursor,
    Detail,
    Facets,
    NoVectors,
    Page,
    Query,
    facets,
    search,
    search_like,
    torrent,
)
from infra.postgres.tags import tags_of_torrent
from infra.settings import Settings
from models.embed import minilm
from models.registry import WeightsError
from models.runtime import MissingRuntime
from schemas import TorrentTags
from streams.terminal.sources.source import SourceFailed
from streams.web.connections import reader_pool

_CONNECTIONS = 3
"""Rows, facets and a detail are asked for at a time."""
_SECONDS = 20.0
"""That one query may take: a person waits."""

_MISSING = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedFunctionError,
)


class Database:
    """Searches Postgres over a small pool of read-only connections."""

    def __init__(self, pool: asyncpg.Pool, name: str, questions: minilm.Questions) -> None:
        self._pool = pool
        self._questions = questions
        self.name = name
        self.notes: tuple[str, ...] = ()

    @classmethod
    async def open(cls, settings: Settings, dsn: str | None = None) -> "Database":
        """Connect to `dsn`, or to what the console reads, or to `STREAMS_POSTGRES_DSN`.

        Raises:
            SourceFailed: nothing answers.
        """
        chosen = settings.web_dsn or settings.postgres_reader_dsn or settings.postgres_dsn
        if dsn is not None:
            chosen = SecretStr(dsn)
        reading = settings.model_copy(
            update={
                "web_dsn": chosen,
                "web_connections": _CONNECTIONS,
                "web_statement_timeout": _SECONDS,
            }
        )
        try:
            pool = await reader_pool(reading)
        except DatabaseUnreachable as error:
            raise SourceFailed(f"{error}, or name a file of events with --file") from error
        questions = minilm.Questions(settings.weights_dir)
        return cls(pool, _shown(chosen.get_secret_value()), questions)

    async def search(self, query: Query, *, after: str | None = None, limit: int = 100) -> Page:
        """A page of rows."""
        async with self._connection() as connection:
            return await search(connection, query, after=after, limit=limit)

    async def search_like(self, query: Query, *, limit: int = 100) -> Page:
        """The rows that are nearest to the text of a query, by meaning and by words."""
        try:
            vector = await asyncio.to_thread(self._questions.vector, query.text)
            revision = minilm.manifest().revision
            async with self._connection() as connection:
                return await search_like(connection, query, vector, revision=revision, limit=limit)
        except (NoVectors, WeightsError, MissingRuntime) as error:
            raise SourceFailed(str(error)) from error

    async def facets(self, query: Query) -> Facets:
        """The counts of each facet's values."""
        async with self._connection() as connection:
            return await facets(connection, query)

    async def torrent(self, infohash: str) -> Detail | None:
        """All of one torrent."""
        async with self._connection() as connection:
            return await torrent(connection, infohash)

    async def tags(self, infohash: str) -> tuple[Results, list[TorrentTags]] | None:
        """The current results of one torrent, and all tags that are stored of it.

        Returns None if it is not stored.
        """
        key = bytes.fromhex(infohash)
        async with self._connection() as connection:
            stored = await results_of(connection, key)
            return None if stored is None else (stored, await tags_of_torrent(connection, key))

    async def close(self) -> None:
        """Close the connections; what still runs is ended."""
        self._pool.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self._pool.acquire(timeout=_SECONDS) as connection:
                yield connection
        except BadCursor as error:
            raise SourceFailed(str(error)) from error
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise SourceFailed(
                f"it takes longer than {_SECONDS:g} s: ask for less, or for a medium"
            ) from error
        except _MISSING as error:
            raise SourceFailed(
                "the tables are missing or old; run `python -m infra.postgres migrate`"
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise SourceFailed(
                f"this role may not read: {error}; take mimmo_reader, or a member of it"
            ) from error
        except TRANSIENT as error:
            raise SourceFailed(
                f"Postgres went away ({error or type(error).__name__}); try again when it is back"
            ) from error
        except asyncpg.PostgresError as error:
            raise SourceFailed(f"Postgres: {error}") from error


def _shown(dsn: str) -> str:
    """A connection URI as its host and database: no name, no password."""
    try:
        parts = urlsplit(dsn)
        host = parts.netloc.rpartition("@")[2] or "local socket"
        return f"Postgres, {host}{parts.path}"
    except ValueError:
        return "Postgres"
