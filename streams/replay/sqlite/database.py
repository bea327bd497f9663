"""A SQLite database that is only read: opened without writing beside it, its tables and columns."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from streams.replay.dump import Dump, DumpUnreadable

MAGIC = b"SQLite format 3\x00"

ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged database raises; its messages quote it, and that may be no UTF-8."""

Tables = dict[str, list[str]]
"""The columns of each table."""

_COLUMNS = (
    "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
    "WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite_%' ORDER BY t.rowid, c.cid "
    "LIMIT 2000"
)


def require_plain(dump: Dump) -> Path:
    """The path of a dump that SQLite can open.

    Raises:
        DumpUnreadable: it is compressed, or a pipe.
    """
    if not dump.is_file or dump.path is None or dump.compression != "plain":
        raise DumpUnreadable(f"{dump.name}: a database must be a plain file: unpack it first")
    return dump.path


def connected(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Text that is no UTF-8 arrives as bytes.

    Raises:
        sqlite3.Error: it is no database, or somebody writes to it and it cannot be read beside.
    """
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
    db.text_factory = _text
    return db


def tables_of(db: sqlite3.Connection) -> Tables:
    """The tables of a database with their columns."""
    tables: Tables = {}
    for table, column in db.execute(_COLUMNS):
        tables.setdefault(str(table), []).append(str(column))
    return tables


def quoted(name: str) -> str:
    """A name of a table or column, for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
