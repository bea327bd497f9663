"""Writes the demo dump and what its rows are: `python -m streams.lab.sample.torrents.make`.

The music is that of the sample MusicBrainz catalogue, in the many ways people spell it, so that it
links. The same works give the same bytes.
"""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from streams.lab.sample.torrents.kinds import books, films, others, series, software
from streams.lab.sample.torrents.music import music
from streams.lab.sample.torrents.rows import SEED, Files, Row, file, rng

HERE = Path(__file__).parent
SEEN = 1_767_225_600  # 2026-01-01


def rows() -> list[Row]:
    """Every clean row, shuffled alike each time."""
    by_name = {
        row[0]: row for row in (*films(), *series(), *music(), *books(), *software(), *others())
    }
    unique = list(by_name.values())
    rng.shuffle(unique)
    return unique


def infohash(name: str) -> str:
    """An infohash made of the name."""
    return hashlib.sha1(name.encode()).hexdigest()


def row(name: str, files: Files) -> dict[str, Any]:
    """A torrent as a line of the dump has it."""
    return {
        "infohash": infohash(name),
        "name": name,
        "size": sum(listed["size"] for listed in files),
        "files": files,
        "seeders": rng.randrange(200),
        "leechers": rng.randrange(40),
        "observed_at": SEEN,
    }


def dirty() -> list[str]:
    """Rows that a real dump would have.

    Each is skipped with a reason, repaired, banned, or newer than another.
    """
    good = row("Quiet Orbit Soundtrack - Live Session", [file("session.flac", 200)])
    newer = {
        **good,
        "name": "Quiet Orbit Soundtrack - Live Session (2020) [FLAC]",
        "observed_at": SEEN + 86_400,
    }
    many = {
        **row("A Very Long Free Sample Library (WAV)", []),
        "files": [file(f"wav/{n:05}.wav", 0.5) for n in range(5_000)],
    }
    many.pop("size")
    bad: list[Any] = [
        good,
        newer,
        many,
        {
            **row("control characters", []),
            "name": "Tidal\x00 Clock - \x1b[31mRed\x1b[0m Hour (2015) [FLAC]",
        },
        {**row("no files known", []), "files": None, "size": None},
        {**row("bad hash", []), "infohash": "not-a-hash"},
        {**row("short hash", []), "infohash": "abcdef"},
        {**row("no name", []), "name": ""},
        {**row("only spaces", []), "name": "   "},
        {**row("minus", []), "size": -5},
        {**row("huge", []), "size": 2**70},
        {**row("file of no size", []), "files": [{"path": "a.mkv", "size": "many"}]},
        {**row("files are no list", []), "files": "a.mkv"},
        {**row("name is a number", []), "name": 17},
        row("mimmo-banned-placeholder 1", []),
        row("M1mmo.Banned_Placeholder 2", []),
        {**row("date of long ago", []), "observed_at": -1},
        {**row("peers below none", []), "seeders": -4},
    ]
    return [
        *(json.dumps(torrent, ensure_ascii=False) for torrent in bad),
        "this is no JSON",
        '{"infohash": "cut off',
        "[]",
        "null",
        "",
    ]


def main() -> None:
    """Write the dump and the truth beside this module."""
    rng.seed(SEED)
    clean = rows()
    lines = [json.dumps(row(name, files), ensure_ascii=False) for name, _, _, files in clean]
    for place, line in enumerate(dirty()):
        lines.insert(10 + place * 14, line)
    data = ("\n".join(lines) + "\n").encode()
    (HERE / "demo.jsonl.gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    truth = [
        json.dumps(
            {"infohash": infohash(name), "name": name, "medium": medium, "sub": sub},
            ensure_ascii=False,
        )
        for name, medium, sub, _ in clean
    ]
    (HERE / "expected.jsonl").write_text("\n".join(sorted(truth)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
