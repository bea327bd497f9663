"""Evidence: a field is published only if its text is in the input, and the place is kept.

Names write the same words in many ways (`Big_Buck.Bunny`, `Big Buck Bunny`), so both sides are
folded before they are compared: case, diacritics, and every run of separators as one space.
Positions are mapped back to the original text.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from models.extract.names.words import REMEMBERED
from schemas import Evidence, TorrentFile

_SPACE = " "
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_ASCII_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else _SPACE for code in range(0x80)}
"""What each character of a text without accents and other scripts is folded to."""

_MOST_PATHS = 200
"""Paths searched for a field; the first ones name the work as well as the last."""


@lru_cache(maxsize=REMEMBERED)
def folded_with_places(text: str) -> tuple[str, tuple[int, ...]]:
    """Fold a text, and tell for each folded character which original one it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _folded_letters(character):
            if letter != _SPACE:
                letters.append(letter)
                places.append(place)
            elif letters and letters[-1] != _SPACE:
                letters.append(_SPACE)
                places.append(place)
    if letters and letters[-1] == _SPACE:
        letters.pop()
        places.pop()
    return "".join(letters), tuple(places)


@lru_cache(maxsize=8192)
def _folded_letters(character: str) -> str:
    """The letters and digits that a character folds to, and a space for each other one."""
    pieces = (
        piece
        for piece in unicodedata.normalize("NFKD", character)
        if not unicodedata.combining(piece)
    )
    return "".join(
        letter if letter.isalnum() else _SPACE for piece in pieces for letter in piece.casefold()
    )


@lru_cache(maxsize=REMEMBERED)
def folded(text: str) -> str:
    """A folded text alone."""
    if text.isascii():
        return _SPACE.join(text.translate(_ASCII_FOLDED).split())
    return folded_with_places(text)[0]


def alike(value: str | int, other: str | int) -> bool:
    """Whether two values say the same: case, separators and diacritics aside."""
    return folded(str(value)) == folded(str(other))


def find(value: str, text: str) -> tuple[int, int] | None:
    """Where `value` stands in `text` as whole words. Returns None if it does not.

    In scripts without spaces (Chinese, Japanese) any place will do: words have no visible ends.
    """
    needle = folded(value)
    if not needle:
        return None
    return _find_in_ascii(needle, text) if text.isascii() else _find_in_any(needle, text)


def _find_in_ascii(needle: str, text: str) -> tuple[int, int] | None:
    """Where a folded value stands in a text without accents and other scripts: whole words."""
    haystack = f" {folded(text)} "
    before = haystack.find(f" {needle} ")
    if before < 0:
        return None
    first = haystack.count(_SPACE, 0, before)
    last = first + needle.count(_SPACE)
    words = list(islice(_ASCII_WORD.finditer(text), first, last + 1))
    return words[0].start(), words[-1].end()


def _find_in_any(needle: str, text: str) -> tuple[int, int] | None:
    """Where a folded value stands in any text."""
    haystack, places = folded_with_places(text)
    start = haystack.find(needle)
    while start >= 0:
        end = start + len(needle)
        # `¾` folds to more than one character: a place may neither begin nor end inside of it.
        is_whole = (
            places[start - 1 : start] != places[start : start + 1]
            and places[end : end + 1] != places[end - 1 : end]
        )
        if is_whole and _starts_word(haystack, start) and _ends_word(haystack, end):
            return places[start], places[end - 1] + 1
        start = haystack.find(needle, start + 1)
    return None


def _starts_word(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] == _SPACE or _wide(text[start - 1]) or _wide(text[start])


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or text[end] == _SPACE or _wide(text[end]) or _wide(text[end - 1])


def _wide(letter: str) -> bool:
    return not letter.isascii() and unicodedata.east_asian_width(letter) in "WF"


def evidence(
    value: str | int,
    name: str,
    files: Sequence[TorrentFile] | None,
    *,
    source: str,
    confidence: float,
) -> Evidence | None:
    """Evidence for a field: in the name, else in a file's path.

    Returns None if neither holds the value: then it must be dropped.
    """
    text = str(value)
    if (span := find(text, name)) is not None:
        return Evidence(source=source, confidence=confidence, span=span)
    for file in (files or ())[:_MOST_PATHS]:
        if find(text, file.path) is not None:
            return Evidence(source=source, confidence=confidence, path=file.path)
    return None
