"""What the world knows of the words of a book's name."""

from functools import cache
from typing import TYPE_CHECKING

from models import registry
from models.text.folding import folded_words
from models.text.known_names import MAX_WORDS, MIN_LETTERS, Known, key

if TYPE_CHECKING:
    from models.text.known_names import KnownNames

_ARTICLES = frozenset({"the", "a", "an"})
WORKS = Known.MOVIE | Known.TV | Known.ANIME | Known.GAME | Known.BOOK | Known.SOFTWARE


def known_as(text: str) -> Known:
    """As what a text is known; an article before it may be missing, or too many."""
    words = folded_words(text)
    if not words or len(words) > MAX_WORDS or len("".join(words)) < MIN_LETTERS:
        return Known(0)
    spellings = [words, words[1:] if words[0] in _ARTICLES else ["the", *words]]
    kinds = Known(0)
    for _, kind in _known().found([key(spelling) for spelling in spellings if spelling]):
        kinds |= Known(kind)
    return kinds


@cache
def _known() -> "KnownNames":
    """The checksums of known names; they ship with the tagger."""
    from models.text.known_names import KnownNames

    return KnownNames.load(registry.file_path(registry.load("tagger"), "catalogue"))
