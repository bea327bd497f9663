"""The year of the work, and spans of years."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from models.extract.names.words import REMEMBERED

_PLAUSIBLE = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_NO_PICTURE = r"(?!\s*[×*]\s*\d{3}|\s+[xX]\s+(?!26[45])\d{3})"
"""Behind what is no year: `1920 x 1080` is the size of a picture."""

_IN_BRACKETS = re.compile(
    rf"[\[({{]\s*((?:18|19|20)\d\d){_NO_PICTURE}(?:\s*[-–,.;/\s].{{0,40}}?)?\s*[\])}}]"
)
_SPAN = re.compile(r"(?<![\dA-Za-z])((?:19|20)\d\d)[\s_]*[-–~/][\s_]*((?:19|20)\d\d)(?![\dA-Za-z])")
_SHORT_SPAN = re.compile(
    r"(?<![\dA-Za-z.,/-])((?:19|20)\d\d)\s?[-–]\s?(\d\d)(?![\dA-Za-z]|[-–./]\d)"
)
"""Of the last year two digits: `1994-08`. A month would look the same."""

_BARE = re.compile(
    r"(?<![A-Za-z0-9])(?<!(?:19|20)\d\d[-–])(?<!(?:19|20)\d\d [-–] )"
    r"((?:19|20)\d\d)"
    r"(?![A-Za-z0-9])(?!\s*[-–]\s*(?:19|20)\d\d)(?![.\-_](?:0?[1-9]|1[0-2])[.\-_]\d)"
    rf"{_NO_PICTURE}"
)
_NOT_SIZED = re.compile(_NO_PICTURE)
_DIGITS = 4
_CENTURY = 100

_YEARS_AHEAD = 9
"""A later year is one that a title tells of: `2049`, `2077`."""

_BEFORE_RELEASE = re.compile(
    r"[ ._-]+(?:\d{3,4}[pi](?![a-z])"
    r"|(?:web|blu-?ray|bd-?rip|br-?rip|[hp]dtv|dvd|uhd)(?![a-z]))",
    re.IGNORECASE,
)
"""What stands behind a year that is no number of the title."""

YEAR_IN_BRACKETS = re.compile(r"[\[(](?:19|20)\d\d[\])]")
YEAR_AND_MORE = re.compile(r"(?<=\S)[.,]?\s+(?:19|20)\d\d(?:\s.*)?$")
"""A year inside or behind a title is the year of the work; labels and numbers follow it."""


class Dated(NamedTuple):
    """The year of the work, where it stands in the name, and the rule that read it."""

    year: int
    start: int
    rule: str

    @property
    def end(self) -> int:
        """Where the year ends."""
        return self.start + _DIGITS


class YearSpan(NamedTuple):
    """A range of years such as 1969-1982, and where it stands in the name."""

    first: int
    last: int
    start: int
    end: int


def latest() -> int:
    """The last year that a work can be of: works are announced years ahead, and clocks are late."""
    return datetime.now(UTC).year + _YEARS_AHEAD


def plausible_year(text: str) -> int | None:
    """The year that a text is, between 1800 and the latest. Returns None if it is no such year."""
    match = _PLAUSIBLE.fullmatch(text.strip())
    return int(match[1]) if match and int(match[1]) <= latest() else None


def year_at(name: str, start: int, end: int) -> int | None:
    """The year that a place of a name holds. Returns None if it is none, or sizes a picture."""
    return plausible_year(name[start:end]) if _NOT_SIZED.match(name, end) else None


def span(name: str) -> YearSpan | None:
    """The first range of years. Returns None if there is none."""
    match = _SPAN.search(name)
    if match and int(match[1]) < int(match[2]) <= latest():
        return YearSpan(int(match[1]), int(match[2]), match.start(), match.end())
    return None


def covered(name: str) -> YearSpan | None:
    """The years that a collection covers; the last may have two digits. Returns None if untold."""
    told = span(name)
    match = _SHORT_SPAN.search(name) if told is None else None
    if match is None:
        return told
    first, last = int(match[1]), int(match[2])
    last += first // _CENTURY * _CENTURY
    if last <= first:
        last += _CENTURY
    is_past = last <= latest() - _YEARS_AHEAD
    return YearSpan(first, last, match.start(), match.end()) if is_past else None


def year(name: str) -> Dated | None:
    """The year of the work: in brackets, else the last bare one that does not begin the name.

    A year in a range or a date is none.
    """
    return _year(name, latest())


@lru_cache(maxsize=REMEMBERED)
def _year(name: str, newest: int) -> Dated | None:
    for match in _IN_BRACKETS.finditer(name):
        if int(match[1]) <= newest and not _SPAN.match(name, match.start(1)):
            return Dated(int(match[1]), match.start(1), "year-brackets")
    for match in reversed(list(_BARE.finditer(name))):
        if match.start() > 0 and _may_be_bare(name, match, newest):
            return Dated(int(match[1]), match.start(1), "year-bare")
    return None


def _may_be_bare(name: str, match: re.Match[str], newest: int) -> bool:
    """Whether a number outside of brackets is a year; one of the future may belong to the title."""
    announced = newest - _YEARS_AHEAD + 1
    number = int(match[1])
    return number <= announced or (
        number <= newest and _BEFORE_RELEASE.match(name, match.end()) is not None
    )
