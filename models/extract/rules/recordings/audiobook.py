"""Audiobooks: author, title, who reads, series and number, whether it was shortened."""

import re
from typing import NamedTuple

from models.extract.evidence.details import Detail
from models.extract.evidence.guard import alike, find
from models.extract.names.decoration import after_decoration
from models.extract.names.description import description
from models.extract.names.endings import without_extension
from models.extract.names.words import EDGES, readable
from models.extract.rules.books.known import known_as
from models.extract.rules.books.persons import is_persons, names_persons
from models.extract.rules.recordings.book_series import (
    Series,
    number_before,
    of_number,
    of_series,
    series_in_brackets,
    series_in_title,
    series_part,
)
from models.extract.rules.recordings.narrators import (
    READ_BY,
    READ_BY_PHRASE,
    SELF_READ,
    shortened,
)
from models.extract.rules.recordings.narrators import narrator as narrator_in
from models.extract.rules.recordings.parts import MOST_CHARACTERS, without_brackets, words_among
from models.text.known_names import Known

AUTHOR_TITLE = "author-title"
TITLE_AUTHOR = "title-author"
TITLE_BY_AUTHOR = "title-by-author"
AUTHOR_SERIES_TITLE = "author-series-title"
"""The rules that part author and title, by what stands where."""

_NOISE = re.compile(
    r"(?<![^\W_])(?:audio\s?-?books?|lydbok|lydbog|ljudbok|h(?:ö|oe)rb(?:u|ü)ch(?:er)?|luisterboek"
    r"|audiolibro|audiolivre|livre\s+audio|äänikirja|аудиокниг[аи]|audiokniha|hangoskönyv"
    r"|(?:un)?abridged|(?:un)?gek(?:ü|ue)rzt\w{0,3}|m4b|mp3|aax?|(?-i:AUDIO))(?![^\W_])",
    re.IGNORECASE,
)
"""What says that it is an audiobook, and says nothing else."""

_LANGUAGE = re.compile(
    r"[\s,_-]{1,8}(?:norsk|svensk|dansk|deutsch|english|eng|polski|pl|ger|nl|francais|français)"
    r"\s*$",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"[\s_.,-]{0,8}(?:[-_ ](?:part|teil|pt|disc|cd|chapter|kapitel|del|часть)[\s_.-]?\d{1,3}"
    r"(?:\s?(?:of|von|av|/)\s?\d{1,3})?)$",
    re.IGNORECASE,
)
"""Of a book in several files: `-Part01`."""

_LEADING_NUMBER = re.compile(
    r"^(?:\[?0?\d{1,2}\]?\s*[-–.]\s+|0\d\s+|book\s+\d+[.:]\s+)(?=\w)", re.IGNORECASE
)
_PUBLISHERS = frozenset({"ttc", "tgc", "tms", "bbc", "the great courses", "audible", "audiobook"})
"""Who made it; stands where an author does."""

_ONE_WORD_AUTHORS = frozenset(
    (
        *("aesop", "aischylos", "aristophanes", "aristotle", "augustine", "boethius", "cicero"),
        *("colette", "confucius", "dante", "epictetus", "euripides", "herodotus", "hesiod"),
        *("homer", "homère", "homerus", "horace", "juvenal", "livy", "lucretius", "molière"),
        *("multatuli", "novalis", "ovid", "petrarch", "plato", "plutarch", "saki", "sappho"),
        *("seneca", "sophocles", "stendhal", "sun tzu", "tacitus", "thucydides", "virgil"),
        *("voltaire", "xenophon", "гомер", "вольтер", "платон", "стендаль"),
    )
)
"""Writers who are known by one name; the title behind it may be a person's."""

_TIGHT_DASH = re.compile(r"(?<=[^\W\d_])(?:\s[-–]|[-–]\s)(?=[^\W\d_])")
_DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*")
_BY = re.compile(
    r"^(?P<title>.{2,160}?)[\s,]{1,8}[-–]?\s{0,4}by\s{1,4}(?P<author>\S.{3,80})$", re.IGNORECASE
)


class Book(NamedTuple):
    """What a name says of a book read aloud; `rule` names how author and title were parted."""

    rule: str | None
    author: str | None
    title: str | None
    details: tuple[Detail, ...]


class _Parted(NamedTuple):
    """Author and title, with the rule that parted them; the series between, the narrator behind."""

    rule: str
    author: str | None
    title: str
    series: Series | None = None
    narrator: str | None = None


def book(name: str) -> Book:
    """What a name says of a book that is read aloud."""
    name = name[:MOST_CHARACTERS]
    narrator = narrator_in(name)
    parted = _parted(_text(name, narrator))
    series = (parted.series if parted else None) or series_in_brackets(name)
    title = _standing(parted.title, name) if parted else None
    if title and series is None and (titled := series_in_title(title)) is not None:
        series, title = titled, titled.title
    details = [*shortened(name), *of_series(name, series)]
    if title and series is None and (numbered := number_before(title)) is not None:
        number, title = numbered
        details += of_number(name, number, title)
    if narrator is not None and SELF_READ.fullmatch(str(narrator.value)):
        author = parted.author if parted else None
        if author and (span := find(author, name)):
            details.append(Detail("narrator", author, READ_BY, *span))
    elif narrator is not None:
        details.append(narrator)
    elif parted is not None and parted.narrator and (span := find(parted.narrator, name)):
        details.append(Detail("narrator", parted.narrator, READ_BY, *span))
    if parted is None or not title:
        return Book(None, None, None, tuple(details))
    return Book(parted.rule, parted.author, title, tuple(details))


def _standing(title: str, name: str) -> str | None:
    """The words of a title that stand together in the name: a bracket may have parted others."""
    words = title.split()
    while words and find(" ".join(words), name) is None:
        del words[-1]
    return " ".join(words) or None


def _text(name: str, narrator: Detail | None) -> str:
    """The name without narrator, brackets, and words that only say that it is an audiobook."""
    start = after_decoration(name)
    text = without_extension(name)
    if narrator is not None and (said := READ_BY_PHRASE.search(text)):
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
        case [author, middle, title] if (series := series_part(middle)) is not None:
            return _Parted(AUTHOR_SERIES_TITLE, author, title, series)
        case _:
            return None


def _of_two(first: str, second: str) -> _Parted:
    """Author and title in this order, unless only the second is a person's name.

    A known title may be a person's name, too.
    """
    is_author_first = names_persons(first) or first.lower() in _ONE_WORD_AUTHORS
    is_book_first, is_book_second = (Known.BOOK in known_as(part) for part in (first, second))
    is_author = names_persons(second) or (not is_author_first and _is_author(second))
    if is_book_first and not is_book_second and is_author:
        return _Parted(TITLE_AUTHOR, second, first)
    if is_book_second and not is_book_first:
        return _Parted(AUTHOR_TITLE, first, second)
    if names_persons(second) and not is_author_first:
        return _Parted(TITLE_AUTHOR, second, first)
    return _Parted(AUTHOR_TITLE, first, second)


def _is_author(text: str) -> bool:
    author = text.strip(EDGES)
    return is_persons(author) and len(author.split()) > 1


def without_piece(title: str) -> str:
    """A title without the number of one of the files of a book: `-Part01`."""
    return _PIECE.sub("", title) or title


def without_last(title: str, person: str) -> str:
    """A title without the person behind its last dash: `The Quay - Ann Reed`."""
    before, dash, last = title.rpartition(" - ")
    return before if dash and alike(last, person) else title
