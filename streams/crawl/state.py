"""What a crawl keeps on disk: torrents that are done or tried again, nodes and their moments.

One SQLite file. It is written before what it speaks of happens (a node is asked) or after what it
speaks of is certain (Kafka has a record). So a kill at any moment loses no torrent and breaks no
promise to a node.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from streams.crawl.database import Database, StateUnusable
from streams.crawl.files import set_aside
from streams.crawl.wire import Endpoint

_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (
    infohash BLOB PRIMARY KEY,
    -- When its swarm was last looked at; 0 is long ago.
    at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retry (
    infohash BLOB PRIMARY KEY, tries INTEGER NOT NULL, due REAL NOT NULL, ip TEXT NOT NULL,
    port INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS retry_due ON retry (due);
CREATE TABLE IF NOT EXISTS node (
    ip TEXT NOT NULL, port INTEGER NOT NULL, next_at REAL NOT NULL, interval INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ip, port)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS node_due ON node (next_at) WHERE failures < 3;
CREATE INDEX IF NOT EXISTS node_silent ON node (next_at)
    WHERE interval IS NULL AND failures BETWEEN 1 AND 2;
CREATE INDEX IF NOT EXISTS node_resting ON node (next_at) WHERE failures >= 3;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
_NAME = "crawl.sqlite"
_ANSWERING = """
SELECT ip, port FROM node WHERE failures = 0 AND interval IS NOT NULL
ORDER BY next_at DESC LIMIT ?
"""


class State:
    """The file, and the notes in it: small values with a name, kept in memory as well."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._notes = database.queue(_upgraded).result()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the file of a folder, or begin it. A damaged one is set aside.

        Raises:
            StateUnusable: it cannot be opened or written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return cls(_opened(folder / _NAME))
        except (OSError, sqlite3.OperationalError) as error:
            raise StateUnusable(
                f"the crawl's state in {folder} cannot be opened: {error};"
                " another folder is chosen with STREAMS_HOME"
            ) from error

    def close(self) -> None:
        """Write what is queued and close the file."""
        self.database.close()

    def note(self, name: str) -> bytes | None:
        """The value of a name. Returns None if there is none."""
        return self._notes.get(name)

    def save_note(self, name: str, value: bytes) -> None:
        """Keep a value; it is written soon, without waiting for it."""
        self._notes[name] = value
        self.database.queue(_noting(name, value))


def answering_nodes(folder: Path, most: int) -> list[Endpoint]:
    """Nodes that answered a crawl lately. None of a file that is not there or cannot be read.

    Nothing is written, so a crawl may be running on the file.
    """
    path = (folder / _NAME).absolute()
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as state:
            rows = state.execute(_ANSWERING, (most,)).fetchall()
    except sqlite3.Error:
        return []
    return [(str(ip), int(port)) for ip, port in rows]


def _opened(path: Path) -> Database:
    try:
        return Database(path, _SCHEMA)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        set_aside(path, error)
        return Database(path, _SCHEMA)


def _upgraded(connection: sqlite3.Connection) -> dict[str, bytes]:
    """Bring a file of an earlier version up to date; returns its notes."""
    with suppress(sqlite3.OperationalError):  # the column is there
        connection.execute("ALTER TABLE done ADD COLUMN at REAL NOT NULL DEFAULT 0")
    return {name: bytes(value) for name, value in connection.execute("SELECT * FROM note")}


def _noting(name: str, value: bytes) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(
        "INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value)
    )
