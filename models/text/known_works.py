"""Games, books and albums that people name by title and year alone, as films mostly are.

Of such a name the models say that it is a film: most are. So the works that no film or series of
that year shares its title with are known by a checksum of title and year (`works` in the manifest).
"""

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from models.text.folding import folded_words
from models.text.known_names import MAX_WORDS, Known, KnownNames, key, year_key

NAMED_SO = (Known.GAME, Known.BOOK, Known.ALBUM)
"""As what a work may be known here."""

CONFIDENCE = 0.75
"""How often such a name is of the work: 6 of the 8 labelled names that are known, and none a film.

Two soundtracks are named like their games.
"""

_BARE = re.compile(
    r"\s*(?P<title>[^\[\](){}]{2,80}?)[\s._]+[\[(]?(?P<year>(?:19[3-9]|20[0-3])\d)[\])]?\s*"
)
"""A title and a year, and nothing else."""


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

    def named(self, name: str) -> Known | None:
        """As what the work is known whose title and year are the whole name, or None.

        >>> entries = {work_key("Harbour Tycoon", 2016): int(Known.GAME)}
        >>> works = KnownWorks(lambda: KnownNames.of(entries))
        >>> works.named("Harbour.Tycoon.2016"), works.named("Harbour Tycoon (2017)")
        (<Known.GAME: 8>, None)
        """
        bare = _BARE.fullmatch(name)
        checksum = work_key(bare["title"], bare["year"]) if bare else None
        if checksum is None:
            return None
        hits = self._known.found([checksum])
        return next((kind for kind in NAMED_SO if hits and hits[0][1] == kind), None)


def work_key(title: str, year: str | int) -> int | None:
    """The checksum of a title with its year; None if the title is no words or too many."""
    words = folded_words(title.replace("_", " "))
    return year_key(key(words), year) if 0 < len(words) <= MAX_WORDS else None
