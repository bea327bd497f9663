"""magnetico's SQLite database (github.com/boramalper/magnetico): tables `torrents` and `files`."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from streams.replay.dump import Dump, DumpUnreadable
from streams.replay.reader import Format
from streams.replay.rows import Builder, Fields, Row

MAGIC = b"SQLite format 3\x00"

_TORRENTS = "SELECT id, info_hash, name, total_size, discovered_on FROM torrents ORDER BY id"
_FILES = "SELECT path, size FROM files WHERE torrent_id = ? ORDER BY id"
_COLUMNS = (
    "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.rowid, c.cid LIMIT 40"
)


class Magnetico:
    """Reads the torrents of a magnetico database with their files, in the order of their ids.

    The database is opened read-only, and read in the thread that opened it: SQLite refuses others.
    """

    def __init__(self, dump: Dump, builder: Builder) -> None:
        """Open the database.

        Raises:
            DumpUnreadable: it is no file, no SQLite database, or has not magnetico's tables.
        """
        if not dump.is_file or dump.path is None or dump.compression != "plain":
            raise DumpUnreadable(
                f"{dump.name}: a magnetico database must be a plain file: unpack it first"
            )
        dump.close()
        self._builder = builder
        self._position = 0
        self._fault: str | None = None
        try:
            self._db = _connected(dump.path)
            self._inspect()
        except sqlite3.Error as error:
            raise DumpUnreadable(
                f"{dump.name} is no magnetico database: {error}; expected: {FORMAT.expects}"
            ) from error

    def _inspect(self) -> None:
        self.columns: Sequence[str] = [name for (name,) in self._db.execute(_COLUMNS)]
        # Counting them would read the whole table.
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM torrents").fetchone()
        self._last = int(last[0])
        self._db.execute(_TORRENTS).fetchone()
        self._db.execute(_FILES, (0,)).fetchone()

    @property
    def fraction(self) -> float | None:
        """How much of the table was read (0 to 1), by the ids."""
        return self._position / self._last if self._last else 1.0

    @property
    def fault(self) -> str | None:
        """Why the database could not be read to its end, None if it could."""
        return self._fault

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __iter__(self) -> Iterator[Row | None]:
        try:
            for row in self._db.execute(_TORRENTS):
                yield self._record(*row)
        except sqlite3.Error as error:
            self._fault = f"the database is damaged: {error}"

    def _record(
        self, number: int, infohash: object, name: object, size: object, discovered: object
    ) -> Row:
        self._position = number
        files = self._db.execute(_FILES, (number,)).fetchall()
        fields = Fields(
            infohash=infohash,
            name=name,
            size=size,
            files=files or None,
            observed_at=discovered,
        )
        return self._builder.record(number, fields)


def _connected(path: Path) -> sqlite3.Connection:
    location = f"file:{quote(str(path.absolute()))}?mode=ro"
    db = sqlite3.connect(location, uri=True)
    try:
        db.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        # magnetico leaves its databases in WAL mode: SQLite writes beside them even to read. Where
        # it may not, and nobody else has the database open, it is read as it is.
        db.close()
        if Path(f"{path}-wal").exists():
            raise
        db = sqlite3.connect(f"{location}&immutable=1", uri=True)
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    return db


def _fits(dump: Dump) -> bool:
    return dump.head.startswith(MAGIC)


FORMAT = Format(
    name="magnetico",
    expects=(
        "tables torrents (id, info_hash, name, total_size, discovered_on) "
        "and files (id, torrent_id, path, size)"
    ),
    fits=_fits,
    open=Magnetico,
)
