"""What Postgres holds of a torrent that was heard of, and so what is still wanted of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import asyncpg
import structlog

from infra.postgres.access import Access
from infra.postgres.connect import DatabaseUnreachable, pool
from infra.postgres.reads import torrent_of
from infra.settings import Settings
from schemas import Swarm, Torrent

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

_PAUSE = 60.0
"""Seconds without a question after Postgres did not answer one."""
_TIMEOUT = 5.0
"""Seconds for one question. Twenty keys take a millisecond; a crawl must not wait for more."""

_KNOWN = """
SELECT infohash, file_paths IS NOT NULL AS has_files, swarm_seen_at
FROM torrents WHERE infohash = ANY($1::bytea[])
"""


class Need(Enum):
    """What is wanted of a torrent that was heard of."""

    METADATA = "metadata"
    """It is unknown, or known without its files."""
    SWARM = "swarm"
    """Its metadata is there, its swarm was seen long ago or never."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one torrent, and when its swarm was last seen (None: never)."""

    need: Need
    swarm_seen_at: datetime | None = None


def verdict(row: Any, now: datetime, fresh_for: timedelta) -> Wanted:
    """What is wanted of a torrent, by its row. `row` is None if there is none."""
    if row is None or not row["has_files"]:
        return Wanted(Need.METADATA)
    seen_at = row["swarm_seen_at"]
    is_stale = seen_at is None or now - seen_at > fresh_for
    return Wanted(Need.SWARM if is_stale else Need.NOTHING, seen_at)


class Stored:
    """The rows of Postgres. Without an answer from it, nobody waits: the crawl does without."""

    def __init__(
        self,
        settings: Settings,
        fresh_days: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._fresh_for = timedelta(days=fresh_days)
        self._clock = clock
        self._pool: asyncpg.Pool | None = None
        self._connecting = asyncio.Lock()
        self._not_before = 0.0

    async def verdicts(self, infohashes: Sequence[bytes]) -> dict[bytes, Wanted] | None:
        """What is wanted of each torrent. Returns None if Postgres does not say."""
        rows: list[Any] | None = await self._asked(
            lambda connections: connections.fetch(_KNOWN, list(infohashes))
        )
        if rows is None:
            return None
        now = datetime.now(UTC)
        known = {bytes(row["infohash"]): row for row in rows}
        return {key: verdict(known.get(key), now, self._fresh_for) for key in infohashes}

    async def torrent(self, infohash: bytes, swarm: Swarm) -> Torrent | None:
        """The torrent as it is stored, with a newer swarm. Returns None if it is not to be had.

        Name, files, moment and origin are those of the row: nothing but the swarm was looked at.
        So the row is observed no later than it was, what is made of it has the same input, and only
        its swarm columns change.
        """
        try:
            torrent = await self._asked(lambda connections: torrent_of(connections, infohash))
        except ValueError as error:
            log.warning("a stored torrent is not what it should be", error=str(error))
            return None
        return torrent.model_copy(update={"swarm": swarm}) if torrent else None

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.terminate()

    async def _asked(self, ask: Callable[[asyncpg.Pool], Awaitable[Answer]]) -> Answer | None:
        if self._clock() < self._not_before:
            return None
        try:
            connections = await self._connected()
            if connections is None:
                return None
            # The wait for a free connection counts, too: many ask at once.
            async with asyncio.timeout(_TIMEOUT):
                return await ask(connections)
        except (
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            OSError,
            TimeoutError,
        ) as error:
            self._away(error)
            return None

    def _away(self, error: BaseException) -> None:
        """Ask nothing for a while, and say so once: many may have asked at once."""
        if self._clock() < self._not_before:
            return
        self._not_before = self._clock() + _PAUSE
        log.warning(
            "Postgres does not say what it has of a torrent; the crawl fetches what it has not"
            " published itself",
            error=repr(error),
            asked_again_after=_PAUSE,
        )

    async def _connected(self) -> asyncpg.Pool | None:
        """The connections. Returns None if another question has just found none."""
        async with self._connecting:
            if self._pool is None and self._clock() >= self._not_before:
                try:
                    self._pool = await pool(self._settings, Access.READER)
                except DatabaseUnreachable as error:
                    self._away(error)
            return self._pool
