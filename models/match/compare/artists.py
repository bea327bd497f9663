"""Whether two names are names of one artist."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from models.match.compare.acronyms import acronym_letters
from models.match.compare.comparison import Rule, initials_rule
from models.match.compare.spelling import are_alike, are_disguised, are_romanised, without_articles
from models.match.compare.words import key, spoken
from models.match.index import Index
from models.match.normalise import (
    artist_parts,
    compact,
    distinguishing,
    fold,
    is_various,
    split_featuring,
)

_TRIBUTE = frozenset(
    """tribute karaoke cover covers coverband tributeband revival impersonators
    salute""".split()  # noqa: SIM905
)
"""Words of a band that plays the songs of another one."""
_ESCAPED = re.compile(r"%[0-9a-fA-F]{2}|&#?\w{2,8};")
_TRACK = re.compile(r"^\d{1,2}\s?-\s+(?=\S)|(?<=\S)\s+-\s?\d{1,2}$")
"""The number of a track in front of an artist or behind it."""
_GUEST = re.compile(r"(?<=\S)\s+f\.\s+(?=\S)")
_BRACKETED = re.compile(r"^(?P<head>.*\S)\s*[(\[](?P<tail>[^()\[\]]+)[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class _Artist:
    """A name as it is compared."""

    text: str
    folded: str
    words: tuple[str, ...]
    """Its words, numbers as digits."""

    @classmethod
    @lru_cache(maxsize=65_536)
    def of(cls, name: str) -> "_Artist":
        text = html.unescape(unquote(name)) if _ESCAPED.search(name) else name
        text = _GUEST.sub(" feat. ", _TRACK.sub("", text)) or text
        return cls(text, fold(text), spoken(text))

    @property
    def key(self) -> str:
        return "".join(self.words)


def rules(name: str, other: str, index: Index | None) -> Iterator[Rule]:
    """The rules that hold for two names; the first one decides.

    What tells two names apart (a number, two artists in the index) comes before what is only a
    likeness.
    """
    mine, theirs = _Artist.of(name), _Artist.of(other)
    if not mine.key or not theirs.key:
        return
    if _are_equal(mine, theirs):
        yield Rule.EQUAL
    if index is not None and _ids(index, mine) & _ids(index, theirs):
        yield Rule.ALIASES
    if sorted(mine.words) == sorted(theirs.words):
        yield Rule.ORDER
    if without_articles(mine.words) == without_articles(theirs.words):
        yield Rule.ARTICLES
    if index is not None and _is_anothers(index, mine, theirs):
        yield Rule.OTHER_ACRONYM
    yield from _acronyms(mine, theirs)
    if _TRIBUTE.intersection(mine.words) ^ _TRIBUTE.intersection(theirs.words):
        yield Rule.TRIBUTE
    if _is_bracketed(mine, theirs) or _is_bracketed(theirs, mine):
        yield Rule.BRACKETED
    if are_disguised(mine.folded, theirs.folded):
        yield Rule.LETTERS
    if distinguishing(" ".join(mine.words)) != distinguishing(" ".join(theirs.words)):
        yield Rule.NUMBER
    if index is not None and index.artists_named(name) and index.artists_named(other):
        yield Rule.OTHER_ENTITIES
    yield from _likenesses(mine, theirs)


def _are_equal(mine: _Artist, theirs: _Artist) -> bool:
    if mine.key == theirs.key or compact(mine.text) == compact(theirs.text):
        return True
    return is_various(mine.text) and is_various(theirs.text)


def _acronyms(mine: _Artist, theirs: _Artist) -> Iterator[Rule]:
    letters = max(
        acronym_letters(mine.text, theirs.text),
        acronym_letters(theirs.text, mine.text),
    )
    if letters:
        yield initials_rule(letters)
    if _are_first_initials(mine.words, theirs.words):
        yield Rule.FIRST_INITIALS


def _are_first_initials(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether first names are initials on one side ("J. Calloway", "Jonas Calloway")."""
    if len(mine) != len(theirs) or len(mine) < 2 or mine[-1] != theirs[-1]:
        return False
    firsts = zip(mine[:-1], theirs[:-1], strict=True)
    unlike = [(first, other) for first, other in firsts if first != other]
    return all(min(len(first), len(other)) == 1 and first[0] == other[0] for first, other in unlike)


def _is_bracketed(mine: _Artist, theirs: _Artist) -> bool:
    """Whether a name with something in brackets is otherwise the other one, or holds it there."""
    match = _BRACKETED.match(mine.text)
    return match is not None and theirs.key in (key(match["head"]), key(match["tail"]))


def _likenesses(mine: _Artist, theirs: _Artist) -> Iterator[Rule]:
    if are_romanised(mine.text, theirs.text):
        yield Rule.ROMANISED
    if _without_guest(mine) == theirs.folded or _without_guest(theirs) == mine.folded:
        yield Rule.GUEST
    if _leads(mine, theirs) or _leads(theirs, mine):
        yield Rule.CREDIT
    if _is_part(mine, theirs) or _is_part(theirs, mine):
        yield Rule.PART
    if are_alike(mine.folded, theirs.folded):
        yield Rule.ALIKE


def _without_guest(artist: _Artist) -> str:
    return fold(split_featuring(artist.text)[0])


def _leads(credit: _Artist, other: _Artist) -> bool:
    """Whether a name is the first of a joint credit ("Jonas Averill and His Orchestra")."""
    parts = artist_parts(credit.text)
    return len(parts) > 1 and fold(parts[0]) == other.folded


def _is_part(whole: _Artist, part: _Artist) -> bool:
    """Whether a name is the words at an end of a longer one ("averill", "jonas averill")."""
    longer, words = whole.words, part.words
    return len(words) < len(longer) and words in (longer[: len(words)], longer[-len(words) :])


def _ids(index: Index, artist: _Artist) -> set[int]:
    return {*index.artists_named(artist.text), *index.artists_aliased(artist.text)}


def _is_anothers(index: Index, mine: _Artist, theirs: _Artist) -> bool:
    """Whether one name is an alias of artists, and the other one is that of other artists."""
    short, artist = sorted((mine, theirs), key=lambda name: len(name.words))
    is_short = len(short.words) == 1 < len(artist.words)
    return is_short and bool(index.artists_aliased(short.text)) and bool(_ids(index, artist))
