"""The parts of an audio name between its dashes, without brackets, years and technical words."""

import re
from collections.abc import Sequence
from functools import lru_cache

from models.extract.names.decoration import after_decoration
from models.extract.names.description import description
from models.extract.names.endings import without_extension
from models.extract.names.words import REMEMBERED, is_words, readable

MOST_CHARACTERS = 400
"""Of a name, as many are read by the rules of recordings."""

DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*|\.-\.")
"""What stands between two parts."""

_BRACKETS = re.compile(
    r"\s*(?:\[(?![^\[\]]*(?:soundtrack|\bost\b|cast recording))[^\[\]]*\]"
    r"|\((?![^()]*(?:soundtrack|\bost\b|cast recording|music from))[^()]*\)"
    r"|\{[^{}]*\})",
    re.IGNORECASE,
)
"""Brackets stand beside a title, but those of a soundtrack belong to it."""

_OF_A_WORD = re.compile(
    r"\((?:s|es|un|re|in|dis|[^\s()\[\]A-Za-z]{0,8}[^\s()\[\]\w][^\s()\[\]A-Za-z]{0,8})\)"
)
"""What may stand in a bracket that touches a word and belongs to it: `loop(3>2)`, `Dream(s)`."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_IN_BRACKETS = re.compile(r"[\[(](?:19|20)\d\d[\])](?!\s+[-–—]\s)")
_LEADING_YEAR = re.compile(r"^\s*(?:19|20)\d\d\.\s*(?=\S)")
"""`1990.Artist - Album`: how collections number an artist's albums."""


def without_brackets(text: str) -> str:
    """The text without brackets, but for those that are part of a word."""
    return _BRACKETS.sub(_kept, text)


def _kept(bracket: re.Match[str]) -> str:
    """A bracket of a word as it is, a space for every other."""
    start, end, text = bracket.start(), bracket.end(), bracket.string
    touches = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()
    return bracket[0] if touches and _OF_A_WORD.fullmatch(bracket[0]) else " "


def with_bracket_of_word(name: str, end: int) -> int:
    """Where a text that ends at a place ends with the bracket that belongs to its last word."""
    bracket = _OF_A_WORD.match(name, end)
    return bracket.end() if bracket is not None and name[end - 1].isalpha() else end


def bare_text(name: str) -> str:
    """The name without its ending, what sites hang before it, brackets and its description.

    It ends at a year in a bracket that stands behind two parts: what follows describes the release.
    """
    text = without_extension(name)[after_decoration(name) :]
    year = _YEAR_IN_BRACKETS.search(text)
    if year is not None and DASH.search(text, 1, year.start()):
        text = text[: year.start()]
    text = without_brackets(text)
    return _LEADING_YEAR.sub("", text[: description(text)])


@lru_cache(maxsize=REMEMBERED)
def parts_of_name(name: str) -> tuple[str, ...]:
    """The readable parts of a name, years among them."""
    return tuple(part for part in map(readable, DASH.split(bare_text(name))) if part)


def words_among(parts: Sequence[str]) -> list[str]:
    """The parts that are more than a year."""
    return [part for part in parts if not _YEAR.fullmatch(part) and is_words(part)]


def has_year(parts: Sequence[str]) -> bool:
    """Whether one of the parts is a year."""
    return any(_YEAR.fullmatch(part) for part in parts)
