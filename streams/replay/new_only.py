"""What Postgres already has, for replays that want only what is new."""

from collections import Counter
from collections.abc import Sequence

import asyncpg

from infra.postgres.access import Access
from infra.postgres.connect import TRANSIENT, DatabaseUnreachable, connect
from infra.postgres.reads import known_infohashes
from infra.settings import Settings
from schemas import Torrent

KNOWN = "already stored"
"""What torrents are counted under that Postgres has."""

_TRIES = 3
"""Attempts to ask, each with a new connection: a restart of the database is no reason to end."""


class Stored:
    """Asks the database a batch at a time which torrents it has."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: asyncpg.Connection | None = None

    async def __aenter__(self) -> "Stored":
        self._connection = await connect(self._settings, Access.READER)
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._connection is not None:
            self._connection.terminate()

    async def new(self, torrents: Sequence[Torrent], passed: Counter[str]) -> list[Torrent]:
        """The torrents that are not stored yet; the others are counted.

        Raises:
            DatabaseUnreachable: Postgres does not answer; nothing of the batch is published.
        """
        keys = [bytes.fromhex(torrent.infohash) for torrent in torrents]
        known = await self._known(keys) if keys else set()
        fresh = [torrent for key, torrent in zip(keys, torrents, strict=True) if key not in known]
        if len(fresh) < len(torrents):
            passed[KNOWN] += len(torrents) - len(fresh)
        return fresh

    async def _known(self, keys: list[bytes]) -> set[bytes]:
        for attempt in range(_TRIES):
            try:
                if self._connection is None:
                    self._connection = await connect(self._settings, Access.READER)
                return await known_infohashes(self._connection, keys)
            except TRANSIENT as error:
                if self._connection is not None:
                    self._connection.terminate()
                self._connection = None
                if attempt == _TRIES - 1:
                    raise DatabaseUnreachable(
                        f"Postgres does not answer any more ({error!r}); "
                        "go on with --resume when it is back, or leave out --only-new"
                    ) from error
        return set()
