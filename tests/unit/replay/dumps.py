"""Dumps of invented torrents in every format, and a sink that keeps what is published."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.settings import Settings
from schemas import Torrent
from streams.kafka.publisher import Message
from streams.replay.replay import Hooks, Options, replay
from streams.replay.rows import Rejected
from streams.replay.summary import Summary

HEADER = "infohash;name;size_bytes;created_unix;seeders;leechers;completed;scraped_date\n"
HASH = "ab" * 20
SEEN = 1_771_125_288
"""2026-02-15T03:14:48+00:00"""


def infohash(number: int) -> str:
    """A different infohash for each number."""
    return f"{number:040x}"


def row(name: str, infohash: str = HASH, size: str = "5") -> str:
    """A row of torrents.csv."""
    return f"{infohash};{name};{size};1373640300;1;0;209;{SEEN}\n"


def csv(count: int) -> str:
    """torrents.csv with so many torrents."""
    return HEADER + "".join(row(f"Name {number}", infohash(number)) for number in range(count))


def jsonl(rows: Iterable[object]) -> str:
    """JSON lines."""
    return "".join(json.dumps(entry) + "\n" for entry in rows)


def magnetico(path: Path, torrents: Iterable[tuple[object, ...]], *, wal: bool = False) -> Path:
    """A database as magnetico makes it: rows of (infohash bytes, name, size, files)."""
    db = sqlite3.connect(path)
    db.executescript(
        """
        CREATE TABLE torrents (
            id INTEGER PRIMARY KEY, info_hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL,
            total_size INTEGER NOT NULL, discovered_on INTEGER NOT NULL
        );
        CREATE TABLE files (
            id INTEGER PRIMARY KEY, torrent_id INTEGER REFERENCES torrents,
            size INTEGER, path TEXT, is_readme INTEGER, content TEXT
        );
        CREATE UNIQUE INDEX readme_index ON files (torrent_id, is_readme);
        """
    )
    for key, name, size, files in torrents:
        cursor = db.execute(
            "INSERT INTO torrents (info_hash, name, total_size, discovered_on) VALUES (?, ?, ?, ?)",
            (key, name, size, SEEN),
        )
        for file_path, file_size in files:  # type: ignore[attr-defined]
            db.execute(
                "INSERT INTO files (torrent_id, size, path) VALUES (?, ?, ?)",
                (cursor.lastrowid, file_size, file_path),
            )
    db.commit()
    if wal:
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return path


class KeptSink:
    """A sink that has what was published, instead of Kafka."""

    def __init__(self) -> None:
        self.torrents: list[Torrent] = []

    async def publish(self, messages: Iterable[Message]) -> None:
        """Keep the torrents."""
        for message in messages:
            assert message.value is not None
            torrent = Torrent.model_validate_json(message.value)
            assert message.key == torrent.infohash.encode()
            self.torrents.append(torrent)


class Replayed:
    """What a replay published and rejected."""

    def __init__(self, summary: Summary, torrents: list[Torrent], rejected: list[Rejected]) -> None:
        self.summary = summary
        self.torrents = torrents
        self.rejected = rejected

    @property
    def names(self) -> list[str]:
        """The names of what was published, in order."""
        return [torrent.name for torrent in self.torrents]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Reason and line of what was rejected, in order."""
        return [(record.reason, record.line) for record in self.rejected]


async def replayed(dump: Path | str, home: Path, **options: Any) -> Replayed:
    """Replay a dump into a sink of its own, with its checkpoints in `home`."""
    sink = KeptSink()
    rejected: list[Rejected] = []
    summary = await replay(
        Options(str(dump), **options),
        Settings(home=home),
        hooks=Hooks(on_rejected=rejected.append),
        sink=sink,
    )
    return Replayed(summary, sink.torrents, rejected)


def in_parts(data: bytes, size: int) -> Iterator[bytes]:
    """Data as a slow writer would send it."""
    for start in range(0, len(data), size):
        yield data[start : start + size]
