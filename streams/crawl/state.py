"""What a crawl knows on disk: which torrents are done, which are tried again when, which node may
be sampled when.

One SQLite file, written before what it speaks of happens (a sample) or after what it speaks of is
certain (an acknowledged record), so that a kill at any moment loses no torrent and breaks no
promise to a node.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from streams.crawl.wire import Endpoint

_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (infohash BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retry (
    infohash BLOB PRIMARY KEY, tries INTEGER NOT NULL, due REAL NOT NULL, ip TEXT NOT NULL, port INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS retry_due ON retry (due);
CREATE TABLE IF NOT EXISTS node (
    ip TEXT NOT NULL, port INTEGER NOT NULL, next_at REAL NOT NULL, interval INTEGER, failures INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ip, port)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""


@dataclass(slots=True)
class KnownNode:
    """A node of the frontier. `next_at` is wall-clock time: it must hold across restarts."""

    endpoint: Endpoint
    next_at: float
    interval: int | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Retry:
    """A torrent whose peers all failed, and the node that told of it."""

    infohash: bytes
    tries: int
    due: float
    endpoint: Endpoint


class State:
    """The file. Not for several threads at once.

    Raises:
        sqlite3.Error: it cannot be opened or written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "crawl.sqlite"
        self._db = sqlite3.connect(self.path, isolation_level=None)
        # WAL with NORMAL survives the death of the process at any moment; a power cut may cost the
        # last transactions.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self._retries = int(self._db.execute("SELECT count(*) FROM retry").fetchone()[0])

    def close(self) -> None:
        self._db.close()

    def is_known(self, infohash: bytes) -> bool:
        """Whether it is done, or waits to be tried again."""
        query = "SELECT 1 FROM done WHERE infohash = ?1 UNION ALL SELECT 1 FROM retry WHERE infohash = ?1"
        return self._db.execute(query, (infohash,)).fetchone() is not None

    def mark_done(self, infohashes: Iterable[bytes]) -> None:
        """Kafka has them."""
        rows = [(infohash,) for infohash in infohashes]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO done VALUES (?)", rows)
        self._retries -= (
            self._db.executemany("DELETE FROM retry WHERE infohash = ?", rows).rowcount
            if rows
            else 0
        )
        self._db.execute("COMMIT")

    def count_done(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM done").fetchone()[0])

    def add_retry(self, retry: Retry, most: int) -> bool:
        """Try it again later; False when there are too many waiting."""
        is_more = not self.tries_of(retry.infohash)
        if is_more and self._retries >= most:
            return False
        self._db.execute(
            "INSERT OR REPLACE INTO retry VALUES (?, ?, ?, ?, ?)",
            (retry.infohash, retry.tries, retry.due, *retry.endpoint),
        )
        self._retries += is_more
        return True

    def drop_retry(self, infohash: bytes) -> None:
        self._retries -= self._db.execute(
            "DELETE FROM retry WHERE infohash = ?", (infohash,)
        ).rowcount

    def take_retries(self, now: float, most: int, until: float) -> list[Retry]:
        """Those that are due, oldest first; they are due again at `until`, should nothing become of
        them.
        """
        rows = self._db.execute(
            "SELECT infohash, tries, due, ip, port FROM retry WHERE due <= ? ORDER BY due LIMIT ?",
            (now, most),
        ).fetchall()
        self._db.execute("BEGIN")
        self._db.executemany(
            "UPDATE retry SET due = ? WHERE infohash = ?", [(until, row[0]) for row in rows]
        )
        self._db.execute("COMMIT")
        return [Retry(infohash, tries, due, (ip, port)) for infohash, tries, due, ip, port in rows]

    def tries_of(self, infohash: bytes) -> int:
        row = self._db.execute("SELECT tries FROM retry WHERE infohash = ?", (infohash,)).fetchone()
        return int(row[0]) if row else 0

    @property
    def retries(self) -> int:
        """How many wait to be tried again. Kept, as counting them takes milliseconds."""
        return self._retries

    def nodes(self) -> Iterator[KnownNode]:
        for ip, port, next_at, interval, failures in self._db.execute(
            "SELECT ip, port, next_at, interval, failures FROM node"
        ):
            yield KnownNode((ip, port), next_at, interval, failures)

    def save_nodes(self, nodes: Iterable[KnownNode]) -> None:
        rows = [(*node.endpoint, node.next_at, node.interval, node.failures) for node in nodes]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def drop_node(self, endpoint: Endpoint) -> None:
        self._db.execute("DELETE FROM node WHERE ip = ? AND port = ?", endpoint)

    def note(self, name: str) -> bytes | None:
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def save_note(self, name: str, value: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
