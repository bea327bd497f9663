"""Where the description of a release begins in a name: a title ends there at the latest."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from models.extract.names.scan import scan
from models.extract.names.words import GAP, REMEMBERED

_GAP = re.compile(GAP + r"\Z")
_YEAR = re.compile(r"\d{4}(?!\d)")
_LEADS_TO_NOUN = re.compile(
    r"(?<![^\W_])(?:in|the|an?|my|our|of|and|or|&|from|to|speak|learn|learning|auf|en|der|die|das|le"
    r"|la|les|el|los|il|un|una|по|на)[ ._-]{1,3}\Z",
    re.IGNORECASE,
)
_SHORT = 3
"""Letters of a language that is written short."""
_END_OF_NAME = re.compile(r"(?:[-@][A-Za-z0-9_]{2,20})?(?:\[[^\]]*\])?(?:\.\w{2,4})?\Z")


class _Mark(NamedTuple):
    """A place that may belong to the description: a release word, or a fixed number."""

    start: int
    end: int
    weak: bool
    strong: bool = False
    fixed: bool = False
    never_title: bool = False
    language: bool = False


def description(name: str, fixed: Sequence[tuple[int, int]] = ()) -> int | None:
    """Where the description of the release begins. Returns None if there is none.

    Args:
        name: the name.
        fixed: places (from, to) of what is no title either: the year, the numbering.
    """
    return _description(name, tuple(fixed))


@lru_cache(maxsize=REMEMBERED)
def _description(name: str, fixed: tuple[tuple[int, int], ...]) -> int | None:
    marks = _marks(name, fixed)
    for index, mark in enumerate(marks):
        if mark.start == 0 or not (mark.strong or mark.fixed):
            continue
        if mark.weak and not _is_described(name, mark.end, marks[index + 1 :]):
            continue
        return _beginning(name, mark.start, mark.fixed, marks[:index])
    # No strong word: a run of weak ones at the very end describes a release, too.
    tail = _END_OF_NAME.search(name)
    return _beginning(name, tail.start(), False, marks) if marks and tail else None


def _marks(name: str, fixed: Sequence[tuple[int, int]]) -> list[_Mark]:
    """All marks of a name, in order."""
    marks = [
        _Mark(
            hit.start,
            hit.end,
            hit.weak,
            strong=hit.word.field.strong,
            never_title=hit.text in hit.word.never_title,
            language=hit.field == "languages",
        )
        for hit in scan(name)
    ]
    marks += [_Mark(start, end, weak=False, fixed=True) for start, end in fixed]
    marks.sort()
    return marks


def _is_described(name: str, end: int, later: Sequence[_Mark]) -> bool:
    """Whether something that describes a release, and no mere year, follows at once."""
    if not later:
        return _END_OF_NAME.fullmatch(name, end) is not None
    following = later[0]
    return not following.fixed and _GAP.match(name[end : following.start]) is not None


def _beginning(name: str, start: int, before_fixed: bool, earlier: Sequence[_Mark]) -> int:
    """The beginning of the run of descriptive words that leads up to `start`.

    A weak word right before the year belongs to the title ("Deep Web 2015"), a language seldom.
    """
    for mark in reversed(earlier):
        if mark.start == 0 or _GAP.match(name[mark.end : start]) is None:
            break
        if mark.weak and before_fixed and not mark.never_title:
            break
        if mark.language and before_fixed and _is_title_word(name, mark, start):
            break
        start = mark.start
        before_fixed = mark.fixed
    return start


def _is_title_word(name: str, language: _Mark, fixed: int) -> bool:
    """Whether a language right before the year or the numbering is the last word of the title.

    Releases write it as a tag, in capitals or three letters, and mostly before a bare year:
    `Lantern.German.2010`, but "Nail Polish (2010)", "The German 2010", "Going Dutch S01E02" and
    `The.Good.German.2006.GERMAN`.
    """
    word = name[language.start : language.end]
    if len(word) <= _SHORT or not word[1:].islower():
        return False
    if _LEADS_TO_NOUN.search(name, 0, language.start) or not _YEAR.match(name, fixed):
        return True
    if word.lower() in name[fixed:].lower():
        return True
    return name[fixed - 1] in "([{" and " " in name
