"""The series of a book read aloud, and which book of it this is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.extract.evidence.details import Detail
from models.extract.evidence.guard import find
from models.extract.names.description import description
from models.extract.names.words import EDGES

SERIES_NUMBER = "series-number"
"""The rule that reads a series and its number."""

_BRACKET = re.compile(r"[\[({]([^\[\](){}]{3,80})[\])}]")
_NUMBER = r"(?P<number>\d{1,3}(?:\.\d)?(?:\s?[-–]\s?\d{1,3})?)"
_BOOK = r"(?:book|bk\.?|vol(?:ume)?\.?|tome?|band|bind|bok|del|libro|livre|книга|том|#|no\.?)"
_SERIES_BEHIND = re.compile(
    rf"^(?:(?P<title>.+?)(?:\s*:\s+|\s+[-–]\s+|\s*꞉\s+|_\s))?(?P<series>[^\W_][^:]{{2,70}}?)"
    rf"(?:\s*[,(]\s*|\s+){_BOOK}\s*{_NUMBER}\W*$",
    re.IGNORECASE,
)
"""`Title: Series, Book 3`; `Series Book 3`."""

_SERIES_BEFORE = re.compile(
    r"^(?P<series>[«\"„]?[^\W_].{1,70}?)(?:[ -](?P<number>\d{1,2})[,.]|\.\s(?P<apart>\d{1,2})\.)\s+"
    r"(?P<title>[^\W\d_a-zа-я].{2,})$"
)
"""`Series 02, Title`, `Series. 3. Title`, as Russian audiobooks are named."""

_NUMBER_BEFORE = re.compile(
    rf"^(?:{_BOOK}\s*(?P<counted>\d{{1,2}})[\s.:,–-]{{1,4}}|(?P<dotted>\d{{1,2}})\.\s{{1,3}})"
    r"(?P<title>[^\W\d_].{2,})$",
    re.IGNORECASE,
)
"""`Book 2 Title`, `5. Title`, behind the author."""

_BOOK_OF = re.compile(
    r"^(?P<title>.{3,}?)[\s,:(]+book\s+(?P<number>\d{1,2}|i{1,3}|i?[vx]|vi{1,3}|xi{0,2})\s+(?:of|in)\s+(?:the\s+)?(?P<series>.{4,60}?)\)?$",
    re.IGNORECASE,
)
"""`Title Book III of the Series`."""

_NUMBER_AGAIN = re.compile(rf"[\s,(]+{_BOOK}\s*{_NUMBER}\W*$", re.IGNORECASE)
"""The number of the book, said twice."""

_SERIES_NUMBER = re.compile(
    rf"^(?P<series>[^\W\d_].{{1,70}}?)[\s,#]+(?:{_BOOK}\s*)?{_NUMBER}$", re.IGNORECASE
)
"""`Series 03`, `Series, Book 3`: a part or a bracket of its own."""

_SERIES_WORD = re.compile(r"^(?:cykl|цикл|serie|series|reihe|saga)[.:]?\s+", re.IGNORECASE)
_BOOK_BEHIND = re.compile(rf"[\s,.]+{_BOOK}\s*$", re.IGNORECASE)
_NO_SERIES = re.compile(
    rf"(?:{_BOOK}|chapter|part|disc|disk|cd|side|lesson|course|glava|глава|часть|kapitel|teil)",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Letters of a word in a bracket that is too short for a series."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


class Series(NamedTuple):
    """A series, the number in it, and the title before it."""

    series: str
    number: str
    title: str | None = None


def series_part(text: str) -> Series | None:
    """`Series 03`: a part or a bracket of its own."""
    match = _SERIES_NUMBER.match(text.strip())
    if match is None or _NO_SERIES.fullmatch(match["series"].strip(EDGES)):
        return None
    return Series(match["series"].strip(EDGES), match["number"])


def series_in_title(title: str) -> Series | None:
    """A series before or behind a title, with its number."""
    if (book_of := _BOOK_OF.match(title)) is not None:
        series = _NUMBER_AGAIN.sub("", book_of["series"])
        return Series(series, book_of["number"], book_of["title"].strip(EDGES))
    behind = _SERIES_BEHIND.match(title)
    if behind is not None and behind["title"]:
        return Series(behind["series"], behind["number"], behind["title"].strip(EDGES))
    if (before := _SERIES_BEFORE.match(title)) is not None:
        number = before["number"] or before["apart"]
        return Series(before["series"].strip(EDGES + '«»"'), number, before["title"].strip(EDGES))
    return None


def number_before(title: str) -> tuple[str, str] | None:
    """The number of a book and its title: `5. Title`. Returns None if no number leads."""
    match = _NUMBER_BEFORE.match(title)
    return (match["counted"] or match["dotted"], match["title"]) if match is not None else None


def series_in_brackets(name: str) -> Series | None:
    """`[Series 11]`, `(Series, Book 3)`."""
    for bracket in _BRACKET.finditer(name):
        match = _SERIES_NUMBER.match(bracket[1].strip())
        is_description = description(f"x {bracket[1]}") is not None
        if match is not None and not is_description and len(match["series"]) > _SHORTEST:
            return Series(match["series"].strip(EDGES), match["number"])
    return None


def of_series(name: str, series: Series | None) -> Iterator[Detail]:
    """The series and the number in it; a chapter is no series."""
    if series is None:
        return
    title = _BOOK_BEHIND.sub("", _SERIES_WORD.sub("", series.series)).strip(EDGES)
    span = find(title, name)
    if span is None or _NO_SERIES.fullmatch(title):
        return
    yield Detail("series", title, SERIES_NUMBER, *span)
    number = re.compile(rf"(?<![^\W_]){re.escape(series.number)}(?![^\W_])")
    place = number.search(name, span[1]) or number.search(name)
    if place is not None:
        yield Detail("series_number", _plain_number(series.number), SERIES_NUMBER, *place.span())


def of_number(name: str, number: str, title: str) -> Iterator[Detail]:
    """Which book of its series it is, where the number stands right before the title."""
    end = name.find(title)
    start = name.rfind(number, 0, end)
    if start >= 0:
        yield Detail(
            "series_number", _plain_number(number), SERIES_NUMBER, start, start + len(number)
        )


def _plain_number(written: str) -> str:
    """A number without noughts before it; Roman numerals and ranges written in digits."""
    if written.isalpha():
        return str(_ROMAN.index(written.lower()) + 1)
    parts = re.split(r"\s?[-–]\s?", written)
    return "-".join(str(float(part)).removesuffix(".0") for part in parts)
