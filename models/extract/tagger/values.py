"""What the tagger says, as claims: its places in the name made values.

A place that cannot be a value of its role says nothing.
"""

import re
from collections.abc import Mapping

from models.extract.evidence.claims import TAGGER, Claim
from models.extract.names.endings import without_extension
from models.extract.names.words import is_words, readable
from models.extract.rules.years import Dated, year_at
from models.extract.tagger.decode import Tagged
from models.extract.tagger.whole_words import whole_person, whole_words

_NO_CREATOR = re.compile(
    r"(?:o\.?s\.?t\.?|(?:original )?soundtracks?|(?:オリジナル)?サウンドトラック"
    r"|singles?|audio|collection|compilation|bbc|lp|cd|flac|mp3)$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:discograph(?:y|ie)|discografia|дискография|mp3|flac|lossless|full albums?)$", re.IGNORECASE
)
"""Words that describe and name nothing: a discography is a collection without a name of its own."""

_YEAR_OF_TITLE = re.compile(r"\s+(?:19|20)\d\d(?=\s*[\[(])")
_YEAR_BEHIND = re.compile(r"[.,]\s*(?:19|20)\d\d$")

_IN_A_WORD = re.compile(r"[a-zа-яё]{2}", re.IGNORECASE)
"""In a word: the tagger reads so many pieces of a name that a longer title may end for it there."""

_WORD = re.compile(r"(?<![^\W_])[^\W_]+")
_NEXT_PART = re.compile(r"\s+[-–—]\s|\s*[\[({]|[._](?=[\w-]*\d)|\Z")

_DASH_BEHIND = re.compile(r"[ ._]*[-–][ ._]*(?=\w)")

_DIGITS = 4
"""Of a year."""

Span = tuple[int, int]
"""Characters of the name, from and to."""

_BETWEEN_DOUBLED = frozenset({" ", "_", "."})
"""What parts the words of a doubled name."""


def tag_claims(name: str, tags: Mapping[str, Tagged], dated: Dated | None) -> dict[str, Claim]:
    """Role -> claim.

    Args:
        name: the torrent's.
        tags: where the tagger sees each role.
        dated: the year of the work.
    """
    if not tags:
        return {}
    places = {role: _place(name, role, tag, dated) for role, tag in tags.items()}
    if "creator" in places:
        places["creator"] = _repeated(name, *places["creator"])
    if "creator" in places and "title" in places:
        title = _beside(places["title"], places["creator"])
        places["title"] = _behind_creator(name, title, places["creator"])
    claims = {}
    for role, (start, end) in places.items():
        is_year = role == "year"
        value = year_at(name, start, end) if is_year else _text(name, role, start, end)
        if value is not None:
            claims[role] = Claim(value, TAGGER, tags[role].confidence)
    return claims


def _place(name: str, role: str, tag: Tagged, dated: Dated | None) -> Span:
    """The whole words of a place."""
    if role == "year":
        return tag.start, tag.end
    start, end = whole_words(name, tag.start, tag.end)
    if _IN_A_WORD.match(name, end - 1) and (part := _NEXT_PART.search(name, end)):
        end = part.start()
    if role == "creator":
        return whole_person(name, start, end)
    if role == "title" and dated is not None:
        end = _title_end(name, start, end, dated)
    return start, end


def _title_end(name: str, start: int, end: int, dated: Dated) -> int:
    """Where a title ends, which does not go on behind the year of the work."""
    if start < dated.start - 1 and dated.start < end - _DIGITS:
        return dated.start
    more = _YEAR_OF_TITLE.match(name, end)
    if more is not None and end < dated.start and more.end() < dated.start:
        return more.end()  # "Best Of 2020 (2020)": the second is the year of the work
    behind = _YEAR_BEHIND.search(name, start, end)
    return behind.start() if behind is not None else end


def _beside(title: Span, creator: Span) -> Span:
    """The title without what a whole creator took of it."""
    if title[0] < creator[0] < title[1]:
        return title[0], creator[0]
    if title[0] < creator[1] < title[1]:
        return creator[1], title[1]
    return title


def _repeated(name: str, start: int, end: int) -> Span:
    """The place of a creator without words before it, if the name begins with the creator.

    A word said twice is a whole name: `Echo Echo`.
    """
    for word in _WORD.finditer(name, start + 1, end):
        behind = end - word.start()
        is_doubled = name[behind : word.start()] in _BETWEEN_DOUBLED
        if (
            not is_doubled
            and name.startswith(name[word.start() : end])
            and not name[behind : behind + 1].isalnum()
        ):
            return word.start(), end
    return start, end


def _behind_creator(name: str, title: Span, creator: Span) -> Span:
    """The title without what leads up to the creator, if the name repeats who it is.

    `Aurora.Vale.FLAC.collection.by.me.Aurora.Vale-Paper.Lanterns` has its title behind the second.
    """
    who, text = name[creator[0] : creator[1]], name[title[0] : title[1]]
    begin = text.find(who)
    while begin >= 0:
        if (dash := _DASH_BEHIND.match(text, begin + len(who))) is not None:
            return title[0] + dash.end(), title[1]
        begin = text.find(who, begin + 1)
    return title


def _text(name: str, role: str, start: int, end: int) -> str | None:
    """The words of a place, written out. Returns None if they name nothing."""
    text = name[start:end]
    written = readable(without_extension(text) if end == len(name) else text)
    if not is_words(written) or _NO_TITLE.match(written):
        return None
    return None if role == "creator" and _NO_CREATOR.match(written) else written
