"""Games, books, albums and series that people name by title and year alone, as films mostly are.

Of such a name the models say that it is a film: most are. So the works that no film of that year
shares its title with are known by a checksum of title and year (`works` in the manifest), and some
titles that only one kind of work has by a checksum of the title.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.text.folding import folded_words
from models.text.known_names import MAX_WORDS, Known, KnownNames, key, year_key
from schemas import Subcategory

NAMED_SO = {
    Known.GAME: Subcategory.GAME,
    Known.BOOK: Subcategory.EBOOK,
    Known.ALBUM: Subcategory.ALBUM,
    Known.TV: Subcategory.SERIES,
    Known.MOVIE: Subcategory.MOVIE,
}
"""As what a work may be known here, and what it is named as."""

CONFIDENCE = 0.75
"""How often such a name is of the work, at least: few names are known to tell.

Of the labelled names that are known, 6 of 8 are of the work and none is a film; two soundtracks are
named like their games. Of 45,602 films of scene names, written as title and year, 110 are taken for
games, books or albums, and 75 for series, which most of those are.
"""

_BARE = re.compile(
    r"\s*(?P<title>[^\[\](){}]{2,80}?)[\s._]+[\[(]?(?P<year>(?:19[3-9]|20[0-3])\d)[\])]?\s*"
)
"""A title and a year, and nothing else."""


@dataclass(frozen=True, slots=True)
class KnownWork:
    """What is known of a name."""

    kind: Known
    is_dated: bool
    """Whether the work is known by its year as well as by its title."""

    @property
    def subcategory(self) -> Subcategory:
        """What the work is named as."""
        return NAMED_SO[self.kind]


class KnownWorks:
    """The works of a file, which is read when it is first needed.

    Args:
        load: gives the checksums of `work_key`.
    """

    def __init__(self, load: Callable[[], KnownNames]) -> None:
        self._load = load

    @classmethod
    def of_file(cls, path: Callable[[], Path]) -> "KnownWorks":
        """The works of the file that `path` names when it is asked."""
        return cls(lambda: KnownNames.load(path()))

    @cached_property
    def _known(self) -> KnownNames:
        return self._load()

    def named(self, name: str) -> KnownWork | None:
        """What is known of the work whose title and year are the whole name, or None.

        >>> entries = {work_key("Harbour Tycoon", 2016): int(Known.GAME)}
        >>> works = KnownWorks(lambda: KnownNames.of(entries))
        >>> works.named("Harbour.Tycoon.2016").kind, works.named("Harbour Tycoon (2017)")
        (<Known.GAME: 8>, None)
        """
        bare = _BARE.fullmatch(name)
        dated = work_key(bare["title"], bare["year"]) if bare else None
        alone = work_key(bare["title"]) if bare else None
        if dated is None or alone is None:
            return None
        hits = self._known.found([dated, alone])
        if not hits or hits[0][1] not in NAMED_SO:
            return None
        place, kind = hits[0]
        return KnownWork(Known(kind), is_dated=place == 0)


def work_key(title: str, year: str | int = "") -> int | None:
    """The checksum of a title with its year, or of the title alone.

    Returns None if the title is no words or too many.
    """
    words = folded_words(title.replace("_", " "))
    return year_key(key(words), year) if 0 < len(words) <= MAX_WORDS else None
