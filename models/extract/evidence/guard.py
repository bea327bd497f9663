"""Evidence: a field is published only if its text is in the input, and the place is kept.

Names write the same words in many ways (`Big_Buck.Bunny`, `Big Buck Bunny`), so both sides are
folded before they are compared: case, diacritics, and every run of separators as one space.
Positions are mapped back to the original text.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from schemas import Evidence, TorrentFile

_SPACE = " "
_MOST_PATHS = 200
"""Paths searched for a field; the first ones name the work as well as the last."""


@lru_cache(maxsize=4096)
def folded_with_places(text: str) -> tuple[str, tuple[int, ...]]:
    """Fold a text, and tell for each folded character which original one it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", character):
            if unicodedata.combining(piece):
                continue
            for letter in piece.casefold():
                if letter.isalnum():
                    letters.append(letter)
                    places.append(place)
                elif letters and letters[-1] != _SPACE:
                    letters.append(_SPACE)
                    places.append(place)
    if letters and letters[-1] == _SPACE:
        letters.pop()
        places.pop()
    return "".join(letters), tuple(places)


def alike(value: str | int, other: str | int) -> bool:
    """Whether two values say the same: case, separators and diacritics aside."""
    return folded_with_places(str(value))[0] == folded_with_places(str(other))[0]


def find(value: str, text: str) -> tuple[int, int] | None:
    """Where `value` stands in `text` as whole words. Returns None if it does not.

    In scripts without spaces (Chinese, Japanese) any place will do: words have no visible ends.
    """
    needle = folded_with_places(value)[0]
    if not needle:
        return None
    haystack, places = folded_with_places(text)
    start = haystack.find(needle)
    while start >= 0:
        end = start + len(needle)
        if _starts_word(haystack, start) and _ends_word(haystack, end):
            return places[start], places[end - 1] + 1
        start = haystack.find(needle, start + 1)
    return None


def _starts_word(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] == _SPACE or _wide(text[start - 1]) or _wide(text[start])


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or text[end] == _SPACE or _wide(text[end]) or _wide(text[end - 1])


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


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
