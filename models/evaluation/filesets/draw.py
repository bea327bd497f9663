"""A seeded draw of names and sizes, from the words of `words.toml`."""

import random
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

WORDS = Path(__file__).with_name("words.toml")

MEGABYTE = 2**20


@cache
def words() -> dict[str, Any]:
    """The lists of `words.toml`."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


class Draw:
    """Draws for one torrent; the same seed gives the same torrent.

    Args:
        seed: names the torrent, as `movie-dvd:17`.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def chance(self, share: float) -> bool:
        """True in that share of the draws."""
        return self._random.random() < share

    def number(self, lowest: int, highest: int) -> int:
        """A whole number; both ends may be drawn."""
        return self._random.randint(lowest, highest)

    def choice(self, options: Sequence[T]) -> T:
        """One of several."""
        return self._random.choice(options)

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Several, each once; over again where there are too few."""
        drawn: list[T] = []
        while len(drawn) < count:
            drawn += self._random.sample(options, min(count - len(drawn), len(options)))
        return drawn

    def word(self, listed: str, script: str | None = None) -> str:
        """A word of a list."""
        return self.words(listed, 1, script)[0]

    def words(self, listed: str, count: int, script: str | None = None) -> list[str]:
        """Several words of a list."""
        lists = words()[script] if script else words()
        options: list[str] = lists[listed]
        return self.sample(options, count)

    def name(self, forms: str) -> str:
        """A name by one of the forms of a list, such as `film_names`."""
        form: str = self.word(forms)
        adjective, noun = self.word("adjectives"), self.word("nouns")
        if form.count("{noun}") > 1:
            form = form.replace("{noun}", self.word("nouns"), 1)
        return form.format(
            adjective=adjective,
            noun=noun,
            first=self.word("first_names"),
            last=self.word("last_names"),
            number=self.number(100, 99_999),
        )

    def person(self) -> str:
        """A given name and a family name."""
        return f"{self.word('first_names')} {self.word('last_names')}"

    def year(self) -> int:
        """A year of a work; later ones than next year's are not read as years."""
        return self.number(1972, 2026)

    def megabytes(self, lowest: int, highest: int) -> int:
        """A size in bytes."""
        return self.number(lowest * MEGABYTE, highest * MEGABYTE)

    def hexadecimal(self, letters: int) -> str:
        """A checksum."""
        return "".join(self.choice("0123456789ABCDEF") for _ in range(letters))


def dotted(text: str) -> str:
    """A name as the scene writes it."""
    kept = "".join(letter if letter.isalnum() else " " for letter in text.replace("&", "and"))
    return ".".join(kept.split())


def underscored(text: str) -> str:
    """A name in small letters with underscores, as scene tracks are written."""
    return dotted(text).replace(".", "_").lower()
