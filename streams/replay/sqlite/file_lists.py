"""The files of torrents in a SQLite database, by the torrent that they belong to."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from streams.replay.dump import Stopped
from streams.replay.sqlite.database import Tables, quoted

_TABLES = ("files", "file", "torrent_files")
_PATHS = ("path", "file_path", "name")
_SIZES = ("size", "size_bytes", "length")
_BY_ROW = ("torrent_id",)
_BY_INFOHASH = ("infohash", "info_hash")

_STEPS = 100_000
"""Steps of SQLite's machine between two looks whether the user wants to stop."""


@dataclass(frozen=True, slots=True)
class FileLists:
    """Finds the files of one torrent."""

    db: sqlite3.Connection
    query: str
    is_by_infohash: bool
    """Whether files name their torrent by its infohash; else by its row id."""

    @classmethod
    def of(
        cls, db: sqlite3.Connection, tables: Tables, is_stopped: Callable[[], bool]
    ) -> Self | None:
        """The file lists of a database. Returns None if it has none.

        Old magnetico databases have no index on the torrent of a file. A temporary one is made
        then: without it, each torrent would cost a walk through all files.

        Raises:
            sqlite3.Error: the database is damaged.
            Stopped: the user did not wait for the index.
        """
        table = next((name for name in _TABLES if name in tables), None)
        columns = tables.get(table or "", [])
        path = next((name for name in _PATHS if name in columns), None)
        owner = next((name for name in _BY_ROW + _BY_INFOHASH if name in columns), None)
        if table is None or path is None or owner is None:
            return None
        size = next((quoted(name) for name in _SIZES if name in columns), "NULL")
        chosen = f"SELECT f.{quoted(path)}, {size} FROM {quoted(table)} f"  # noqa: S608 (quoted names)
        query = f"{chosen} WHERE f.{quoted(owner)} = ? ORDER BY f.rowid"
        plan = db.execute(f"EXPLAIN QUERY PLAN {query}", (0,)).fetchall()
        if not any("USING" in str(step[-1]) and "INDEX" in str(step[-1]) for step in plan):
            _index(db, table, owner, is_stopped)
            query = (
                f"{chosen} JOIN temp.file_owner o ON o.file = f.rowid "
                "WHERE o.owner = ? ORDER BY o.file"
            )
        return cls(db, query, owner in _BY_INFOHASH)

    def of_torrent(self, row_id: object, infohash: object) -> list[tuple[object, object]] | None:
        """Path and size of each file of a torrent. Returns None if none is known."""
        owner = infohash if self.is_by_infohash else row_id
        return self.db.execute(self.query, (owner,)).fetchall() or None


def _index(db: sqlite3.Connection, table: str, owner: str, is_stopped: Callable[[], bool]) -> None:
    """A temporary index from torrents to files, on disk beside the user's other temporary files."""
    db.set_progress_handler(is_stopped, _STEPS)
    try:
        db.execute("PRAGMA temp_store = FILE")
        db.execute(
            "CREATE TEMP TABLE file_owner (owner, file, PRIMARY KEY (owner, file)) WITHOUT ROWID"
        )
        db.execute(
            f"INSERT INTO temp.file_owner SELECT {quoted(owner)}, rowid FROM {quoted(table)} "  # noqa: S608 (quoted names)
            f"WHERE {quoted(owner)} IS NOT NULL ORDER BY 1, 2"
        )
    except sqlite3.OperationalError as error:
        if is_stopped():
            raise Stopped from error
        raise
    finally:
        db.set_progress_handler(None, 0)
