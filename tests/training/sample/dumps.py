"""Dumps to draw from, and how a test calls the command."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streams.training.sample import command

Row = dict[str, Any]


def entry(name: str, files: Iterable[tuple[str, int]] = (), **more: Any) -> Row:
    """A torrent as JSON dumps have it; its infohash is made from its name."""
    row: Row = {"infohash": hashlib.sha1(name.encode()).hexdigest(), "name": name, **more}
    if listed := [{"path": path, "size": size} for path, size in files]:
        row["files"] = listed
    return row


WORDS = (
    *("paper", "harbour", "lantern", "tide", "fog", "tycoon", "robot"),
    *("tea", "winter", "garden", "silver", "river", "copper"),
)


def entries(count: int) -> list[Row]:
    """Invented torrents, each a family of its own, in four strata."""
    rows = []
    for number in range(count):
        words, rest = [], number
        while rest or not words:
            rest, place = divmod(rest, len(WORDS))
            words.append(WORDS[place])
        name = " ".join(words).title()
        if number % 10 == 0:
            name = "".join(chr(ord(c) - 97 + 0x430) for c in name.lower() if c != " ")
        paths = [(f"{name}/{at}.mp3", at * 7) for at in range(12)] if number % 3 == 0 else []
        rows.append(entry(f"{name}{'.mkv' if number % 4 == 1 else ''}", paths, size=number))
    return rows


def dump(path: Path, rows: Iterable[Row]) -> Path:
    """JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def drawn(out: Path) -> list[Row]:
    """The rows of a sample."""
    lines = (out / "sample.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def sampled(out: Path, *arguments: object) -> list[Row]:
    """Runs the command, which must succeed; the rows that it drew."""
    assert command.run([*map(str, arguments), "--out", str(out)]) == 0
    return drawn(out)


def about(out: Path) -> Row:
    """What a sample says of itself."""
    row: Row = json.loads((out / "sample.json").read_text(encoding="utf-8"))
    return row
