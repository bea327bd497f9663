"""What a crawl knows of the torrents that it heard of."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from streams.crawl.database import Database
from streams.crawl.profile import Profile
from streams.crawl.seen import Seen
from streams.crawl.state import State
from streams.crawl.wire import Endpoint

_LEASE = 600
"""Seconds after which a retry that was begun is due again, should the process have died over it."""
_AT_ONCE = 50
"""Retries begun at a time."""

_TRIES = "SELECT tries FROM retry WHERE infohash = ?"


@dataclass(frozen=True, slots=True)
class Retry:
    """A torrent whose peers all failed, and the node that told of it."""

    infohash: bytes
    tries: int
    due: float
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Begun:
    """A torrent that is in flight from now on."""

    infohash: bytes
    is_published: bool = False
    """Whether Kafka has had it once: what is wanted now is a newer look at its swarm."""


class Memory:
    """Every torrent is in one of these states; the verbs move it from one to another.

    ========= ======================= ====================================================
    state     where it is kept        what it means
    ========= ======================= ====================================================
    new       nowhere                 never heard of, or forgotten: `begin` takes it
    in flight in this process only    some stage works on it
    done      on disk                 Kafka has it; after `swarm_days` it is new once more
    retry     on disk                 its peers failed; `begin_due` takes it when it is due
    given up  in the filters          let be until the filters turn, one to two days
    ========= ======================= ====================================================

    What always holds, so that no torrent is ever lost:

    1. To begin a torrent writes nothing. Killed while it is in flight, it is what it was before:
       new, or a retry. A retry that was begun is only put off by `_LEASE` seconds.
    2. `done` is called after Kafka acknowledged. Killed in between, the torrent is published twice,
       and never not at all.
    3. A torrent leaves the flight only when its next state is written. So at every moment it is in
       flight, or on disk, or given up.
    4. The filters hold what is done, what is a retry, and what was given up, never anything else.
       They are saved after the disk: filters that know less than the disk hide nothing, filters
       that know more would. For the same reason they are begun anew with a new state file.

    Everything that is kept is touched by the thread of the state file only.
    """

    def __init__(
        self, database: Database, seen: Seen, profile: Profile, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._seen = seen
        self._profile = profile
        self._clock = clock
        self._in_flight: set[bytes] = set()
        self._retries = 0

    @classmethod
    async def open(
        cls, state: State, folder: Path, profile: Profile, clock: Callable[[], float] = time.time
    ) -> Self:
        """Read what is kept in a folder.

        Raises:
            StateUnusable: SQLite failed.
        """
        seen = Seen(folder, profile, clock=clock)
        if state.database.is_new:
            seen.forget()
        memory = cls(state.database, seen, profile, clock)
        memory._retries = await state.database.run(
            lambda connection: int(_value(connection, "SELECT count(*) FROM retry") or 0)
        )
        return memory

    @property
    def in_flight(self) -> int:
        """Torrents that some stage works on."""
        return len(self._in_flight)

    @property
    def retries(self) -> int:
        """Torrents that wait to be tried again."""
        return self._retries

    async def new(self, infohash: bytes) -> bool:
        """Whether `begin` would take a torrent."""
        if infohash in self._in_flight:
            return False
        return bool(await self._database.run(lambda connection: self._new(connection, [infohash])))

    async def begin(self, infohashes: Iterable[bytes]) -> list[Begun]:
        """Take those torrents into flight that are new; the others are dropped."""
        # They are in flight while the disk is asked, so that nobody else can begin them meanwhile.
        asked = [key for key in dict.fromkeys(infohashes) if key not in self._in_flight]
        self._in_flight.update(asked)
        begun: list[Begun] = []
        try:
            if asked:
                begun = await self._database.run(lambda connection: self._new(connection, asked))
        finally:
            self._in_flight.difference_update(asked)
            self._in_flight.update(torrent.infohash for torrent in begun)
        return begun

    async def begin_due(self) -> list[Retry]:
        """Take retries into flight whose pause is over, those that wait for longest first."""
        retries = await self._database.run(self._lease)
        taken = [retry for retry in retries if retry.infohash not in self._in_flight]
        self._in_flight.update(retry.infohash for retry in taken)
        return taken

    async def done(self, infohashes: Sequence[bytes]) -> None:
        """Kafka has these torrents."""
        now = self._clock()
        await self.known(dict.fromkeys(infohashes, now))

    async def known(self, moments: Mapping[bytes, float]) -> None:
        """These torrents are stored, by whomever; each with the moment its swarm was seen."""
        await self._database.run(lambda connection: self._mark_done(connection, moments))
        self._in_flight.difference_update(moments)

    async def retry(self, infohash: bytes, endpoint: Endpoint) -> bool:
        """Try a torrent again after a pause, with the node that told of it.

        Returns False when it had all its tries, or too many torrents wait: give it up.
        """
        is_kept = await self._database.run(
            lambda connection: self._put_off(connection, infohash, endpoint)
        )
        if is_kept:
            self._in_flight.discard(infohash)
        return is_kept

    async def give_up(self, infohash: bytes) -> None:
        """Let a torrent be until it is heard of another day."""
        await self._database.run(lambda connection: self._drop(connection, infohash))
        self._in_flight.discard(infohash)

    async def save(self) -> None:
        """Write the filters; everything else is on disk already."""
        await self._database.run_alone(self._save)

    def _save(self, connection: sqlite3.Connection) -> None:
        # First the disk, for the case of a power cut: only then the filters, which must not know
        # more than it does.
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._seen.save()

    def _new(self, connection: sqlite3.Connection, infohashes: Sequence[bytes]) -> list[Begun]:
        stale = self._clock() - self._profile.swarm_days * 86_400
        begun = []
        for infohash in infohashes:
            if infohash in self._seen:
                continue
            if _value(connection, "SELECT 1 FROM retry WHERE infohash = ?", infohash):
                continue
            at = _value(connection, "SELECT at FROM done WHERE infohash = ?", infohash)
            if at is None or at < stale:
                begun.append(Begun(infohash, is_published=at is not None))
        return begun

    def _lease(self, connection: sqlite3.Connection) -> list[Retry]:
        now = self._clock()
        rows = connection.execute(
            "SELECT infohash, tries, due, ip, port FROM retry WHERE due <= ? ORDER BY due LIMIT ?",
            (now, _AT_ONCE),
        ).fetchall()
        connection.executemany(
            "UPDATE retry SET due = ? WHERE infohash = ?", [(now + _LEASE, row[0]) for row in rows]
        )
        return [Retry(infohash, tries, due, (ip, port)) for infohash, tries, due, ip, port in rows]

    def _mark_done(self, connection: sqlite3.Connection, moments: Mapping[bytes, float]) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO done (infohash, at) VALUES (?, ?)", list(moments.items())
        )
        for infohash in moments:
            self._drop(connection, infohash)

    def _put_off(self, connection: sqlite3.Connection, infohash: bytes, endpoint: Endpoint) -> bool:
        tries = int(_value(connection, _TRIES, infohash) or 0)
        if tries >= len(self._profile.retries):
            return False
        if not tries and self._retries >= self._profile.max_retries:
            return False
        due = self._clock() + self._profile.retries[tries]
        connection.execute(
            "INSERT OR REPLACE INTO retry VALUES (?, ?, ?, ?, ?)",
            (infohash, tries + 1, due, *endpoint),
        )
        self._retries += not tries
        self._seen.add(infohash)
        return True

    def _drop(self, connection: sqlite3.Connection, infohash: bytes) -> None:
        """It waits for no other try, and is not looked up for a while."""
        dropped = connection.execute("DELETE FROM retry WHERE infohash = ?", (infohash,)).rowcount
        self._retries -= dropped
        self._seen.add(infohash)


def _value(connection: sqlite3.Connection, query: str, *arguments: object) -> float | None:
    """The one value of a query. Returns None if there is no row."""
    row = connection.execute(query, arguments).fetchone()
    return None if row is None else row[0]
