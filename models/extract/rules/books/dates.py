"""The date of an issue: a day, a month or two, or a quarter, as magazines are named by it."""

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from models.extract.names.phrases import words_of
from models.extract.names.words import REMEMBERED
from models.extract.rules.years import latest

_FILE = Path(__file__).with_name("months.toml")
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_BEGINS = r"(?<![^\W_])"
_ENDS = r"(?![^\W_])"
_GAP = r"[ ._,/-]{1,3}"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?"
_YEAR_DIGITS = 4


class Issued(NamedTuple):
    """A date as YYYY-MM-DD or YYYY-MM, its year, and where it stands."""

    date: str
    year: int
    start: int
    end: int


@lru_cache(maxsize=REMEMBERED)
def issued(name: str) -> Issued | None:
    """The date of an issue. Returns None if the name has none."""
    if not any(century in name for century in ("19", "20", "-")):
        return None
    for pattern, read in _readers(name):
        for match in pattern.finditer(name):
            date = read(match)
            if date is not None:
                return Issued(date, int(date[:_YEAR_DIGITS]), *match.span())
    return None


Reader = Callable[[re.Match[str]], str | None]


def _readers(name: str) -> Iterator[tuple[re.Pattern[str], Reader]]:
    """The patterns that may match a name, the most telling first, and what reads each."""
    months = _months()
    if any(word.text in months for word in words_of(name)):
        yield from ((pattern, _of_word) for pattern in _WITH_WORDS)
    yield _ISO, _of_numbers
    if "年" in name or "년" in name:
        yield _UNSPACED, _of_numbers
    yield _SEASON, _season
    yield _AMERICAN, _american
    yield _EUROPEAN, _of_numbers
    yield _MONTH_OF_YEAR, _of_numbers
    yield _YEAR_AND_MONTH, _of_numbers


_ISO = re.compile(
    rf"{_BEGINS}{_YEAR}(?P<gap>[-._ ])(?P<month>1[0-2]|0[1-9])(?P=gap)(?P<day>3[01]|[12]\d|0[1-9])"
    rf"{_ENDS}"
)
_UNSPACED = re.compile(
    rf"{_YEAR}[年년]\s?(?P<month>1[0-2]|0?[1-9])[月월](?:\s?(?P<day>3[01]|[12]\d|0?[1-9])[日일])?[号號호]?"
)
"""`2021年5月号`, `2021년 5월 12일`."""

_SEASON = re.compile(
    rf"{_BEGINS}(?:spring|summer|autumn|fall|winter|holiday|annual){_GAP}{_YEAR}{_ENDS}",
    re.IGNORECASE,
)
"""`Summer 2020`: of the date only the year is known."""

_AMERICAN = re.compile(rf"{_BEGINS}(?P<first>\d\d?)-(?P<second>\d\d?)-{_YEAR}{_ENDS}")
_EUROPEAN = re.compile(
    rf"{_BEGINS}(?P<day>3[01]|[12]\d|0?[1-9])\.(?P<month>1[0-2]|0?[1-9])\.{_YEAR}{_ENDS}"
)
_MONTH_OF_YEAR = re.compile(rf"(?<=[\[( ])(?P<month>1[0-2]|0[1-9])[/.]{_YEAR}{_ENDS}")
_YEAR_AND_MONTH = re.compile(
    rf"(?<![^\W_])(?<!\d-){_YEAR}[-/](?P<month>1[0-2]|0[1-9])(?![^\W_])(?!-\d)"
)


@cache
def _months() -> dict[str, int]:
    """How a month is written -> its number."""
    table: dict[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        spelling: number
        for spellings in table.values()
        for number, written in enumerate(spellings, 1)
        for spelling in written.split("|")
    }


_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_WEEKDAY = r"(?:[^\W\d_]{3,6}day,?\s)?"
_DAYS = rf"{_WEEKDAY}(?:\d{{1,2}}(?:\s?[-–/&]\s?|\s(?:e|y|et|und|and)\s|\s))?{_DAY}"
_SECOND_MONTH = r"(?:\s?[-–/.&]\s?|\s)(?P<second>[^\W\d_]{3,12})"

_WITH_WORDS = tuple(
    re.compile(_BEGINS + body + _ENDS, re.IGNORECASE)
    for body in (
        rf"{_DAYS}{_GAP}{_MONTH}{_GAP}{_YEAR}",
        rf"{_DAY}{_GAP}{_MONTH}{_GAP}(?P<short>\d\d)(?=[\])])",
        rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}(?:\s?[-–]\s?\d{{1,2}})?{_GAP}{_YEAR}",
        rf"{_MONTH}{_SECOND_MONTH}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}{_YEAR}",
        rf"{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
        rf"{_YEAR}{_GAP}{_MONTH}",
    )
)
"""`15 March 2024`, `March 15, 2024`, `March - April 2024`, `2024 March`."""


def _of_word(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    month = _months().get(groups["month"].lower())
    if month is None or groups.get("second", "").lower() not in ("", *_months()):
        return None
    year = groups.get("year") or f"20{groups['short']}"
    return _date(int(year), month, groups.get("day"))


def _of_numbers(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year, month = int(groups["year"]), int(groups["month"])
    if "day" not in groups and month == (year + 1) % 100:
        return None  # "2011-12" are two years
    return _date(year, month, groups.get("day"))


def _season(match: re.Match[str]) -> str | None:
    return match["year"] if int(match["year"]) <= latest() else None


def _american(match: re.Match[str]) -> str | None:
    """`05-27-2020`; where the first number can be no month, the second is."""
    first, second = int(match["first"]), int(match["second"])
    month, day = (first, second) if first <= 12 else (second, first)
    return _date(int(match["year"]), month, str(day))


def _date(year: int, month: int, day: str | None) -> str | None:
    """The date as it is published. Returns None for a day that never was, or is yet to come."""
    if year > latest():
        return None
    try:
        first = datetime.date(year, month, int(day or 1))
    except ValueError:
        return None
    return first.isoformat() if day is not None else f"{year}-{month:02}"
