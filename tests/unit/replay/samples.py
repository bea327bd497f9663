"""A dump of every format with so many invented torrents, and dirty rows among them."""

import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import zstandard

from tests.unit.replay.dumps import SEEN, csv, infohash, magnetico, row

Sample = Callable[[Path, int], tuple[Path, set[str]]]
"""Writes a dump into a folder; returns it and the infohashes of its valid torrents."""


def bencoded(value: object) -> bytes:
    """Bencode, keys as they come."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return bencoded(value.encode())
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    assert isinstance(value, dict)
    pairs = (bencoded(key) + bencoded(inner) for key, inner in value.items())
    return b"d" + b"".join(pairs) + b"e"


def torrent_file(info: dict[Any, Any], **more: object) -> bytes:
    """A `.torrent` file."""
    outer = {key.replace("_", " "): value for key, value in more.items()}
    return bencoded({**outer, "info": info})


def numbered(number: int) -> dict[Any, Any]:
    """An info dict of version 1, another one for each number."""
    return {
        "length": 1000 + number,
        "name": f"Name {number}.ogg",
        "piece length": 16384,
        "pieces": bytes(20),
    }


def _numbers(count: int) -> set[str]:
    return {infohash(number) for number in range(count)}


def _dirty(rows: list[str], bad: str) -> Iterator[str]:
    """Every 50th row is followed by a bad one, every 70th by itself."""
    for number, text in enumerate(rows):
        yield text
        if number % 50 == 7:
            yield bad
        if number % 70 == 9:
            yield text


def torrents_csv(folder: Path, count: int) -> tuple[Path, set[str]]:
    head, *rows = csv(count).splitlines(keepends=True)
    path = folder / "torrents.csv"
    path.write_text(head + "".join(_dirty(rows, row("bad", "xyz"))))
    return path, _numbers(count)


def torrents_csv_gz(folder: Path, count: int) -> tuple[Path, set[str]]:
    plain, expected = torrents_csv(folder, count)
    path = folder / "torrents.csv.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    return path, expected


def magnets(folder: Path, count: int) -> tuple[Path, set[str]]:
    lines = [f"magnet:?xt=urn:btih:{infohash(n)}&dn=Name+{n}&xl={n}\n" for n in range(count)]
    path = folder / "magnets.txt"
    path.write_text("".join(_dirty(lines, "magnet:?dn=nothing\n")))
    return path, _numbers(count)


def _objects(count: int) -> list[dict[str, object]]:
    return [
        {"infoHash": infohash(number), "name": f"Name {number}", "sizeBytes": number}
        for number in range(count)
    ]


def json_lines(folder: Path, count: int) -> tuple[Path, set[str]]:
    lines = [json.dumps(entry) + "\n" for entry in _objects(count)]
    path = folder / "dump.jsonl"
    path.write_text("".join(_dirty(lines, '{"infoHash": 5}\n')))
    return path, _numbers(count)


def json_array(folder: Path, count: int) -> tuple[Path, set[str]]:
    path = folder / "dump.json"
    path.write_text(json.dumps([*_objects(count), {"bad": "row"}], indent=2))
    return path, _numbers(count)


def bitmagnet_import(folder: Path, count: int) -> tuple[Path, set[str]]:
    """What jq makes of it: one object after the other, pretty-printed."""
    objects = [json.dumps({**entry, "source": "x"}, indent=2) for entry in _objects(count)]
    path = folder / "import.json"
    path.write_text("\n".join(_dirty(objects, '{\n  "infoHash": 5\n}')) + "\n")
    return path, _numbers(count)


def rarbg(folder: Path, count: int) -> tuple[Path, set[str]]:
    path = folder / "rarbg_db.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE items (id INTEGER PRIMARY KEY, hash TEXT, title TEXT, dt TEXT, "
            "cat TEXT, size INTEGER, ext_id TEXT, imdb TEXT)"
        )
        rows = [
            (infohash(n), f"Name {n}", "2014-02-03 04:05:06", "tv", n or None, None)
            for n in range(count)
        ]
        rows[5::50] = [("bad", *entry[1:]) for entry in rows[5::50]]
        insert = "INSERT INTO items (hash, title, dt, cat, size, imdb) VALUES (?,?,?,?,?,?)"
        db.executemany(insert, rows)
    db.close()
    return path, {str(entry[0]) for entry in rows} - {"bad"}


def magnetico_sqlite(folder: Path, count: int) -> tuple[Path, set[str]]:
    rows: list[tuple[object, ...]] = [
        (n.to_bytes(20, "big"), f"Name {n}", 9, [("a/b.mp3", 4), ("c.mp3", 5)])
        for n in range(count)
    ]
    rows.append((b"short", "bad", 1, []))
    return magnetico(folder / "database.sqlite3", rows, wal=True), _numbers(count)


def torrents_csv_sqlite(folder: Path, count: int) -> tuple[Path, set[str]]:
    path = folder / "torrents.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE torrent (infohash TEXT PRIMARY KEY, name TEXT, size_bytes INTEGER,
                created_unix INTEGER, seeders INTEGER, leechers INTEGER, completed INTEGER,
                scraped_date INTEGER);
            CREATE TABLE files (infohash TEXT, index_ INTEGER, path TEXT, size_bytes INTEGER);
            """
        )
        for n in range(count):
            values = (infohash(n), f"Name {n}", 9, SEEN, 1, 2, 3, SEEN)
            db.execute("INSERT INTO torrent VALUES (?,?,?,?,?,?,?,?)", values)
            db.execute("INSERT INTO files VALUES (?, 0, 'a/b.mp3', 9)", (infohash(n),))
    db.close()
    return path, _numbers(count)


def _torrents(count: int) -> tuple[dict[str, bytes], set[str]]:
    """Members by name, and the infohashes of the good ones."""
    members: dict[str, bytes] = {}
    expected = set()
    for number in range(count):
        info = numbered(number)
        members[f"{number % 10}/{number:06}.torrent"] = torrent_file(info)
        expected.add(hashlib.sha1(bencoded(info)).hexdigest())
        if number % 50 == 7:
            members[f"{number % 10}/{number:06}.torrent.torn"] = torrent_file(info)[:-9]
        if number % 50 == 8:
            resume = bencoded({"file-format": "libtorrent resume file"})
            members[f"{number % 10}/{number:06}.fastresume"] = resume
    return members, expected


def torrent_folder(folder: Path, count: int) -> tuple[Path, set[str]]:
    members, expected = _torrents(count)
    root = folder / "BT_backup"
    for name, data in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root, expected


def torrent_tar(folder: Path, count: int) -> tuple[Path, set[str]]:
    members, expected = _torrents(count)
    path = folder / "torrents.tar.zst"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            header.mtime = SEEN
            tar.addfile(header, io.BytesIO(data))
    path.write_bytes(zstandard.compress(buffer.getvalue()))
    return path, expected


def torrent_zip(folder: Path, count: int) -> tuple[Path, set[str]]:
    members, expected = _torrents(count)
    path = folder / "torrents.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path, expected


SAMPLES: tuple[Sample, ...] = (
    torrents_csv,
    torrents_csv_gz,
    magnets,
    json_lines,
    json_array,
    bitmagnet_import,
    rarbg,
    magnetico_sqlite,
    torrents_csv_sqlite,
    torrent_folder,
    torrent_tar,
    torrent_zip,
)
"""All formats but that of one torrent, and the database of another bitmagnet."""
