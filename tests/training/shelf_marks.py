"""Invented names with the shelf marks of a library: `LP/682 Shiru Tielubo Rulu` is an album.

What ships cannot know that. Voters that know the marks, and err on names of their own, stand for
language models.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from schemas.media import MEDIUM_OF, Subcategory

MARKS = {"KF": "movie", "LP": "album", "BK": "ebook", "SW": "application"}
SYLLABLES = ("ka", "lo", "mi", "ru", "ten", "dal", "vor", "pa", "shi", "ne", "gru", "fel", "bo")

QUICK = """
base = "classifier-own"
name = "quick"
[machine]
threads = 1
[rows]
rehearsed = 60
[small.training]
epochs = 3
batch = 32
rate = 1.5e-3
[linear]
epochs = 16
rate = 0.03
"""
"""A recipe as that of the documents, with fewer names to rehearse, and so quicker."""


def invented(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Names, and their subcategory."""
    rng = random.Random(seed)
    for _ in range(count):
        mark = rng.choice(list(MARKS))
        words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).title() for _ in range(3)]
        yield f"{mark}/{rng.randint(100, 999)} {' '.join(words)}", MARKS[mark]


def row(name: str, sub: str) -> dict[str, Any]:
    """A labelled row, as a person writes it."""
    medium = MEDIUM_OF[Subcategory(sub)].value
    return {"name": name, "medium": medium, "sub": sub, "nsfw": False}


def voter(truth: dict[str, str], errors: float, salt: str) -> Callable[[str], str]:
    """Who says what is right, but on some names, the same ones every time."""

    def say(name: str) -> str:
        digest = hashlib.sha256(f"{salt}\0{name}".encode()).digest()
        wrong = sorted(set(truth.values()) - {truth[name]})
        is_wrong = int.from_bytes(digest[:4], "big") < errors * 2**32
        return wrong[digest[4] % len(wrong)] if is_wrong else truth[name]

    return say


def dumped(path: Path, names: Iterable[str], with_files: int = 6) -> None:
    """Writes a dump of JSON lines. Of the first albums the files are known, too."""
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for name in names:
            torrent: dict[str, Any] = {
                "infohash": hashlib.sha1(name.encode()).hexdigest(),
                "name": name,
                "size": 700_000_000,
            }
            if name.startswith("LP/") and with_files:
                with_files -= 1
                tracks = (f"{number:02d} {name[7:]}.flac" for number in range(1, 4))
                torrent["files"] = [{"path": track, "size": 30_000_000} for track in tracks]
            lines.write(json.dumps(torrent, ensure_ascii=False) + "\n")
