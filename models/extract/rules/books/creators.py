"""Author and title of a book, in the order that the name itself proves.

`Author - Title` and `Title - Author` look alike: only a given name, initials or the word `by` tell
which part is the author. Where neither part proves it, nothing is said.
"""

import re
from typing import NamedTuple

from models.extract.names.words import EDGES, is_words
from models.extract.rules.books.known import WORKS, known_as
from models.extract.rules.books.persons import PARTICLES, is_given, is_persons, names_persons
from models.extract.rules.books.unspaced import is_first_author, is_unspaced
from models.text.known_names import Known

Span = tuple[int, int]
"""Characters of the name, from and to."""


class Split(NamedTuple):
    """Where author and title stand, and the rule that parted them."""

    rule: str
    author: Span
    title: Span


BY = "title-by-author"
AUTHOR_FIRST = "author-first"
AUTHOR_LAST = "author-last"
AUTHOR_IN_BRACKETS = "author-in-brackets"
AUTHOR_AT_END = "author-at-the-end"
BESIDE_KNOWN_TITLE = "author-beside-known-title"

PROVED = frozenset({BY, AUTHOR_FIRST, AUTHOR_LAST, BESIDE_KNOWN_TITLE})
"""Rules that know which part is the author and which the title."""

_BY = re.compile(r"(?:[ _]|(?<=\w),\s?|\.\.? ?)by[ _.]{1,3}(?=\w)", re.IGNORECASE)
_DASH = re.compile(r"\s[-–—]\s|_-_|(?<=\w)-\s|\.-\.|(?<=[^\W\d_]\.)-(?=[^\W\d_])|(?<=\w)-(?=\w)")
_GLUED = "-"
"""A dash without spaces, which mostly joins two words of one part."""

_UNSPACED_DASH = re.compile(r"\s[-–—]\s|(?<=[\u3040-\u9fff\uac00-\ud7af])[-–—](?=[\u3040-\u9fff])")
_QUOTED = re.compile(
    r"\s*(?:(?P<before>[^\W\d_]{2,5})\s*[:：]?\s*)?《(?P<title>[^《》]{1,60})》\s*"
    r"(?:(?:作者[:：]?\s*)?(?P<behind>[^\W\d_]{2,5}?)\s?著?)?[\s.]*"
)
"""`鲁迅《呐喊》`, `《呐喊》作者：鲁迅`."""

_INVERTED = re.compile(
    r"(?P<author>[^\W\d_][\w'’-]{1,24}, (?P<given>[^\W\d_]{3,16})(?: [^\W\d_])?)\.\s+"
    r"(?=[^\W\d_][^.]{3})"
)

_MOST_BY = 8
"""How often `by` is tried, from the end of a name."""

_IN_BRACKETS = re.compile(r"[(\[](?P<author>[^()\[\]]{4,80})[)\]]")
_LEADING = re.compile(
    r"\s{0,3}(?:[(（][^()（）\[\]]{0,12}(?:コミック|漫画|まんが|マンガ)[)）]\s{0,3})?"
    r"\[(?P<author>[^\[\]]{2,50})\]\s{0,3}(?=\w)"
)
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々・×&＆ ]{2,24}")
_CJK_GROUP = re.compile(
    r"[组組社版扫掃译譯漫汉漢中日]|字幕|コミック|マンガ|作品|合集|全集|完结|完結"
)
"""What stands in brackets before a title and is no author: who scanned it, and what it is."""
_SEPARATED = re.compile(r"\S+")
_FEWEST_WORDS = 4
_LINKS = frozenset(
    (
        *(
            "of",
            "the",
            "a",
            "and",
            "to",
            "for",
            "about",
            "with",
            "mr",
            "mrs",
            "miss",
            "saint",
            "st",
        ),
        *("de", "du", "di", "del", "von", "und", "et", "y", "e", "van", "la", "le", "der", "das"),
        *("il", "el", "da", "i", "an", "on", "in", "at", "avec", "con", "mit", "или", "и", "о"),
    )
)
"""Words behind which a person belongs to the title: The Diary of Anne Frank."""

_BEHIND_LAST = re.compile(r"[\[({]|(?<=\w)-[a-z][a-z0-9]*\Z")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_TITLE_BEGINS = re.compile(r"(?:The|A|An|In|How|My|Le|La|Les|Der|Die|Das|Il|El|Los) (?=\S)")
"""The first word of a title, which no surname of two parts begins its second with."""

_GOES_ON = re.compile(r"\s[-–—]")
_BEHIND_AUTHOR = re.compile(r"[\[({]|\s[-–—]\s|\s\d|,\s?\d|$")


def split(name: str, start: int, end: int, *, is_dotted: bool) -> Split | None:
    """Author and title in the part of a name that may hold both. Returns None if neither is sure.

    Args:
        name: the torrent's.
        start: where decoration ends.
        end: where the first word of the release begins that is no bracket.
        is_dotted: whether points stood for the spaces of the name.
    """
    return (
        (_unspaced(name, start, end) if is_unspaced(name) else None)
        or _by(name, start, end)
        or _inverted(name, start, end)
        or _dashed(name, start, end)
        or _bracketed(name, start, end)
        or (_at_end(name, start, end) if is_dotted else None)
    )


def _by(name: str, start: int, end: int) -> Split | None:
    """`Title by Author`: the last `by` before a person."""
    for match in reversed(list(_BY.finditer(name, start, end))[-_MOST_BY:]):
        behind = _BEHIND_AUTHOR.search(name, match.end(), end)
        author = _trimmed(name, match.end(), behind.start() if behind else end)
        text = name[slice(*author)]
        # "How to Earn by Fast Trading - A Guide": where a title may go on, shape is no proof.
        is_author = names_persons if behind and _GOES_ON.match(behind[0]) else is_persons
        if len(text.split()) > 1 and is_author(text) and is_words(name[start : match.start()]):
            return Split(BY, author, _trimmed(name, start, match.start()))
    return None


def _dashed(name: str, start: int, end: int) -> Split | None:
    """`Author - Title` or `Title - Author`, of which one alone names persons."""
    dashes = _dashes(name, start, end)
    if not dashes:
        return None
    leading = _trimmed(name, start, dashes[0].start())
    is_first = names_persons(_without_brackets(name[slice(*leading)]))
    while not is_first and len(dashes) > 1 and _is_single(name, dashes[-1].end(), end):
        end = dashes.pop().start()  # a single word behind title and author is who posted it
    last = dashes[-1]
    trailing = _trimmed(name, last.end(), end)
    is_last = names_persons(_without_brackets(name[slice(*trailing)]))
    if len(dashes) == 1 and (known := _beside_known(name, leading, trailing)) is not None:
        return known
    if is_first == is_last:
        return None
    if is_first:
        return Split(AUTHOR_FIRST, leading, _trimmed(name, dashes[0].end(), end))
    return Split(AUTHOR_LAST, _last_author(name, trailing), _trimmed(name, start, last.start()))


def _unspaced(name: str, start: int, end: int) -> Split | None:
    """`鲁迅 - 呐喊`, `《呐喊》鲁迅`: one part alone is the name of a person."""
    if (quoted := _QUOTED.fullmatch(name, start, end)) is not None:
        place = "before" if quoted["before"] else "behind"
        is_author = quoted[place] is not None and is_first_author(quoted[place], "")
        return Split(BY, quoted.span(place), quoted.span("title")) if is_author else None
    dashes = list(_UNSPACED_DASH.finditer(name, start, end))
    if len(dashes) != 1:
        return None
    (dash,) = dashes
    leading, trailing = _trimmed(name, start, dash.start()), _trimmed(name, dash.end(), end)
    parts = [_without_brackets(name[slice(*span)]) for span in (leading, trailing)]
    is_first = is_first_author(*parts)
    if is_first is None or _CJK_GROUP.search(parts[is_first]):
        return None
    if is_first:
        return Split(AUTHOR_FIRST, leading, trailing)
    return Split(AUTHOR_LAST, _last_author(name, trailing), leading)


def _inverted(name: str, start: int, end: int) -> Split | None:
    """`Austen, Jane. Pride and Prejudice`, as libraries write an author."""
    match = _INVERTED.match(name, start, end)
    if match is None or not is_given(match["given"]):
        return None
    return Split(AUTHOR_FIRST, match.span("author"), _trimmed(name, match.end(), end))


def _last_author(name: str, span: Span) -> Span:
    """An author that stands last, without brackets and the word of who posted it: `-harbourrat`."""
    behind = _BEHIND_LAST.search(name, span[0] + 1, span[1])
    return span if behind is None else _trimmed(name, span[0], behind.start())


def _dashes(name: str, start: int, end: int) -> list[re.Match[str]]:
    """Where dashes part a name; one without spaces does where no other stands."""
    dashes = list(_DASH.finditer(name, start, end))
    spaced = [dash for dash in dashes if dash[0] != _GLUED]
    if spaced or len(dashes) != 1:
        return spaced
    (glued,) = dashes
    author = name[start : glued.start()].strip()
    is_author = names_persons(author) and (
        author[-1] == "." or _TITLE_BEGINS.match(name, glued.end())
    )
    return dashes if is_author else []


def _beside_known(name: str, leading: Span, trailing: Span) -> Split | None:
    """Author and title where one part is the title of a known book, and the other names a person.

    Titles may be names: `David Copperfield`. Returns None if that does not tell them apart.
    """
    parts = [_without_brackets(name[slice(*span)]) for span in (leading, trailing)]
    is_year = parts[1].isdigit()
    first, last = (is_persons(part) and (is_year or len(part.split()) > 1) for part in parts)
    if not first and not last:
        return None
    of_first, of_last = map(known_as, parts)
    if first and Known.BOOK in of_last and not of_first & WORKS:
        return Split(BESIDE_KNOWN_TITLE, leading, trailing)
    if last and Known.BOOK in of_first and not of_last & WORKS:
        return Split(BESIDE_KNOWN_TITLE, _last_author(name, trailing), leading)
    return None


def _bracketed(name: str, start: int, end: int) -> Split | None:
    """`Title (Author)`."""
    match = _IN_BRACKETS.search(name, start, end)
    if match is None or not is_words(name[start : match.start()]):
        return None
    if not names_persons(match["author"]):
        return None
    return Split(AUTHOR_IN_BRACKETS, match.span("author"), _trimmed(name, start, match.start()))


def leading_bracket(name: str) -> Split | None:
    """`[Author] Title`, as scans of comics are named; a class may stand before: `(…コミック)`."""
    match = _LEADING.match(name)
    if match is None:
        return None
    author = match["author"]
    is_author = is_persons(author) and len(author.split()) > 1
    if not is_author and (_CJK_NAME.fullmatch(author) is None or _CJK_GROUP.search(author)):
        return None
    return Split(AUTHOR_IN_BRACKETS, match.span("author"), (match.end(), len(name)))


def _at_end(name: str, start: int, end: int) -> Split | None:
    """`title.words.given.surname`: a given name near the end, and none at the beginning."""
    if end == len(name) or _DASH.search(name, start, end) is not None:
        return None  # nothing says that it is a book, or the parts are told apart by dashes
    words = list(_SEPARATED.finditer(name, start, end))
    if len(words) < _FEWEST_WORDS or is_given(words[0][0]):
        return None
    place = _author_begins([word[0].lower() for word in words])
    if place is None:
        return None
    author = _trimmed(name, words[place].start(), words[-1].end())
    return Split(AUTHOR_AT_END, author, _trimmed(name, start, words[place].start()))


def _author_begins(words: list[str]) -> int | None:
    """The place of the given name of an author that stands last. Returns None if none does."""
    place = len(words) - 2
    while place > 1 and (words[place] in PARTICLES or len(words[place]) == 1):
        place -= 1
    if not all(word.strip(".'’-").isalpha() for word in words[place:]):
        return None
    if place < 2 or not is_given(words[place]) or is_given(words[-1]):
        return None
    if words[place - 1] in _LINKS or is_given(words[place - 1]):
        return None
    return place


def _is_single(name: str, start: int, end: int) -> bool:
    return " " not in name[slice(*_trimmed(name, start, end))]


def _without_brackets(text: str) -> str:
    return " ".join(_BRACKETS.sub(" ", text).split())


def _trimmed(name: str, start: int, end: int) -> Span:
    """A part without separators at its ends; a point behind an initial stays."""
    text = name[start:end]
    start += len(text) - len(text.lstrip(EDGES))
    kept = text.rstrip(EDGES + "([{")
    is_initial = re.search(r"(?:^|[\s.])[^\W\d_]$", kept) is not None
    if is_initial and text[len(kept) : len(kept) + 1] == ".":
        kept += "."
    return start, max(start, end - len(text) + len(kept))
