"""What names are refilled from: works of the catalogue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.training.classifier.data import read_json_lines
from models.training.tagger.data import SCENE_BOOK

_LATIN = re.compile(r"[A-Za-z]")

Created = tuple[str, str, int | None]
"""Creator (or alias), title and year."""


@dataclass(frozen=True, slots=True)
class Works:
    """What fields are refilled from.

    `titles` has title and year of each kind of work; `albums` and `books` have creator, title and
    year; `bilingual` has an alias in another script, the title and the year. A year may be None.
    """

    titles: Mapping[str, Sequence[tuple[str, int | None]]]
    albums: Sequence[Created]
    books: Sequence[Created]
    bilingual: Sequence[Created]

    @classmethod
    def read(cls, data: Path) -> "Works":
        """Read the catalogue, and the books of the scene file."""
        titles, bilingual = _titles(data / "catalogue/titles.jsonl.gz")
        albums = [
            (str(row["artist"]), str(row["title"]), row.get("year"))
            for row in read_json_lines(data / "catalogue/albums.jsonl.gz")
        ]
        albums += [
            (str(row["artist"]).title(), str(row["title"]).strip().title(), None)
            for row in read_json_lines(data / "catalogue/cddb_albums.jsonl.gz")
            if row.get("artist") and row.get("title") and not _is_garbled(row)
        ]
        books = [
            (str(row["author"]), str(row["title"]), row.get("year"))
            for row in read_json_lines(data / SCENE_BOOK)
            if row.get("author") and row.get("title") and not _is_publisher(str(row["author"]))
        ]
        return cls(titles, albums, books, bilingual)


def _titles(path: Path) -> tuple[dict[str, list[tuple[str, int | None]]], list[Created]]:
    """Titles by kind, and the Latin ones with their aliases in other scripts."""
    titles: dict[str, list[tuple[str, int | None]]] = {}
    bilingual: list[Created] = []
    for row in read_json_lines(path):
        title, year = str(row["title"]), row.get("year")
        titles.setdefault(str(row["kind"]), []).append((title, year))
        if _LATIN.search(title):
            aliases = [alias for alias in row.get("aliases") or () if not _LATIN.search(alias)]
            bilingual += [(alias, title, year) for alias in aliases]
    return titles, bilingual


def _is_garbled(row: Mapping[str, Any]) -> bool:
    """Whether a row holds UTF-8 that was read as Latin-1."""
    return "\u00c3" in f"{row['artist']}{row['title']}"


def _is_publisher(author: str) -> bool:
    return "press" in author.lower()
