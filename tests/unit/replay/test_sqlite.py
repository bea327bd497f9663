"""SQLite databases, told by their tables: RARBG, magnetico of both lines, torrents.csv's own."""

import gzip
import sqlite3
from pathlib import Path

import pytest

from schemas import Flag, Hints
from streams.replay.dump import DumpUnreadable
from tests.unit.replay.dumps import HASH, SEEN, infohash, replayed
from tests.unit.replay.samples import rarbg


def database(path: Path, script: str, *rows: tuple[str, tuple[object, ...]]) -> Path:
    """A database of these tables and rows."""
    db = sqlite3.connect(path)
    db.executescript(script)
    for statement, values in rows:
        db.execute(statement, values)
    db.commit()
    db.close()
    return path


ITEMS = """CREATE TABLE items (id INTEGER PRIMARY KEY, hash TEXT, title TEXT, dt TEXT, cat TEXT,
    size INTEGER, ext_id TEXT, imdb TEXT)"""
INSERT_ITEM = "INSERT INTO items (hash, title, dt, cat, size, imdb) VALUES (?, ?, ?, ?, ?, ?)"


async def test_rarbg_gives_its_category_and_imdb_as_hints(tmp_path: Path) -> None:
    path = database(
        tmp_path / "rarbg_db.sqlite",
        ITEMS,
        (INSERT_ITEM, (HASH, "A.Film.1924", "2014-02-03 04:05:06", "movies_xvid", 5, "tt0012345")),
        (INSERT_ITEM, (infohash(1), "Poor", None, None, None, None)),
        (INSERT_ITEM, (infohash(2), None, None, "tv", 1, None)),
        (INSERT_ITEM, (infohash(3), "Odd", "soon", "tv", "much", "none")),
    )
    replay = await replayed(path, tmp_path)
    first, second, third = replay.torrents
    assert (first.infohash, first.size, first.files) == (HASH, 5, None)
    assert first.hints == Hints(category="movies_xvid", imdb="tt0012345")
    assert first.created_at is not None
    assert first.created_at.isoformat() == "2014-02-03T04:05:06+00:00"
    assert (second.size, second.created_at, second.hints) == (None, None, None)
    assert (third.size, third.created_at, third.hints) == (None, None, Hints(category="tv"))
    assert replay.reasons == [("empty_name", 3)]
    assert dict(replay.summary.ignored) == {
        "size out of range": 1,
        "created_at out of range": 1,
        "imdb out of range": 1,
    }
    assert first.provenance.origin == "rarbg"


async def test_a_name_in_an_old_encoding_is_decoded(tmp_path: Path) -> None:
    name = "Ночная улица"
    path = database(
        tmp_path / "db",
        ITEMS,
        (
            "INSERT INTO items (hash, title) VALUES (?, CAST(? AS TEXT))",
            (HASH, name.encode("cp1251")),
        ),
    )
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert (torrent.name, torrent.flags) == (name, (Flag.NAME_DECODED,))


NEWER_MAGNETICO = """
    CREATE TABLE torrents (id INTEGER PRIMARY KEY, info_hash BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL, total_size INTEGER NOT NULL, discovered_on INTEGER NOT NULL,
        updated_on INTEGER, n_seeders INTEGER, n_leechers INTEGER, modified_on INTEGER);
    """
FILES = """CREATE TABLE files (id INTEGER PRIMARY KEY, torrent_id INTEGER, size INTEGER, path TEXT,
    is_readme INTEGER, content TEXT);"""
INSERT_TORRENT = "INSERT INTO torrents VALUES (?, ?, ?, 9, ?, NULL, 3, 4, NULL)"


@pytest.mark.parametrize("index", ["", "CREATE INDEX by_torrent ON files (torrent_id);"])
async def test_a_newer_magnetico_gives_its_swarms_and_its_files_with_or_without_an_index(
    tmp_path: Path, index: str
) -> None:
    key = bytes.fromhex(HASH)
    path = database(
        tmp_path / "db",
        NEWER_MAGNETICO + FILES + index,
        (INSERT_TORRENT, (5, key, "One", SEEN)),
        (INSERT_TORRENT, (9, bytes(20), "Two", SEEN)),
        ("INSERT INTO files VALUES (1, 9, 4, 'z', NULL, NULL)", ()),
        ("INSERT INTO files VALUES (2, 5, 4, 'b', NULL, NULL)", ()),
        ("INSERT INTO files VALUES (3, 5, 5, 'a', NULL, NULL)", ()),
        ("INSERT INTO files VALUES (4, NULL, 5, 'nobody', NULL, NULL)", ()),
    )
    first, second = (await replayed(path, tmp_path)).torrents
    assert first.swarm is not None
    assert (first.swarm.seeders, first.swarm.leechers) == (3, 4)
    assert [(file.path, file.size) for file in first.files or ()] == [("b", 4), ("a", 5)]
    assert [(file.path, file.size) for file in second.files or ()] == [("z", 4)]


async def test_a_magnetico_without_files_is_read(tmp_path: Path) -> None:
    path = database(tmp_path / "db", NEWER_MAGNETICO, (INSERT_TORRENT, (1, bytes(20), "One", SEEN)))
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert (torrent.name, torrent.files, torrent.size) == ("One", None, 9)


async def test_torrents_csv_as_sqlite_gives_its_files(tmp_path: Path) -> None:
    path = database(
        tmp_path / "torrents.db",
        """CREATE TABLE torrent (infohash TEXT PRIMARY KEY, name TEXT, size_bytes INTEGER,
            created_unix INTEGER, seeders INTEGER, leechers INTEGER, completed INTEGER,
            scraped_date INTEGER);
        CREATE TABLE files (infohash TEXT, index_ INTEGER, path TEXT, size_bytes INTEGER);""",
        ("INSERT INTO torrent VALUES (?, 'One', 9, ?, 1, 2, 3, ?)", (HASH, SEEN, SEEN)),
        ("INSERT INTO files VALUES (?, 0, 'a/b.mp3', 4)", (HASH,)),
        ("INSERT INTO files VALUES (?, 1, 'c.mp3', 5)", (HASH,)),
    )
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert [(file.path, file.size) for file in torrent.files or ()] == [
        ("a/b.mp3", 4),
        ("c.mp3", 5),
    ]
    assert torrent.swarm is not None
    assert torrent.swarm.completed == 3
    assert torrent.provenance.origin == "torrents.csv-sqlite"


async def test_a_compressed_database_and_a_postgres_archive_say_what_to_do(tmp_path: Path) -> None:
    plain, _ = rarbg(tmp_path, 3)
    packed = tmp_path / "rarbg.sqlite.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(DumpUnreadable, match="unpack it first"):
        await replayed(packed, tmp_path)
    archive = tmp_path / "bitmagnet.dump"
    archive.write_bytes(b"PGDMP\x01\x0e\x00" + bytes(100))
    with pytest.raises(DumpUnreadable, match="restore it with pg_restore"):
        await replayed(archive, tmp_path)
    text = tmp_path / "bitmagnet.sql"
    text.write_text("--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n")
    with pytest.raises(DumpUnreadable, match="load it into a database with psql"):
        await replayed(text, tmp_path)
