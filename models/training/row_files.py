"""Files of a data folder: their names, and JSON lines that are written whole or not at all."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from schemas.whole_file import whole

NAMES = "names/p2p_labelled.jsonl.gz"
"""Names with their class and whether they are adult: what the classifier learns from."""
FIELDS = "fields/p2p_labelled.jsonl.gz"
"""Names with artist, title, year, season and episode: what tagger and language models learn."""
FIELD_NAMES = ("artist", "title", "year", "season", "episode")
"""The fields of a row of `FIELDS`."""
NUMBERED = frozenset({"year", "season", "episode"})
"""Those of them that may be numbers; the others are texts."""
GOLD = "gold/dev.jsonl"
"""Names that are judged on, and never learnt from."""
CATALOGUE = (
    "catalogue/titles.jsonl.gz",
    "catalogue/albums.jsonl.gz",
    "catalogue/cddb_albums.jsonl.gz",
)
"""Works to make names of."""


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON lines, gzipped if the name ends in `.gz`; returns how many.

    The same rows are the same bytes. A letter that UTF-8 does not have becomes a question mark.

    Raises:
        OSError: it cannot be written. What was there before is there still.
    """
    lines = [_line(row) for row in rows]
    content = b"".join(lines)
    replace(path, [gzip.compress(content, mtime=0) if path.suffix == ".gz" else content])
    return len(lines)


def write_text(path: Path, text: str) -> None:
    """Write a text whole or not at all; what UTF-8 does not have is escaped."""
    replace(path, [text.encode("utf-8", "backslashreplace")])


def replace(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file whole or not at all; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.writelines(parts)


def opened(path: Path) -> IO[str]:
    """A text file to read, gzipped if its name ends in `.gz`."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
