"""Audiobooks: author, title, who reads, series and number, whether it was shortened."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.extract.evidence.details import Detail
from models.extract.evidence.guard import find
from models.extract.names.decoration import after_decoration
from models.extract.names.description import description
from models.extract.names.endings import without_extension
from models.extract.names.words import EDGES, readable
from models.extract.rules.books.persons import is_persons, names_persons
from models.extract.rules.recordings.parts import without_brackets, words_among

AUTHOR_TITLE = "author-title"
TITLE_AUTHOR = "title-author"
TITLE_BY_AUTHOR = "title-by-author"
AUTHOR_SERIES_TITLE = "author-series-title"
"""The rules that part author and title, by what stands where."""

READ_BY = "read-by"
SERIES_NUMBER = "series-number"
ABRIDGED = "abridged"
"""The rules of narrator, series, and what was shortened."""

_READ_BY = re.compile(
    r"[\s,.;:(\[{_–—-]*(?<![^\W_])(?:(?:un)?(?:abridged|gek(?:ü|ue)rzt)\s+)?(?:audio\s*(?:book)?\s+)?"
    r"(?:(?:narrated|read|performed|performance|voiced|le[sc]t|uppläst|inläst|oplæst|indlæst|lu|narrado|leído|leido)\s+"
    r"(?:by|av|af|par|por)|(?:vor)?gelesen\s+von|letto\s+da|voorgelezen\s+door|narrator|sprecher"
    r"|lektor|lector|czyta|читает|чит\.?|исполнитель|озвучивает|narr\.)\s*:?\s+"
    r"(?P<narrator>[^()\[\]{}–—]{3,80}?)"
    r"(?=\s*[()\[\]{}–—]|\s+-|\s*$|[,.;]\s|\.\w{2,4}$)",
    re.IGNORECASE,
)
_READING_WORDS = (
    *("read", "narrat", "perform", "voice", "lest", "lect", "uppl", "inl", "opl", "indl", "lu par"),
    *(
        "leído",
        "leido",
        "gelesen",
        "letto",
        "sprecher",
        "lektor",
        "lector",
        "czyta",
        "чит",
        "исполн",
    ),
    *("озвуч", "narr"),
)
"""What `_READ_BY` needs: a name without them is not searched."""

_BRACKET = re.compile(r"[\[({]([^\[\](){}]{3,80})[\])}]")
_WHOLE = re.compile(
    r"(?<![^\W_])(?:unabridged|ungek(?:ü|ue)rzt\w{0,3}|uforkortet|oavkortad|uavkortet|integrale?)(?![^\W_])",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?<![^\W_])(?:abridged|gek(?:ü|ue)rzt\w{0,3})(?![^\W_])", re.IGNORECASE)

_NOISE = re.compile(
    r"(?<![^\W_])(?:audio\s?-?books?|lydbok|lydbog|ljudbok|h(?:ö|oe)rb(?:u|ü)ch(?:er)?|luisterboek"
    r"|audiolibro|audiolivre|livre\s+audio|äänikirja|аудиокниг[аи]|audiokniha|hangoskönyv"
    r"|(?:un)?abridged|(?:un)?gek(?:ü|ue)rzt\w{0,3}|m4b|mp3|aax?|(?-i:AUDIO))(?![^\W_])",
    re.IGNORECASE,
)
"""What says that it is an audiobook, and says nothing else."""

_LANGUAGE = re.compile(
    r"[\s,_-]+(?:norsk|svensk|dansk|deutsch|english|eng|polski|pl|ger|nl|nlt-release|francais|français)"
    r"\s*$",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"[\s_.,-]*(?:[-_ ](?:part|teil|pt|disc|cd|chapter|kapitel|del|часть)[\s_.-]?\d{1,3}"
    r"(?:\s?(?:of|von|av|/)\s?\d{1,3})?)$",
    re.IGNORECASE,
)
"""Of a book in several files: `-Part01`."""

_LEADING_NUMBER = re.compile(
    r"^(?:\[?0?\d{1,2}\]?\s*[-–.]\s+|0\d\s+|book\s+\d+[.:]\s+)(?=\w)", re.IGNORECASE
)
_PUBLISHERS = frozenset(
    {"ttc", "tgc", "tms", "bbc", "the great courses", "audible", "audiobook", "fcl series"}
)
"""Who made it; stands where an author does."""

_TIGHT_DASH = re.compile(r"(?<=[^\W\d_])(?:\s[-–]|[-–]\s)(?=[^\W\d_])")
_DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*")
_BY = re.compile(r"^(?P<title>.{2,160}?)[\s,]+[-–]?\s*by\s+(?P<author>\S.{3,80})$", re.IGNORECASE)

_NUMBER = r"(?P<number>\d{1,3}(?:\.\d)?(?:\s?[-–]\s?\d{1,3})?)"
_BOOK = r"(?:book|bk\.?|vol(?:ume)?\.?|tome?|band|bind|bok|del|libro|livre|книга|том|#|no\.?)"
_SERIES_BEHIND = re.compile(
    rf"^(?:(?P<title>.+?)(?:\s*:\s+|\s+[-–]\s+|\s*꞉\s+|_\s))?(?P<series>[^\W_][^:]{{2,70}}?)"
    rf"(?:\s*[,(]\s*|\s+){_BOOK}\s*{_NUMBER}\W*$",
    re.IGNORECASE,
)
"""`Title: Series, Book 3`; `Series Book 3`."""

_SERIES_BEFORE = re.compile(
    r"^(?P<series>[^\W_].{1,70}?)(?:[ -](?P<number>\d{1,2})[,.]|\.\s(?P<apart>\d{1,2})\.)\s+"
    r"(?P<title>[^\W\d_a-zа-я].{2,})$"
)
"""`Series 02, Title`, `Series. 3. Title`, as Russian audiobooks are named."""

_BOOK_OF = re.compile(
    r"^(?P<title>.{3,}?)[\s,:(]+book\s+(?P<number>\d{1,2}|[ivx]{1,4})\s+(?:of|in)\s+(?:the\s+)?(?P<series>.{4,60}?)\)?$",
    re.IGNORECASE,
)
"""`Title Book III of the Series`."""

_SERIES_NUMBER = re.compile(
    rf"^(?P<series>[^\W\d_].{{1,70}}?)[\s,#]+(?:{_BOOK}\s*)?{_NUMBER}$", re.IGNORECASE
)
"""`Series 03`, `Series, Book 3`: a part or a bracket of its own."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LONGEST = 400


class Book(NamedTuple):
    """What a name says of a book read aloud; `rule` names how author and title were parted."""

    rule: str | None
    author: str | None
    title: str | None
    details: tuple[Detail, ...]


class _Series(NamedTuple):
    """A series, the number in it, and the title before it."""

    series: str
    number: str
    title: str | None = None


class _Parted(NamedTuple):
    """Author and title, with the rule that parted them; the series between, the narrator behind."""

    rule: str
    author: str | None
    title: str
    series: _Series | None = None
    narrator: str | None = None


def book(name: str) -> Book:
    """What a name says of a book that is read aloud."""
    name = name[:_LONGEST]
    narrator = _narrator(name)
    parted = _parted(_text(name, narrator))
    series = (parted.series if parted else None) or _series_in_brackets(name)
    title = parted.title if parted else None
    if title and series is None and (titled := _series_in_title(title)) is not None:
        series, title = titled, titled.title
    details = [*_shortened(name), *_of_series(name, series)]
    if narrator is not None:
        details.append(narrator)
    elif parted is not None and parted.narrator and (span := find(parted.narrator, name)):
        details.append(Detail("narrator", parted.narrator, READ_BY, *span))
    if parted is None or not title:
        return Book(None, None, None, tuple(details))
    return Book(parted.rule, parted.author, title, tuple(details))


def _text(name: str, narrator: Detail | None) -> str:
    """The name without narrator, brackets, and words that only say that it is an audiobook."""
    start = after_decoration(name)
    text = without_extension(name)
    if narrator is not None and (said := _READ_BY.search(text)):
        text = f"{text[: said.start()]} {text[said.end('narrator') :]}"
    text = without_brackets(text[start:])
    text = text[: description(text)] if description(text) else text
    text = _NOISE.sub(" ", text)
    for pattern in (_PIECE, _LANGUAGE):
        text = pattern.sub("", text.rstrip(" -_.,"))
    return _LEADING_NUMBER.sub("", text.strip(" -_.,"))


def _parted(text: str) -> _Parted | None:
    """Author and title of a text without brackets."""
    if (by := _BY.match(text)) is not None and _is_author(by["author"]):
        return _Parted(TITLE_BY_AUTHOR, by["author"].strip(EDGES), by["title"].strip(EDGES))
    parts = words_among([readable(part) for part in _DASH.split(text)])
    if len(parts) == 1:
        parts = words_among([readable(part) for part in _TIGHT_DASH.split(text, maxsplit=1)])
    if len(parts) > 1 and parts[0].lower() in _PUBLISHERS:
        parts = parts[1:]
    match parts:
        case [first, second]:
            return _of_two(first, second)
        case [author, title, narrator] if names_persons(narrator) and names_persons(author):
            return _Parted(AUTHOR_TITLE, author, title, narrator=narrator)
        case [author, middle, title] if (series := _SERIES_NUMBER.match(middle)) is not None:
            between = _Series(series["series"].strip(EDGES), series["number"])
            return _Parted(AUTHOR_SERIES_TITLE, author, title, between)
        case _:
            return None


def _series_in_title(title: str) -> _Series | None:
    """A series before or behind a title, with its number."""
    behind = _SERIES_BEHIND.match(title)
    if behind is not None and behind["title"]:
        return _Series(behind["series"], behind["number"], behind["title"].strip(EDGES))
    if (book_of := _BOOK_OF.match(title)) is not None:
        return _Series(book_of["series"], book_of["number"], book_of["title"].strip(EDGES))
    if (before := _SERIES_BEFORE.match(title)) is not None:
        number = before["number"] or before["apart"]
        return _Series(before["series"].strip(EDGES + '«»"'), number, before["title"].strip(EDGES))
    return None


def _of_two(first: str, second: str) -> _Parted:
    """Author and title in this order, unless only the second is a person's name."""
    if names_persons(second) and not names_persons(first):
        return _Parted(TITLE_AUTHOR, second, first)
    return _Parted(AUTHOR_TITLE, first, second)


def _is_author(text: str) -> bool:
    author = text.strip(EDGES)
    return is_persons(author) and len(author.split()) > 1


def _narrator(name: str) -> Detail | None:
    """Who reads, as a phrase says or a bracket."""
    lower = name.lower()
    if any(word in lower for word in _READING_WORDS) and (said := _READ_BY.search(name)):
        start, end = said.span("narrator")
        return Detail("narrator", name[start:end].strip(EDGES), READ_BY, start, end)
    for bracket in reversed(list(_BRACKET.finditer(name))):
        person = bracket[1].split(",")[0]
        is_curly = bracket[0].startswith("{") and len(person.split()) > 1
        if bracket.start() > 0 and (is_persons if is_curly else names_persons)(person):
            start = bracket.start(1)
            return Detail("narrator", person.strip(), READ_BY, start, start + len(person.rstrip()))
    return None


def without_piece(title: str) -> str:
    """A title without the number of one of the files of a book: `-Part01`."""
    return _PIECE.sub("", title) or title


def _series_in_brackets(name: str) -> _Series | None:
    """`[Series 11]`, `(Series, Book 3)`."""
    for bracket in _BRACKET.finditer(name):
        match = _SERIES_NUMBER.match(bracket[1].strip())
        if (
            match is not None
            and description(f"x {bracket[1]}") is None
            and len(match["series"]) > 3
        ):
            return _Series(match["series"].strip(EDGES), match["number"])
    return None


def _of_series(name: str, series: _Series | None) -> Iterator[Detail]:
    span = find(series.series, name) if series else None
    if series is None or span is None:
        return
    yield Detail("series", series.series, SERIES_NUMBER, *span)
    number = re.compile(rf"(?<![^\W_]){re.escape(series.number)}(?![^\W_])")
    place = number.search(name, span[1]) or number.search(name)
    if place is not None:
        yield Detail("series_number", _plain_number(series.number), SERIES_NUMBER, *place.span())


def _plain_number(written: str) -> str:
    """A number without noughts before it; Roman numerals and ranges written in digits."""
    if written.isalpha():
        return str(_ROMAN.index(written.lower()) + 1) if written.lower() in _ROMAN else "1"
    parts = re.split(r"\s?[-–]\s?", written)
    return "-".join(str(float(part)).removesuffix(".0") for part in parts)


def _shortened(name: str) -> Sequence[Detail]:
    """Whether the text was shortened, where the name says."""
    lower = name.lower()
    if not any(word in lower for word in ("abridged", "gek", "fork", "avkort", "integral")):
        return []
    for pattern, value in ((_WHOLE, False), (_CUT, True)):
        if (match := pattern.search(name)) is not None:
            return [Detail("abridged", value, ABRIDGED, *match.span())]
    return []
