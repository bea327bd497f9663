"""The year of a recording, and that of its reissue, where a name has several years.

A recording is of the earliest year that stands apart: in a bracket of its own, before or between
dashes, or beside the year of a reissue. A year inside a title ("Best of 2013") does not stand
apart. Of 51 albums that were labelled by reading and have two years in their names, the earlier is
the work's in 36; in all but two of the others it stands inside the title.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.extract.rules.years import Dated, latest, year

REISSUE = "reissue"
"""The rule that reads the year of a reissue."""

_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_ANY_YEAR = re.compile(_YEAR)
_AGAIN_WORD = (
    r"(?:re-?master(?:s|ed)?|re-?issued?|re-?released?|re-?pressed|re-?edition|hd-?tracks|mfsl|mofi"
    r"|sacd|ремастер|переиздание)"
)
"""What is said of the year of a later issue."""

_AGAIN = re.compile(
    rf"{_AGAIN_WORD}|edition|deluxe|expanded|anniversary|\bshm\b|\brhino\b", re.IGNORECASE
)
"""What is said in a bracket of a later issue."""

_BRACKET = re.compile(r"[\[({]([^\[\](){}]{4,48})[\])}]")
_OWN_YEAR = re.compile(rf"\s*{_YEAR}(?:\s*$|\s*[-–,.;/\s])")
_BEFORE_BRACKET = re.compile(rf"(?<![\w-]){_YEAR}\s*\Z")
_CHAIN = re.compile(
    rf"(?<![\w-]){_YEAR}(?:\s?[/,]\s?{_YEAR}(?!\w)){{1,3}}|(?<=\s){_YEAR}\s{_YEAR}(?=\s[-–]\s|\s?[\])])"
)
"""`1989/2014`, `1995 / 2015, 2016`, `1975,1995`, `1975 2005 -`."""

_LEADING = re.compile(rf"[\s\[(]*({_YEAR})[\])]?\s+[-–—]\s")
_DASHED = re.compile(rf"\s[-–—]\s+({_YEAR})(?=\s+[-–—]\s)")
_ISSUED_AGAIN = re.compile(
    rf"(?:(?<![\w-])(?P<before>{_YEAR})\s[-–]\s(?:original\W{{1,3}})?)?"
    rf"(?<![\w-])(?:(?P<year>{_YEAR})[ .](?:\w{{2,12}}[ .])?{_AGAIN_WORD}"
    rf"|{_AGAIN_WORD}[ .](?P<year_behind>{_YEAR}))(?!\w)",
    re.IGNORECASE,
)
"""`2013 HDtracks`, `1995 Reissue`, `1971 - 2004 Remaster`, `1970 - Original-Remastered 2013`."""

_AND = re.compile(r"\s[&+]\s")
_LIVE = re.compile(r"\blive\b", re.IGNORECASE)
_RANGE = re.compile(rf"{_YEAR}\s*[-–~]\s*(?:{_YEAR}|\d\d(?!\d))")
_SEASON = 1
"""Years from the first to the second of `2014/2015`, which is a season and no reissue."""

_MOST_CHARACTERS = 1_000
"""Of a name that are looked at."""


class _Place(NamedTuple):
    """A year that stands apart, and where it begins."""

    year: int
    start: int


def recording_year(name: str) -> Dated | None:
    """The year of the work. Returns None if there is none."""
    dated = year(name)
    # What is no year of a work is a range of years, unless it is said that a work came out again.
    places = _places(name) if dated is not None else [*_issued_again(name[:_MOST_CHARACTERS])]
    first = min(places, default=None)
    if first is None or (dated is not None and first.year >= dated.year):
        return dated
    is_in_bracket = name[: first.start].rstrip()[-1:] in {"(", "[", "{"}
    return Dated(first.year, first.start, "year-brackets" if is_in_bracket else "year-bare")


def reissue_year(name: str, dated: Dated | None) -> Dated | None:
    """The latest year that a name gives for an issue of its work. Returns None if it has none.

    Args:
        name: the name.
        dated: the year of the work.
    """
    if dated is None:
        return None
    newest = max(_places(name), default=None)
    if newest is None or newest.year <= dated.year or _is_another(name, dated, newest):
        return None
    return Dated(newest.year, newest.start, REISSUE)


def _is_another(name: str, dated: Dated, place: _Place) -> bool:
    """Whether another work stands between two years: `Tide (1984) & Lamps (1985)`."""
    return _AND.search(name, dated.end, max(dated.end, place.start)) is not None


def _places(name: str) -> list[_Place]:
    """The years that stand apart, of a name that has several."""
    name = name[:_MOST_CHARACTERS]
    if len(_ANY_YEAR.findall(name)) < 2:
        return []
    newest = latest()
    places = [*_in_brackets(name), *_in_chains(name), *_beside_dashes(name), *_issued_again(name)]
    return [place for place in places if place.year <= newest]


def _in_brackets(name: str) -> Iterator[_Place]:
    """The years of brackets that begin with one or name an issue, and one right before such."""
    for bracket in _BRACKET.finditer(name):
        inner = bracket[1]
        if _LIVE.search(inner) or _RANGE.search(inner):
            continue
        is_issue = _AGAIN.search(inner) is not None
        if not is_issue and not _OWN_YEAR.match(inner):
            continue
        years = list(_years(inner, bracket.start(1)))
        yield from years
        before = _BEFORE_BRACKET.search(name, max(0, bracket.start() - 6), bracket.start())
        if is_issue and years and before is not None:
            yield _Place(int(before[0].strip()), before.start())


def _in_chains(name: str) -> Iterator[_Place]:
    """The years of an issue after the other: `1989/2014`."""
    for chain in _CHAIN.finditer(name):
        years = list(_years(chain[0], chain.start()))
        if len(years) > 2 or years[-1].year - years[0].year > _SEASON:
            yield from years


def _beside_dashes(name: str) -> Iterator[_Place]:
    """The year that the name begins with, and one between dashes."""
    leading = _LEADING.match(name)
    for match in (leading, *_DASHED.finditer(name)):
        if match is not None:
            yield _Place(int(match[1]), match.start(1))


def _issued_again(name: str) -> Iterator[_Place]:
    """The year beside a word such as `Reissue`, and the one before it."""
    for match in _ISSUED_AGAIN.finditer(name):
        for group in ("before", "year", "year_behind"):
            if match[group] is not None:
                yield _Place(int(match[group]), match.start(group))


def _years(text: str, start: int) -> Iterator[_Place]:
    for match in _ANY_YEAR.finditer(text):
        yield _Place(int(match[0]), start + match.start())
