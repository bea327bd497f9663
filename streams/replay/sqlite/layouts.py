"""The SQLite databases that are known: which table holds torrents, and which their files.

What the columns hold is told by their names, as in a table of text (`streams.replay.fields`).
"""

from dataclasses import dataclass
from functools import partial

from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.fields import plan
from streams.replay.reader import Format
from streams.replay.rows import shown
from streams.replay.sqlite.database import (
    ERRORS,
    MAGIC,
    Tables,
    connected,
    require_plain,
    tables_of,
)
from streams.replay.sqlite.reader import Layout, SqliteReader

RARBG = Layout(
    name="rarbg",
    table="items",
    expects="a table items (hash, title; dt, cat, size, imdb are optional)",
)
MAGNETICO = Layout(
    name="magnetico",
    table="torrents",
    expects=(
        "tables torrents (id, info_hash, name, total_size, discovered_on; n_seeders and n_leechers "
        "are optional) and files (torrent_id, path, size), which may be missing"
    ),
)
TORRENTS_CSV = Layout(
    name="torrents.csv-sqlite",
    table="torrent",
    expects=(
        "tables torrent (infohash, name; size_bytes, created_unix, seeders, … are optional) "
        "and files (infohash or torrent_id, path, size_bytes), which may be missing"
    ),
)
LAYOUTS = (RARBG, MAGNETICO, TORRENTS_CSV)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Opens a reader of one layout; a format wants a function of a dump and a builder."""

    layout: Layout

    def __call__(self, dump: Dump, builder: Builder) -> SqliteReader:
        return SqliteReader(dump, builder, self.layout)


def _tables(dump: Dump) -> Tables:
    """The tables of a dump. Returns none if it cannot be opened."""
    try:
        db = connected(require_plain(dump))
        try:
            return tables_of(db)
        finally:
            db.close()
    except ERRORS:
        return {}


def _fits(layout: Layout, dump: Dump) -> bool:
    if not dump.head.startswith(MAGIC) or not dump.is_file or dump.compression != "plain":
        return False
    fields = plan(_tables(dump).get(layout.table, ()))
    return "infohash" in fields and "name" in fields


def advice(dump: Dump) -> str:
    """What to do with a SQLite database that is none of these.

    Raises:
        DumpUnreadable: it is compressed, or a pipe.
    """
    require_plain(dump)
    tables = _tables(dump)
    seen = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in tables.items())
    known = "; or ".join(layout.expects for layout in LAYOUTS)
    return f"{dump.name} is a database of another program: {shown(seen)}; expected: {known}"


FORMATS = tuple(
    Format(
        name=layout.name,
        expects=layout.expects,
        fits=partial(_fits, layout),
        open=_Opening(layout),
    )
    for layout in LAYOUTS
)
