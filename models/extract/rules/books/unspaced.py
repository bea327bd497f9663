"""Author and title of a book in Chinese, Japanese or Korean, whose letters have no capitals.

What proves a person is a surname, which stands first, and the length of the whole.
"""

import re
import tomllib
from enum import IntEnum
from functools import cache
from pathlib import Path

from models.extract.rules.books.known import known_as
from models.text.known_names import Known

_FILE = Path(__file__).with_name("surnames.toml")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff々]{2,6}")
_HANGUL = re.compile(r"[\uac00-\ud7af]{2,4}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_CHINESE = (2, 3)
_CHINESE_DOUBLE = (3, 4)
_JAPANESE = (3, 5)
_KOREAN = (2, 3)
"""Letters of a whole name, from and to."""


class Likeness(IntEnum):
    """How much a text looks like the name of a person; the greater wins."""

    NONE = 0
    ONE_LETTER = 1
    """A surname of one letter begins many words, too: 白 (white) begins titles."""
    SURNAME = 2


def is_unspaced(text: str) -> bool:
    """Whether a text has letters of these scripts."""
    return _UNSPACED.search(text) is not None


def likeness(text: str) -> Likeness:
    """How much a text looks like the name of a person."""
    if _HANGUL.fullmatch(text):
        is_name = _begins(text, "korean", _KOREAN)
        return Likeness.ONE_LETTER if is_name else Likeness.NONE
    if not _IDEOGRAPHS.fullmatch(text):
        return Likeness.NONE
    if _begins(text, "chinese_double", _CHINESE_DOUBLE) or _begins(text, "japanese", _JAPANESE):
        return Likeness.SURNAME
    is_name = _begins(text, "chinese", _CHINESE)
    return Likeness.ONE_LETTER if is_name else Likeness.NONE


def is_first_author(first: str, last: str) -> bool | None:
    """Whether the first of two parts is the author and the last the title.

    Returns None if neither is a name, or nothing tells which is: a person's name may be a title.
    """
    of_first, of_last = likeness(first), likeness(last)
    if of_first != of_last:
        return of_first > of_last
    if of_first is Likeness.NONE:
        return None
    is_title_first, is_title_last = (Known.BOOK in known_as(part) for part in (first, last))
    return is_title_last if is_title_first != is_title_last else None


def _begins(text: str, people: str, lengths: tuple[int, int]) -> bool:
    """Whether a text begins with a surname and is as long as whole names are."""
    fewest, most = lengths
    return fewest <= len(text) <= most and any(
        len(surname) < len(text) and text.startswith(surname) for surname in _surnames()[people]
    )


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    """People -> surnames; Chinese ones of a single letter are written in one word."""
    table: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        people: tuple(written) if people == "chinese" else tuple(written.split())
        for people, written in table.items()
    }
