"""What names are refilled from: works of the catalogue."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.evaluation.filesets.draw import Draw
from models.training.classifier.data import read_json_lines
from models.training.tagger.data import SCENE_BOOK

_LATIN = re.compile(r"[A-Za-z]")
_DATED = 0.8
"""Share of made works that have a year."""

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

    @classmethod
    def made(cls, words: Sequence[str], seed: int, count: int = 4_000) -> "Works":
        """Titles and persons made of words: for whoever has no catalogue.

        Args:
            words: of any script, which real names are made of; signs of CJK are one letter long.
            seed: of the draws.
            count: works of each kind.
        """
        rng = random.Random(f"works:{seed}")  # noqa: S311
        latin = [word for word in words if _LATIN.search(word)]
        signs = [word for word in words if len(word) == 1 and not _LATIN.search(word)]
        other = [word for word in words if len(word) > 1 and not _LATIN.search(word)]

        def year() -> int | None:
            return rng.randint(1950, 2026) if rng.random() < _DATED else None

        kinds = ("movie", "tv", "anime", "game", "software")
        titles = {kind: [(_phrase(latin, rng), year()) for _ in range(count)] for kind in kinds}
        albums = [(_phrase(latin, rng), _phrase(latin, rng), year()) for _ in range(count)]
        persons = [Draw(f"works:{seed}:{index}").person() for index in range(count)]
        books = [(person, _phrase(latin, rng), year()) for person in persons]
        aliases = [_phrase(other, rng) for _ in range(count)] if other else []
        if signs:
            aliases += ["".join(rng.choices(signs, k=rng.randint(2, 6))) for _ in range(count)]
        bilingual = [(alias, _phrase(latin, rng), year()) for alias in aliases]
        return cls(titles, albums, books, bilingual)


def _phrase(words: Sequence[str], rng: random.Random) -> str:
    """One to four words as a title has them."""
    return " ".join(rng.choices(words, k=rng.randint(1, 4))).title()


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
