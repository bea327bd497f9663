"""Volume, issue and chapter of a book, comic or magazine; its series, and its edition."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from models.extract.names.words import REMEMBERED, readable
from models.extract.rules.books.dates import issued
from schemas import Subcategory


class Place(NamedTuple):
    """A number or the name of a series: the field it fills, its value, and where it stands.

    `in_title` says that its words belong to the title, too.
    """

    field: str
    value: str | int
    start: int
    end: int
    in_title: bool = False


_MOST_PLACES = 64
"""Numbers that are read of a name: each is compared with those before it."""

_BEGINS = r"(?<![^\W_])"
_ENDS = r"(?![^\W_])"
_N = r"(?P<first>\d{1,4}(?:\.\d{1,2})?)"

_VOLUME = re.compile(
    rf"{_BEGINS}(?:(?:vol(?:ume)?s?|tom(?:e|es|o|os|a)?|band|том[а]?|teil|část|díl)[ ._]{{0,3}}"
    rf"|(?:book|bk)[ .](?=0\d))"
    rf"{_N}(?:\s?[-–~]\s?(?:v|vol|t)?[ .]?(?P<last>\d{{1,4}})|\sof\s\d{{1,4}})?{_ENDS}"
    r"|第?(?P<wide>\d{1,4})(?:[-~](?P<wide_last>\d{1,4}))?[巻卷권]|卷(?P<behind>\d{1,4})",
    re.IGNORECASE,
)
"""`Vol. 12`, `Volume 3 of 12`, `Tome 3`, `第3巻`."""

_SHORT_VOLUME = re.compile(
    rf"{_BEGINS}(?:v\.?(?=\d{{1,3}}(?!\d|\.\d))|(?-i:T)(?=\d\d(?!\d))){_N}"
    rf"(?:\s?[-–~]\s?[vt]?(?P<last>\d{{1,3}}))?{_ENDS}",
    re.IGNORECASE,
)
"""`v03`, `T01`: of comics alone; a novel's `V8` is an engine."""

_CHAPTER = re.compile(
    rf"{_BEGINS}(?:(?:ch(?:apter|ap)?s?|chapitre|cap[ií]tulo|capitolo|kapitel|глав[аы])[ ._]{{0,3}}"
    rf"|c(?=\d{{3}}(?!\d)))"
    rf"{_N}(?:\s?[-–~]\s?c?(?P<last>\d{{1,4}}))?{_ENDS}"
    r"|第(?P<wide>\d{1,4})(?:[-~](?P<wide_last>\d{1,4}))?[話话章回]",
    re.IGNORECASE,
)
_OF = re.compile(
    rf"(?:(?:{_BEGINS}(?:part|chapter|book|issue)\s|#)\s?)?(?<!\d){_N}\s?\(?\s?of\s(?P<count>\d{{1,4}})\s?\)",
    re.IGNORECASE,
)
"""`#04 (of 4)`."""

_ISSUE = re.compile(
    rf"{_BEGINS}(?:issues?|heft|ausgabe|numero|número|číslo|prog|выпуск)[ ._#]{{0,3}}{_N}"
    rf"(?:\s?[-–~]\s?(?P<last>\d{{1,4}}))?{_ENDS}"
    r"|(?:(?:19|20)\d\d年\s?)?第?(?P<wide>\d{1,4})[号號期호]"
    rf"|#\s?(?P<marked>\d{{1,4}}(?:\.\d)?)(?:\s?[-–~]\s?#?(?P<marked_last>\d{{1,4}}))?{_ENDS}",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?<=\s)(?P<first>\d{1,3})(?:\s?-\s?(?P<last>\d{1,3}))?(?:st|nd|rd|th)(?=\s(?:19|20)\d\d\b)"
    r"|(?<=(?:19|20)\d\d\s)(?P<behind>\d{1,3})(?:\s?-\s?(?P<behind_last>\d{1,3}))?"
    r"(?:st|nd|rd|th|\sissues?)(?!\w)",
    re.IGNORECASE,
)
"""`15th 2016`, `2021 01-09 Issues`: of a magazine."""

_BEFORE_YEAR = re.compile(
    r"(?<=\w\s)(?<!top\s)(?P<first>0[1-9]|1[0-2])(?=\s(?:19|20)\d\d(?:\s*[\[(]|\s*$|\spdf\b))",
    re.IGNORECASE,
)
"""`05 2018` behind the name of a monthly magazine, if it is no day behind a month."""

_NUMERO = re.compile(
    rf"{_BEGINS}(?:(?:no|nr|núm|num|n)[.º°]|n[º°]?|№|(?:no|nr)(?=[ _]\d))\s?{_N}"
    rf"(?:\s?[-–~]\s?(?P<last>\d{{1,4}}))?{_ENDS}",
    re.IGNORECASE,
)
"""`No. 45`, `N° 12`, `Nr 05`: of a magazine or comic; a novel may be called so."""

_PADDED = re.compile(
    r"(?<![Nn]\. )(?<![Nn][or]\. )(?<=[\w!?.)’'] )"
    r"(?P<first>\d{3,4})(?:\s?[-–]\s?(?P<last>\d{3,4}))?"
    r"(?=\s*(?:[\[({]|$|\+)|\s-\s(?<=[ ]0\d\d - )|\.cb[rz7])"
)
_BARE = re.compile(
    r"(?<=[\w!?)] )(?:(?P<first>\d{1,2})\s?[-–]\s?(?P<last>\d{1,4})|(?P<alone>0\d))(?=\s*(?:\(|$))"
)
_IN_BRACKETS = re.compile(
    r"\((?P<first>\d{1,4})(?:\s?[-–]\s?(?P<last>\d{1,4}))(?: ?\+[^()]{0,40})?\)"
    r"|\((?P<alone>\d{3})\)"
)

_SERIES = re.compile(
    r"[\[(](?P<series>[^\[\]()\d#][^\[\]()]{1,60}?)(?:,\s?|\s|\s-\s)(?:book|bk\.?|vol\.?|volume|part|#)"
    r"\s?#?(?P<first>\d{1,3}(?:\.\d)?)(?:\s?-\s?(?P<last>\d{1,3}))?[\])]",
    re.IGNORECASE,
)
"""`(Series, Book 4)`, `(Series #2)`."""

_SERIES_IN_SQUARE = re.compile(
    r"\[(?P<series>[^\[\]\d][^\[\]]{1,50}?)[ #,]{1,3}(?P<first>\d{1,3}(?:\.\d)?)\]"
)
_BOOK = re.compile(
    rf"(?:[\[(,]\s?|\s)(?:book|buch|livre|libro|книга)\s?#?(?P<first>\d{{1,3}}(?:\.\d)?){_ENDS}[\])]?"
    r"|[\[(]#(?P<marked>\d{1,3}(?:\.\d)?)[\])]",
    re.IGNORECASE,
)
_SERIES_BEFORE_DASH = re.compile(
    r"(?:^|(?<=\s-\s))(?P<series>[^\d\s\[(#-][^\[\]()#]{2,60}?)[ ,]{1,2}#?"
    r"(?P<first>0\d|\d{1,2}\.\d|(?<=#)\d{1,2})\s-\s(?=\S)"
    r"|(?<=\S\s-\s)(?P<behind>[^\d\s\[(#-][^\[\]()#-]{2,60}?)\s#?(?P<number>\d{1,2})\s-\s(?=\S)"
)
"""`The Lantern Saga 04 - Title`: the number has a nought before it, or `#`.

Between an author and a title, as in `Author - Saga 4 - Title`, it needs neither.
"""

_WHOLE_SERIES = re.compile(
    r"(?P<series>[^\[\]()]{2,60}?[ _](?:series|saga|cycle|chronicles|trilogy))[ _]*"
    r"[\[(]?(?:books?[ _]|#)?(?P<first>\d{1,2})\s?-\s?(?P<last>\d{1,2})(?!\d)[\])]?",
    re.IGNORECASE,
)

_DASH = re.compile(r"\s[-–—]\s")
_LAST_YEAR = 2099
"""Of titles that are set in the future; no issue of four digits is lower and above 1900."""

_OLD_YEAR = re.compile(r"18[3-9]\d")
_NEWER_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_ORDINAL = (
    r"\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
)
_EDITION = re.compile(
    rf"{_BEGINS}(?:(?:{_ORDINAL}|revised|updated|expanded|annotated|illustrated|international|student"
    r"|anniversary|collector'?s|deluxe|special|new|global|reprint)[ ._]{1,2}){1,3}"
    r"(?:edition|edn|ed)\b\.?|"
    rf"{_BEGINS}\d{{1,2}}(?:e|\.|ª|-е)[ ._]?"
    r"(?:édition|edition|edición|edizione|auflage|издание|изд)\b\.?"
    r"|(?<=[\w,] )\d{1,2}e(?=\s-\s|\s*$|\s*[\[(.]|\s(?-i:[A-Z]))",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def places(name: str, subcategory: Subcategory) -> tuple[Place, ...]:
    """Every number of a book and its series, in order; of those that overlap, the first read."""
    chosen: list[Place] = []
    for place in islice(_read(name, subcategory), _MOST_PLACES):
        if not any(_overlap(place, other) for other in chosen):
            chosen.append(place)
    return tuple(sorted(chosen, key=lambda place: place.start))


def _overlap(place: Place, other: Place) -> bool:
    is_same_match = (place.start, place.end) == (other.start, other.end)
    return not is_same_match and place.start < other.end and other.start < place.end


def _read(name: str, subcategory: Subcategory) -> Iterator[Place]:
    lower = name.lower()
    has_digit = any(letter.isdigit() for letter in name)
    if "ed" in lower or "aufl" in lower or "éd" in lower or "изд" in lower or "e " in lower:
        for match in _EDITION.finditer(name):
            yield Place("edition", readable(match[0]), *match.span())
    if not has_digit:
        return
    if "of" in lower:
        for match in _OF.finditer(name):
            yield Place("issue", _number(match["first"], None), *match.span())
            yield Place("issue_count", int(match["count"]), *match.span())
    is_periodical = subcategory in (Subcategory.COMIC, Subcategory.MAGAZINE)
    if not is_periodical:
        yield from _of_series(name)
    yield from _units(name, subcategory)


def _of_series(name: str) -> Iterator[Place]:
    if (match := _WHOLE_SERIES.search(name)) is not None:
        start = match.start("series") + _behind_dash(match["series"])
        end = match.end("series")
        yield Place("series", readable(name[start:end]), start, end, in_title=True)
        number = _number(match["first"], match["last"])
        yield Place("series_number", number, end, match.end())
        return
    for pattern in (_SERIES, _SERIES_IN_SQUARE, _SERIES_BEFORE_DASH):
        for match in pattern.finditer(name):
            groups = match.groupdict()
            series = match["series"] or groups["behind"]
            start = match.start() + (_behind_dash(series) if match.start() == 0 else 0)
            yield Place("series", readable(series[_behind_dash(series) :]), start, match.end())
            number = _number(match["first"] or groups["number"], groups.get("last"))
            yield Place("series_number", number, start, match.end())
            return
    for match in _BOOK.finditer(name):
        yield Place(
            "series_number", _number(match["first"] or match["marked"], None), *match.span()
        )


def _behind_dash(text: str) -> int:
    """Where the last part of a text begins that dashes part."""
    return max((match.end() for match in _DASH.finditer(text)), default=0)


def _units(name: str, subcategory: Subcategory) -> Iterator[Place]:
    """Numbers with a word that says what they count; of comics bare ones, too."""
    is_comic = subcategory is Subcategory.COMIC
    for field, pattern in _WITH_UNIT:
        if pattern is _SHORT_VOLUME and not is_comic:
            continue
        for match in pattern.finditer(name):
            yield Place(field, _of_groups(match), *match.span())
    padded = list(_bare(name, _PADDED)) if is_comic else []
    yield from padded
    if padded:
        return  # "Quay No. 8 036": the other number belongs to the title
    if subcategory is Subcategory.MAGAZINE:
        for match in _COUNTED.finditer(name):
            yield Place("issue", _of_groups(match), *match.span())
    if is_comic or subcategory is Subcategory.MAGAZINE:
        for match in _NUMERO.finditer(name):
            yield Place("issue", _of_groups(match), *match.span())
    if subcategory is Subcategory.MAGAZINE and issued(name) is None:
        for match in _BEFORE_YEAR.finditer(name):
            yield Place("issue", _of_groups(match), *match.span())
    if is_comic:
        yield from _bare(name, _IN_BRACKETS)
        yield from _bare(name, _BARE)


_WITH_UNIT = (
    ("volume", _VOLUME),
    ("volume", _SHORT_VOLUME),
    ("chapter", _CHAPTER),
    ("issue", _ISSUE),
)


def _bare(name: str, pattern: re.Pattern[str]) -> Iterator[Place]:
    """Numbers of comics with no word beside them; a year is none."""
    for match in pattern.finditer(name):
        groups = match.groupdict()
        first, last = groups.get("first") or groups.get("alone"), groups.get("last")
        if first is None or (_is_year(first) and (last is None or _is_year(last))):
            continue
        if _OLD_YEAR.fullmatch(first) and last is None and _NEWER_YEAR.search(name) is None:
            continue  # the only year of an old comic
        yield Place("issue", _number(first, last), *match.span())


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and 1900 <= int(digits) <= _LAST_YEAR


def _of_groups(match: re.Match[str]) -> str:
    """The number that a match holds, in whichever of its groups."""
    groups = match.groupdict()
    first = next(groups[key] for key in _FIRSTS if groups.get(key))
    last = next((groups[key] for key in _LASTS if groups.get(key)), None)
    return _number(first, last)


_FIRSTS = ("first", "wide", "marked", "behind")
_LASTS = ("last", "wide_last", "marked_last", "behind_last")


def _number(first: str, last: str | None) -> str:
    """A number or a range, without noughts before it."""
    numbers = [first] if last is None or _value(last) <= _value(first) else [first, last]
    return "-".join(_bare_number(number) for number in numbers)


def _value(digits: str) -> float:
    return float(digits)


def _bare_number(digits: str) -> str:
    whole, point, part = digits.partition(".")
    return f"{int(whole)}{point}{part}"
