"""The title of a book, comic or magazine, which ends before numbers, dates and formats."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.extract.names.endings import without_extension
from models.extract.names.words import is_words, readable, word_after
from models.extract.rules.books import creators
from models.extract.rules.books.creators import Split
from models.extract.rules.books.persons import names_persons
from schemas import Subcategory

Span = tuple[int, int]
"""Characters of the name, from and to."""

BEFORE_NUMBER = "book-before-number"
BEFORE_WORDS = "book-before-words"
WHOLE = "whole-book-name"
DASHED = "book-dashed"

_OPENING = re.compile(r"[\[({【]")
_DASH = re.compile(r"\w\s+[-–—]\s+\w|\w_-_\w")


class Marks(NamedTuple):
    """What in a name is neither author nor title: numbers and dates, and words of the release."""

    numbers: Sequence[Span]
    words: Sequence[Span]
    begin: int
    """Where tags and addresses before the name end."""


class Title(NamedTuple):
    """The title and the rule that cut it out."""

    text: str
    rule: str


def parted(name: str, subcategory: Subcategory, marks: Marks, *, is_dotted: bool) -> Split | None:
    """Author and title, where the name proves which is which. Returns None if it does not."""
    if subcategory is Subcategory.MAGAZINE:
        return None
    if subcategory is Subcategory.COMIC:
        return creators.leading_bracket(name)
    begin = beginning(name, marks)
    return creators.split(name, begin, _description(name, begin, marks), is_dotted=is_dotted)


def title(name: str, split: Split | None, marks: Marks, *, is_book: bool) -> Title | None:
    """The title beside an author, or that of a name without one. Returns None if none is left.

    Args:
        name: the torrent's.
        split: author and title, if they are told apart.
        marks: what is neither.
        is_book: whether it is a book: a magazine has no author.
    """
    if split is not None:
        start, end = split.title
        start = _behind_marks(name, start, end, marks)
        stop, _ = _end(name, start, end, marks)
        text = readable(name[start:stop])
        return Title(text, split.rule) if is_words(text) else None
    begin = beginning(name, marks)
    stop, rule = _end(name, begin, len(without_extension(name)), marks)
    text = readable(name[begin:stop])
    if not is_words(text) or (is_book and rule != BEFORE_NUMBER and names_persons(text)):
        return None  # the name of a person alone is an author, or a title: nobody knows
    is_dashed = rule != BEFORE_NUMBER and _DASH.search(name, begin, stop) is not None
    return Title(text, DASHED if is_dashed else rule)


def beginning(name: str, marks: Marks) -> int:
    """Where author or title begin: behind tags, addresses, and a date that stands first."""
    return _behind_marks(name, marks.begin, len(name), marks)


def _behind_marks(name: str, begin: int, whole: int, marks: Marks) -> int:
    """The beginning behind the marks that stand before any other word."""
    for start, end in sorted((*marks.numbers, *marks.words)):
        if start >= begin and not is_words(name[begin:start]) and is_words(name[end:whole]):
            begin = end
    return begin


def _description(name: str, begin: int, marks: Marks) -> int:
    """Where the words of the release begin, behind author and title."""
    whole = len(without_extension(name))
    first_word = word_after(name, begin)
    starts = [start for start, _ in marks.words if start > first_word]
    opened = name.rfind("(", begin, min(starts, default=whole))
    first = min(starts, default=whole)
    if opened >= 0 and ")" not in name[opened:first]:
        return opened
    return first


def _end(name: str, begin: int, whole: int, marks: Marks) -> tuple[int, str]:
    """The first place behind the beginning where a title may end, and the rule for it."""
    ends = [(start, BEFORE_NUMBER) for start, _ in marks.numbers if start < whole]
    ends += [(start, BEFORE_WORDS) for start, _ in marks.words if start < whole]
    ends += [(match.start(), BEFORE_WORDS) for match in _OPENING.finditer(name, begin, whole)]
    first = word_after(name, begin)
    behind = [end for end in ends if end[0] > first]
    return min(behind, default=(whole, WHOLE))
