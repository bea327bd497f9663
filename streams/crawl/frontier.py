"""Which node is sampled next: a table of the moments from which nodes may be asked again."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import Self

from streams.crawl.database import Database
from streams.crawl.profile import Profile
from streams.crawl.wire import Endpoint

_FORGOTTEN_AFTER = 3
"""Failures in a row after which a node rests, and is forgotten when it is due again.

It is kept that long because what was sent to it may have arrived: heard of anew it would be asked
at once, before the interval that it may have meant is over. The indexes of the state know the 3.

While no other node is known it is asked again instead: that everybody is silent says more about our
own line than about them, and a table that forgot everybody would stay empty for ever.
"""
_LONGEST_INTERVAL = 86_400
_AHEAD = 1.0
"""Seconds of its rate that sampling may catch up with at once."""

_DUE = """
SELECT ip, port, next_at, interval FROM node WHERE failures < 3 AND next_at <= ?
ORDER BY next_at LIMIT 1
"""
_NEXT = "SELECT min(next_at) FROM node WHERE failures < 3"
_RESTED = """
SELECT ip, port, next_at, interval FROM node WHERE failures >= 3 AND next_at <= ?
ORDER BY next_at LIMIT 1
"""
_NEXT_RESTED = "SELECT min(next_at) FROM node WHERE failures >= 3"
_FORGET = """
DELETE FROM node WHERE (ip, port) IN
(SELECT ip, port FROM node WHERE failures >= 3 AND next_at <= ? ORDER BY next_at LIMIT 1000)
"""
_SILENT = """
SELECT ip, port FROM node WHERE interval IS NULL AND failures BETWEEN 1 AND 2
ORDER BY next_at LIMIT 1
"""
_FAILURES = "SELECT failures FROM node WHERE ip = ? AND port = ?"
_COUNT = "SELECT count(*) FROM node WHERE failures < 3"
_COUNT_RESTING = "SELECT count(*) FROM node WHERE failures >= 3"


class Frontier:
    """The known nodes, on disk: a table of a million in memory would take half a gigabyte.

    A node that is taken has its next moment on disk before anything is sent to it.

    The table has room for as many nodes as can be asked in one interval. When it is full, a new
    node takes the place of one that never answered. The one that has to go is not deleted at once:
    it rests until it could have been asked again, so that hearing of it anew breaks no promise.
    """

    def __init__(
        self, database: Database, profile: Profile, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._profile = profile
        self._clock = clock
        self._count = 0
        self._resting = 0
        self._nothing_before = 0.0
        """Until then no node is due: there is no need to ask the disk."""
        self._next_turn = 0.0

    @classmethod
    async def open(
        cls, database: Database, profile: Profile, *, clock: Callable[[], float] = time.time
    ) -> Self:
        """The nodes of a state file."""
        frontier = cls(database, profile, clock=clock)
        await database.run(frontier._count_nodes)
        return frontier

    def __len__(self) -> int:
        """Nodes that answer, or may."""
        return self._count

    @property
    def is_empty(self) -> bool:
        """Whether no node is known, not even one that rests."""
        return not (self._count or self._resting)

    async def add(self, endpoints: Iterable[Endpoint]) -> int:
        """Note nodes that were heard of; returns how many are new and have room."""
        listed = list(dict.fromkeys(endpoints))
        if not listed:
            return 0
        added = await self._database.run(lambda connection: self._add(connection, listed))
        if added:
            self._nothing_before = 0.0
        return added

    def wait(self) -> float:
        """Seconds until `take` may have a node."""
        return max(0.0, max(self._nothing_before, self._next_turn) - self._clock())

    async def take(self) -> Endpoint | None:
        """The node that is due for longest. Returns None if none is, or it is too early.

        Until it answers, it counts as asked for as long as it may have to be left alone.
        """
        now = self._clock()
        if now < max(self._nothing_before, self._next_turn):
            return None
        turn = self._next_turn
        self._next_turn = max(turn, now - _AHEAD) + 1 / self._profile.sample_rate
        endpoint = await self._database.run(self._take)
        if endpoint is None:
            self._next_turn = turn
        return endpoint

    async def answered(self, endpoint: Endpoint, interval: int | None) -> None:
        """The node gave a sample and named its interval."""
        named = min(max(interval or 0, self._profile.shortest_interval), _LONGEST_INTERVAL)
        # From now, not from when it was asked: the node counts from when it answered.
        next_at = self._clock() + named + 0.05
        await self._database.run(
            lambda connection: self._answer(connection, endpoint, named, next_at)
        )
        self._nothing_before = min(self._nothing_before, next_at)

    async def failed(self, endpoint: Endpoint) -> None:
        """The node did not answer, or not as it should."""
        await self._database.run(lambda connection: self._fail(connection, endpoint))

    def _add(self, connection: sqlite3.Connection, endpoints: list[Endpoint]) -> int:
        now = self._clock()
        added = 0
        for endpoint in endpoints:
            if not self._has_room(connection, endpoint):
                continue
            connection.execute(
                "INSERT INTO node (ip, port, next_at) VALUES (?, ?, ?)", (*endpoint, now)
            )
            self._count += 1
            added += 1
        return added

    def _has_room(self, connection: sqlite3.Connection, endpoint: Endpoint) -> bool:
        ip, port = endpoint
        others = connection.execute("SELECT port FROM node WHERE ip = ?", (ip,)).fetchall()
        if (port,) in others or len(others) >= self._profile.nodes_per_ip:
            return False
        return self._count < self._profile.max_nodes or self._evict(connection)

    def _evict(self, connection: sqlite3.Connection) -> bool:
        """Make room: the node that is silent for longest rests. Returns False if none is silent."""
        silent = connection.execute(_SILENT).fetchone()
        if silent is None:
            return False
        connection.execute(
            "UPDATE node SET failures = ? WHERE ip = ? AND port = ?", (_FORGOTTEN_AFTER, *silent)
        )
        self._rest(connection)
        return True

    def _take(self, connection: sqlite3.Connection) -> Endpoint | None:
        now = self._clock()
        due, following = (_DUE, _NEXT) if self._count else (_RESTED, _NEXT_RESTED)
        if self._count:
            self._resting -= connection.execute(_FORGET, (now,)).rowcount
        row = connection.execute(due, (now,)).fetchone()
        if row is None:
            (next_at,) = connection.execute(following).fetchone()
            # With no node at all, only `add` brings one.
            self._nothing_before = now + _LONGEST_INTERVAL if next_at is None else next_at
            return None
        ip, port, _, interval = row
        pause = max(interval or self._profile.assumed_interval, self._profile.shortest_interval)
        connection.execute(
            "UPDATE node SET next_at = ? WHERE ip = ? AND port = ?", (now + pause, ip, port)
        )
        return ip, port

    def _answer(
        self, connection: sqlite3.Connection, endpoint: Endpoint, interval: int, next_at: float
    ) -> None:
        row = connection.execute(_FAILURES, endpoint).fetchone()
        if row is None:
            return
        connection.execute(
            "UPDATE node SET interval = ?, failures = 0, next_at = ? WHERE ip = ? AND port = ?",
            (interval, next_at, *endpoint),
        )
        if row[0] >= _FORGOTTEN_AFTER:  # it had to make room while it was asked
            self._count += 1
            self._resting -= 1

    def _fail(self, connection: sqlite3.Connection, endpoint: Endpoint) -> None:
        row = connection.execute(
            "SELECT next_at, failures FROM node WHERE ip = ? AND port = ?", endpoint
        ).fetchone()
        if row is None:
            return
        next_at, failures = row
        # Never earlier than what the node may have meant by an answer that was lost.
        pause = self._profile.failed_pause * 2 ** min(failures, _FORGOTTEN_AFTER - 1)
        connection.execute(
            "UPDATE node SET next_at = ?, failures = ? WHERE ip = ? AND port = ?",
            (max(next_at, self._clock() + pause), failures + 1, *endpoint),
        )
        if failures + 1 == _FORGOTTEN_AFTER:
            self._rest(connection)

    def _rest(self, connection: sqlite3.Connection) -> None:
        """Count one node more that rests; of too many the one that is due first is forgotten."""
        self._count -= 1
        self._resting += 1
        if not self._count:  # from now on those that rest are asked
            self._nothing_before = 0.0
        if self._resting > self._profile.max_nodes:
            forgotten = connection.execute(
                "DELETE FROM node WHERE (ip, port) IN"
                " (SELECT ip, port FROM node WHERE failures >= 3 ORDER BY next_at LIMIT 1)"
            )
            self._resting -= forgotten.rowcount

    def _count_nodes(self, connection: sqlite3.Connection) -> None:
        self._count = connection.execute(_COUNT).fetchone()[0]
        self._resting = connection.execute(_COUNT_RESTING).fetchone()[0]
