"""Reads the torrents of a SQLite database with their files, in the order of their row ids."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.replay.builder import Builder
from streams.replay.dump import Dump, DumpUnreadable
from streams.replay.fields import Fields, flat_plan
from streams.replay.reader import Place
from streams.replay.rows import Row
from streams.replay.sqlite.database import (
    ERRORS,
    Tables,
    connected,
    quoted,
    require_plain,
    tables_of,
)
from streams.replay.sqlite.file_lists import FileLists


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of database."""

    name: str
    table: str
    """The table that has a row a torrent."""
    expects: str


class SqliteReader:
    """Reads one table of torrents, and the table of their files if there is one.

    The database is opened read-only, and read in the thread that opened it: SQLite refuses others.
    """

    def __init__(self, dump: Dump, builder: Builder, layout: Layout) -> None:
        """Open the database.

        Raises:
            DumpUnreadable: it is no file, no SQLite database, or has not the table.
            Stopped: the user did not wait until its files were sorted.
        """
        path = require_plain(dump)
        dump.close()
        self._builder = builder
        self._layout = layout
        self._row_id = 0
        self._fault: str | None = None
        try:
            self._db = connected(path)
            self._inspect(tables_of(self._db), dump)
        except ERRORS as error:
            raise DumpUnreadable(
                f"{dump.name} is no {layout.name} database: {error}; expected: {layout.expects}"
            ) from error

    def _inspect(self, tables: Tables, dump: Dump) -> None:
        self.columns: Sequence[str] = [
            f"{table}.{column}" for table, columns in tables.items() for column in columns
        ][:40]
        columns = tables.get(self._layout.table, [])
        fields = flat_plan(columns)
        if "infohash" not in fields or "name" not in fields:
            raise sqlite3.DatabaseError(f"no table {self._layout.table} with these columns")
        table = quoted(self._layout.table)
        chosen = ", ".join(quoted(column) for column in fields.values())
        self._fields = tuple(fields)
        self._infohash = self._fields.index("infohash") + 1
        self._query = f"SELECT rowid, {chosen} FROM {table} WHERE rowid > ? ORDER BY rowid"  # noqa: S608 (quoted names)
        # Counting them would read the whole table.
        last = self._db.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()  # noqa: S608
        self._last = int(last[0])
        self._files = FileLists.of(self._db, tables, dump.is_stopped)

    @property
    def fraction(self) -> float | None:
        """How much of the table was read (0 to 1), by the row ids."""
        return min(1.0, self._row_id / self._last) if self._last > 0 else 1.0

    @property
    def fault(self) -> str | None:
        """Why the database could not be read to its end, None if it could."""
        return self._fault

    @property
    def place(self) -> Place:
        """The last row id."""
        return {"row": self._row_id}

    def skip_to(self, place: Place) -> None:
        """Begin behind a row."""
        self._row_id = int(place["row"])

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __iter__(self) -> Iterator[Row | None]:
        start = self._row_id or -(2**63)  # row ids may be negative
        try:
            for row in self._db.execute(self._query, (start,)):
                self._row_id = row[0]
                yield self._record(row)
        except ERRORS as error:
            self._fault = f"the database is damaged: {error}"

    def _record(self, row: tuple[object, ...]) -> Row:
        fields = Fields(**dict(zip(self._fields, row[1:], strict=True)))  # type: ignore[arg-type]
        if self._files is not None:
            fields.files = self._files.of_torrent(row[0], row[self._infohash])
        return self._builder.record(self._row_id, fields)
