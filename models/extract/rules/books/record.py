"""What a name says of a book, comic or magazine, each thing with the place where it says so."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from models.extract.evidence.details import Described, Detail
from models.extract.names.decoration import after_decoration
from models.extract.names.endings import without_extension
from models.extract.names.phrases import Phrase, Phrases
from models.extract.names.words import is_inside_bracket, is_words
from models.extract.rules.books import groups, titles
from models.extract.rules.books.creators import AUTHOR_AT_END, AUTHOR_LAST, BY, Split
from models.extract.rules.books.dates import Issued, issued
from models.extract.rules.books.isbn import isbn
from models.extract.rules.books.known import WORKS, known_as
from models.extract.rules.books.numbers import Place, places
from models.extract.rules.books.persons import is_persons, names_persons
from models.extract.rules.books.titles import BEFORE_NUMBER, BEFORE_WORDS, Marks, Title
from models.extract.rules.years import YEAR_IN_BRACKETS, Dated, year
from models.text.known_names import Known
from schemas import Subcategory, TorrentFile

_FILE = Path(__file__).with_name("words.toml")
_RULE = "book-words"
_LISTED = "formats"
_LANGUAGES = "languages"
_PUBLISHERS = "publishers"
_POSTERS = "groups"

_BEHIND = re.compile(
    r"[\[({][^\[\](){}]*[\])}]|\b(?:e-?books?|epub|mobi|pdf|azw3|fb2)\b|-[\w.]+$", re.IGNORECASE
)
"""What may follow a word that describes the release, at the end of a name."""

_SURE = frozenset({BY, AUTHOR_AT_END, AUTHOR_LAST, BEFORE_NUMBER, BEFORE_WORDS})
"""Rules that need no tagger.

Of labelled names that were looked at while they were written, all 89 authors and 126 of 134 titles
were right. An author that stands last in a dotted name is too rare to be counted.
"""

_POINT = re.compile(r"(?<!\d)\.(?!\s)|\.(?![\d\s])")
_ASIN = re.compile(r"(?<![^\W_])B0[0-9A-Z]{8}(?![^\W_])")
"""The number of a shop, which stands behind titles as an ISBN does."""

_PUBLISHED = re.compile(r"\((?P<publisher>[^\W\d_][^()\[\]{},]{1,40}),\s(?:19|20)\d\d\)(?!\s*-\s)")
"""`(Elsevier, 1997)` behind a book's title."""

_FROM = re.compile(r"\d{3,4}\s?[-–]\s?$")
"""Before the last year of a time that a book is about."""

_ARTICLE_BEFORE = re.compile(
    r"(?<![^\W_])(?:the|a|an|der|die|das|le|la|les|el|los|il)[ ._]\Z", re.IGNORECASE
)
_AUTHOR_BEFORE = re.compile(r"\s*(?P<author>[^\d\[\](){}–—]{2,60}?)\s+[-–—]\s+")
_DAY_OF = re.compile(r"(?<=\w)\s(?:du|vom|del|de|dnia|z|от|за|van)\s\Z", re.IGNORECASE)
_PARTED = re.compile(r"[-–,+/_]\s*$")
_CODE = 3
"""Letters of a language's short form: `Learn French PDF` is a title."""

_FORMAT_BEHIND = re.compile(r"\s+[\[(]?(?:e-?book|epub|mobi|pdf|azw3)\b", re.IGNORECASE)
"""What may stand around a language that no bracket holds."""


def read(name: str, subcategory: Subcategory) -> Described:
    """All that the name of a book, comic or magazine says."""
    begin = after_decoration(name)
    stem = without_extension(name)
    is_dotted = " " not in stem and "_" not in stem
    name = _spaced(stem, is_dotted) + name[len(stem) :]
    stem = name[: len(stem)]
    phrases = _believed(name, is_dotted)
    numbers = places(stem, subcategory)
    date, dated = _dates(name, stem, subcategory, phrases)
    number = isbn(name)
    date = _without_number(name, date, numbers)
    spans = [(place.start, place.end) for place in numbers if not place.in_title]
    if date is not None:
        spans.append((_date_begins(name, date, subcategory), date.end))
    words = [(phrase.start, phrase.end) for phrase in phrases]
    if dated is not None and _ends_title(stem, dated, words, spans):
        words.append((dated.start, dated.end))
    if number is not None:
        words.append((number.start, number.end))
    if is_dotted and " " in stem and (poster := groups.glued(stem)) is not None:
        words.append(poster.span())
    if (shop := _ASIN.search(name)) is not None:
        words.append(shop.span())
    marks = Marks(spans, words, begin)
    split = titles.parted(name, subcategory, marks, is_dotted=is_dotted)
    title = titles.title(name, split, marks, is_book=subcategory is Subcategory.EBOOK)
    details = [*_of_numbers(numbers, date), *_of_words(phrases)]
    if number is not None:
        details.append(Detail("isbn", number.number, "isbn", number.start, number.end))
    if subcategory is Subcategory.EBOOK and (printed := _PUBLISHED.search(name)) is not None:
        place = printed.span("publisher")
        details.append(Detail("publisher", printed["publisher"].strip(), "publisher-year", *place))
    return Described(
        said=tuple(_said(name, split, title, dated)),
        details=tuple(details),
        languages=tuple(dict.fromkeys(_values(phrases, _LANGUAGES))),
        group=_group(name, stem, [*phrases, *numbers], split, title),
        is_sure=_is_sure(subcategory, split, title),
    )


def of_files(files: Sequence[TorrentFile]) -> Iterator[Detail]:
    """The formats that the endings of the files say."""
    paths = {PurePosixPath(file.path).suffix.lower(): file.path for file in files}
    for ending, path in paths.items():
        for value in _values(_phrases().found_in(ending), _LISTED):
            yield Detail(_LISTED, (value,), "file-ending", path=path)


def _spaced(stem: str, is_dotted: bool) -> str:
    """The name with spaces for what stands for them, letter for letter."""
    text = stem.replace("_", " ")
    return _POINT.sub(" ", text) if is_dotted else text


@cache
def _phrases() -> Phrases:
    return Phrases.read(_FILE)


def _values(phrases: Sequence[Phrase], field: str) -> list[str]:
    return [phrase.value for phrase in phrases if phrase.field == field]


def _believed(name: str, is_dotted: bool) -> list[Phrase]:
    """The phrases that describe the release: those that stand clear, and weak ones before them."""
    believed: list[Phrase] = []
    for phrase in reversed(_phrases().found_in(name)):
        if _is_believed(name, phrase) or (
            believed and _leads_up(name, phrase, believed[-1].start, is_dotted)
        ):
            believed.append(phrase)
    return believed[::-1]


def _leads_up(name: str, phrase: Phrase, start: int, is_dotted: bool) -> bool:
    """Whether a weak phrase belongs to the words of the release that begin at `start`.

    A language does in the names of the scene alone: `Colloquial Norwegian EPUB` is a title.
    """
    if is_words(name[phrase.end : start]) or phrase.field == _PUBLISHERS:
        return False
    return phrase.field != _LANGUAGES or is_dotted


def _is_believed(name: str, phrase: Phrase) -> bool:
    """Whether a phrase describes the release: no title holds it, or it stands where none does."""
    if not phrase.weak:
        return True
    if is_inside_bracket(name, phrase.start):
        return True
    if phrase.field == _PUBLISHERS:
        return phrase.start == 0 and name[phrase.end : phrase.end + 3] == " - "
    behind = name[phrase.end :]
    if phrase.field == _LANGUAGES and not _PARTED.search(name, 0, phrase.start):
        return phrase.end - phrase.start <= _CODE and _FORMAT_BEHIND.match(behind) is not None
    return not is_words(_BEHIND.sub("", behind))


def _dates(
    name: str, stem: str, subcategory: Subcategory, phrases: Sequence[Phrase]
) -> tuple[Issued | None, Dated | None]:
    """The date of the issue, and the year of the issue or of the work.

    A time that a book is about is neither.
    """
    date = issued(name)
    if date is not None:
        starts = [phrase.start for phrase in phrases if phrase.start >= date.end]
        if not _is_in_title(stem[: min(starts, default=len(stem))], date, subcategory):
            return date, Dated(date.year, date.start, "issue-date")
    dated = year(name)
    if dated is None or _FROM.search(name, 0, dated.start):
        return None, None
    if _is_title(name, dated, subcategory):
        return None, None
    is_of_title = date is not None and date.start <= dated.start < date.end
    return None, None if is_of_title else dated


def _date_begins(name: str, date: Issued, subcategory: Subcategory) -> int:
    """Where a date begins, with the small word that leads up to the day of a magazine: `du`."""
    leads_up = _DAY_OF.search(name, 0, date.start)
    is_issue = subcategory is Subcategory.MAGAZINE and leads_up is not None
    return leads_up.start() if leads_up is not None and is_issue else date.start


def _is_title(name: str, dated: Dated, subcategory: Subcategory) -> bool:
    """Whether a year behind an author and a dash is the title: `Anna Reed - 1907`.

    Of an author with one name the title must be known: `Grammar - 2016` is the year of a book.
    """
    before = _AUTHOR_BEFORE.fullmatch(name, 0, dated.start)
    if before is None or subcategory is not Subcategory.EBOOK:
        return False
    if is_words(_BEHIND.sub("", without_extension(name)[dated.end :])):
        return False
    author = before["author"]
    return names_persons(author) or (
        is_persons(author)
        and not known_as(author) & WORKS
        and Known.BOOK in known_as(str(dated.year))
    )


def _without_number(name: str, date: Issued | None, numbers: Sequence[Place]) -> Issued | None:
    """The date behind the number of an issue, which is no day: `No. 12 - May 2021`.

    Returns None if nothing but that number and a year is left: `Nr 12.2021`.
    """
    if date is None:
        return None
    end = max((place.end for place in numbers if place.start < date.start < place.end), default=0)
    at_start = [place.end for place in numbers if place.start <= date.start < place.end]
    end = max([end, *at_start])
    if not end:
        return date
    behind = issued(" " * end + name[end:])
    return behind if behind is not None and behind.start >= end else None


def _is_in_title(stem: str, date: Issued, subcategory: Subcategory) -> bool:
    """Whether a month with its year belongs to the title: `The March 1917 Revolution`.

    An article before it says so. In the title of a book it stands in no bracket, and other words or
    the year of the book follow it. A date in digits belongs to no title.
    """
    if not any(letter.isalpha() for letter in stem[date.start : date.end]):
        return False
    if _ARTICLE_BEFORE.search(stem, 0, date.start):
        return True
    if subcategory is not Subcategory.EBOOK or is_inside_bracket(stem, date.start):
        return False
    behind = stem[date.end :]
    return YEAR_IN_BRACKETS.search(behind) is not None or is_words(_BEHIND.sub("", behind))


def _is_sure(subcategory: Subcategory, split: Split | None, title: Title | None) -> bool:
    """Whether the tagger would change little: the author is proved, or an issue is."""
    if title is None:
        return False
    if split is not None:
        return split.rule in _SURE
    return subcategory is Subcategory.MAGAZINE and title.rule in _SURE


def _ends_title(
    name: str,
    dated: Dated,
    words: Sequence[tuple[int, int]],
    numbers: Sequence[tuple[int, int]],
) -> bool:
    """Whether the year stands behind the title: nothing but the release follows it."""
    following = min((start for start, _ in words if start >= dated.end), default=len(name))
    following = min([following, *(start for start, _ in numbers if start >= dated.end)])
    gap = name[dated.end : following].lstrip(" .,_)]")
    return not is_words(gap) or gap[0] in "([{-–"


def _said(
    name: str, split: Split | None, title: Title | None, dated: Dated | None
) -> Iterator[tuple[str, str | int, str]]:
    """Role, value and rule of author, title and year."""
    if split is not None:
        yield "creator", name[slice(*split.author)].strip(), split.rule
    if title is not None:
        yield "title", title.text, title.rule
    if dated is not None:
        yield "year", dated.year, dated.rule


def _of_numbers(numbers: Sequence[Place], date: Issued | None) -> Iterator[Detail]:
    """Series, volume, issue, chapter and edition, and the date of the issue."""
    for place in numbers:
        yield Detail(place.field, place.value, "book-number", place.start, place.end)
    if date is not None:
        yield Detail("issue_date", date.date, "issue-date", date.start, date.end)


def _of_words(phrases: Sequence[Phrase]) -> Iterator[Detail]:
    """Formats and the publisher."""
    for phrase in phrases:
        if phrase.field == _LISTED:
            yield Detail(_LISTED, (phrase.value,), _RULE, phrase.start, phrase.end)
        elif phrase.field == _PUBLISHERS:
            yield Detail("publisher", phrase.value, _RULE, phrase.start, phrase.end)


def _group(
    name: str,
    stem: str,
    marks: Sequence[Phrase | Place],
    split: Split | None,
    title: Title | None,
) -> str | None:
    """Who scanned or posted it; numbers and words of author and title are no group."""
    for mark in marks:
        if mark.field == _POSTERS:
            return str(mark.value)
    taken = [name[mark.start : mark.end].lower() for mark in marks]
    if split is not None:
        taken.append(name[slice(*split.author)].lower())
    if title is not None:
        taken.append(title.text.lower())
    return groups.group(name, stem, taken)
