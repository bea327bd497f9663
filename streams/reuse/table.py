"""What other nodes told, in one SQLite file: `take` and `import` write it, stages read it.

A file and not Postgres: classify and extract have no database, and a look-up is to cost
microseconds. Several processes may read while one writes (WAL).
"""

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from models.reuse.answers import Answered
from models.reuse.deciding import Told
from streams.operate.process import StartError

FILE = "told.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, answers INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, question BLOB NOT NULL, node INTEGER NOT NULL,
    stage TEXT NOT NULL, answer BLOB NOT NULL, confidence REAL NOT NULL, made_at REAL NOT NULL,
    UNIQUE (question, node)
);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (node, made_at);
CREATE TRIGGER IF NOT EXISTS one_more AFTER INSERT ON answers
BEGIN UPDATE nodes SET answers = answers + 1 WHERE id = NEW.node; END;
CREATE TRIGGER IF NOT EXISTS one_less AFTER DELETE ON answers
BEGIN UPDATE nodes SET answers = answers - 1 WHERE id = OLD.node; END;
CREATE TABLE IF NOT EXISTS reader (id TEXT NOT NULL);
INSERT INTO reader SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM reader);
"""

_KEEP = """
INSERT INTO answers (question, node, stage, answer, confidence, made_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (question, node) DO UPDATE SET answer = excluded.answer,
    confidence = excluded.confidence, made_at = excluded.made_at
WHERE excluded.made_at > answers.made_at
"""

_MOST = "SELECT id, answers FROM nodes ORDER BY answers DESC, id LIMIT 1"

_OLDEST = """
DELETE FROM answers WHERE id IN (
    SELECT id FROM answers WHERE node = ? ORDER BY made_at, id LIMIT ?
)
"""

_LOOK_UP = """
SELECT question, key, answer, confidence FROM answers
JOIN nodes ON nodes.id = answers.node WHERE question IN
"""

_AT_A_TIME = 500
"""Questions in one statement; SQLite takes 999 parameters wherever it was built."""

_CACHE_KB = 16 * 1024
_BUSY_SECONDS = 2.0
"""How long a stage waits for the file. A writer holds it for some ten milliseconds."""
_WRITER_BUSY_SECONDS = 60.0
"""The same for who writes: `take`, `import` and `distrust` may come together, and none may fail."""


class ToldBefore:
    """The table as stages read it.

    There may be no file yet: nobody told anything then. Used in one thread at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._connection: sqlite3.Connection | None = None

    def of(self, questions: Sequence[bytes], nodes: Collection[str]) -> dict[bytes, list[Told]]:
        """What these nodes told of questions; one that nobody answered is left out.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        connection = self._opened()
        if connection is None or not nodes:
            return {}
        told: dict[bytes, list[Told]] = defaultdict(list)
        for start in range(0, len(questions), _AT_A_TIME):
            asked = questions[start : start + _AT_A_TIME]
            marks = ", ".join("?" * len(asked))
            rows = connection.execute(f"{_LOOK_UP} ({marks})", asked)
            for question, key, answer, confidence in rows:
                if key in nodes:
                    told[question].append(Told(key, answer, confidence))
        return told

    def close(self) -> None:
        """Closes the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection | None:
        if self._connection is None and self._path.exists():
            self._connection = _connected(self._path)
            self._connection.execute("PRAGMA query_only = ON")
        return self._connection


class ToldNow:
    """The table as whoever takes bundles writes it.

    Args:
        folder: where the file is; it is made.
        entries: answers that are kept; beyond that the oldest go, of the node that told most.

    Raises:
        StartError: the file cannot be opened.
    """

    def __init__(self, folder: Path, entries: int) -> None:
        self._path = path = folder / FILE
        self._entries = entries
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = _connected(path, _WRITER_BUSY_SECONDS)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may cost the last bundles; Kafka and files still have them.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise StartError(
                f"{path}: {error}; see that the disk has room and the folder may be written."
                " A damaged file may be deleted: `take` and `import` fill it again"
            ) from error

    def keep(self, node: str, made_at: datetime, answers: Iterable[Answered]) -> None:
        """Keep what a node told; an older bundle displaces nothing.

        Raises:
            StartError: it cannot be written; nothing of it is.
        """
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO nodes (key) VALUES (?)", (node,))
            (number,) = connection.execute("SELECT id FROM nodes WHERE key = ?", (node,)).fetchone()
            seconds = made_at.timestamp()
            connection.executemany(
                _KEEP,
                [
                    (
                        told.asked.name,
                        number,
                        told.asked.stage,
                        told.answer,
                        told.confidence,
                        seconds,
                    )
                    for told in answers
                ],
            )
            self._make_room(connection)

    def _make_room(self, connection: sqlite3.Connection) -> None:
        """Delete the oldest of whoever told most, so that a flood drives out no other node."""
        (total, nodes) = connection.execute(
            "SELECT coalesce(sum(answers), 0), count(*) FROM nodes WHERE answers > 0"
        ).fetchone()
        while total > self._entries:
            node, answers = connection.execute(_MOST).fetchone()
            share = self._entries // nodes
            gone = min(total - self._entries, answers - share)
            connection.execute(_OLDEST, (node, gone))
            total -= gone

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The file, for one thread, in a transaction.

        Raises:
            StartError: it cannot be written.
        """
        try:
            with self._lock, self._connection as connection:
                yield connection
        except sqlite3.Error as error:
            raise StartError(
                f"{self._path}: {error}; see that the disk has room and nobody holds the file"
            ) from error

    @property
    def reader(self) -> str:
        """Names who fills this file from Kafka; a new file has a new name, and is filled anew.

        Raises:
            StartError: it cannot be read.
        """
        with self._writing() as connection:
            (name,) = connection.execute("SELECT id FROM reader").fetchone()
        return str(name)

    def start_anew(self) -> None:
        """Change the name: whatever is on the topics is read again.

        Raises:
            StartError: it cannot be written.
        """
        with self._writing() as connection:
            connection.execute("UPDATE reader SET id = lower(hex(randomblob(8)))")

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many answers there are by node and stage; reads all of the table."""
        query = (
            "SELECT key, stage, count(*) FROM answers JOIN nodes ON nodes.id = answers.node"
            " GROUP BY key, stage ORDER BY key, stage"
        )
        with self._lock:
            rows = self._connection.execute(query).fetchall()
        return {(key, stage): count for key, stage, count in rows}

    def forget(self, node: str) -> int:
        """Delete what a node told. Returns how many answers that were.

        Raises:
            StartError: it cannot be written.
        """
        query = "DELETE FROM answers WHERE node IN (SELECT id FROM nodes WHERE key = ?)"
        with self._writing() as connection:
            return connection.execute(query, (node,)).rowcount

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


def _connected(path: Path, busy_seconds: float = _BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection
