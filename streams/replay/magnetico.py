"""magnetico's SQLite database: tables `torrents` and `files` (github.com/boramalper/magnetico,
schema version 3).
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from streams.replay.compressed import DumpUnreadable
from streams.replay.rows import Builder, Fraction, Record, Rejected, Unfit, hexed, whole

MAGIC = b"SQLite format 3\x00"

_TORRENTS = "SELECT id, info_hash, name, total_size, discovered_on FROM torrents ORDER BY id"
_FILES = "SELECT path, size FROM files WHERE torrent_id = ? ORDER BY id"


class Magnetico:
    """Reads the torrents of a magnetico database with their files, in the order of their ids; opens
    it read-only.
    """

    origin = "magnetico"

    def __init__(self, path: Path, builder: Builder) -> None:
        """Open the database.

        Raises:
            DumpUnreadable: it is no SQLite file or has not magnetico's tables.
        """
        self._builder = builder
        self._read = 0
        self.fault: str | None = None
        try:
            self._db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
            self._db.text_factory = lambda data: data.decode("utf-8", "replace")
            self._rows = int(self._db.execute("SELECT count(*) FROM torrents").fetchone()[0])
            self._db.execute(_FILES, (0,)).fetchone()
        except sqlite3.Error as error:
            raise DumpUnreadable(f"{path} is no magnetico database: {error}") from error

    @property
    def fraction(self) -> Fraction:
        return self._read / self._rows if self._rows else 1.0

    def close(self) -> None:
        self._db.close()

    def __iter__(self) -> Iterator[Record | None]:
        try:
            for row in self._db.execute(_TORRENTS):
                self._read += 1
                yield self._record(*row)
        except sqlite3.Error as error:
            self.fault = f"the database is damaged: {error}"

    def _record(
        self, number: int, infohash: object, name: object, size: object, discovered: int | None
    ) -> Record:
        if not isinstance(name, str):
            return Rejected(number, "empty_name", "no name")
        try:
            files = [
                (str(path), whole(file_size))
                for path, file_size in self._db.execute(_FILES, (number,))
            ]
            return self._builder.torrent(
                number,
                hexed(infohash),
                name,
                size=whole(size),
                files=files or None,
                observed_at=self._builder.moment(discovered, "discovered_on"),
            )
        except Unfit as error:
            return Rejected(number, error.reason, error.detail)
