"""Whether two titles are of one album, or of one film, series, book or game."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models.match.compare.acronyms import acronym_letters
from models.match.compare.comparison import NameKind, Rule
from models.match.compare.numerals import key, numbers, spoken
from models.match.compare.spelling import (
    are_alike,
    are_disguised,
    differ_by_plural,
    segments,
)
from models.match.compare.tails import OTHER_WORK, Tailed, peel
from models.match.index import Index
from models.match.normalise import fold

_SURE_ACRONYM = 3
"""Letters from which on an acronym tells; two letters are those of too many titles."""


@dataclass(frozen=True, slots=True)
class _Title:
    """A title as it is compared."""

    text: str
    tailed: Tailed
    folded: str
    """The folded title without its tails."""
    words: tuple[str, ...]
    """Its words, numbers as digits."""

    @classmethod
    @lru_cache(maxsize=65_536)
    def of(cls, kind: NameKind, text: str) -> "_Title":
        tailed = peel(text, tells_years=kind is NameKind.TITLE)
        return cls(text, tailed, fold(tailed.head), spoken(tailed.head))

    @property
    def key(self) -> str:
        return "".join(self.words)

    @property
    def telling(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """Its numbers, and its words that make another work of a title."""
        return numbers(self.words), OTHER_WORK.intersection(self.words)


def rules(kind: NameKind, name: str, other: str, index: Index | None) -> Iterator[Rule]:
    """The rules that hold for two titles; the first one decides."""
    mine, theirs = _Title.of(kind, name), _Title.of(kind, other)
    if not mine.key or not theirs.key:
        return
    yield from _contradictions(mine, theirs)
    if key(name) == key(other):
        yield Rule.EQUAL
    known = index if kind is NameKind.ALBUM else None
    if known is not None and _groups(known, name) & _groups(known, other):
        yield Rule.ONE_GROUP
    if mine.key == theirs.key:
        yield Rule.EDITIONS if mine.tailed.tails != theirs.tailed.tails else Rule.WITH_YEAR
    if sorted(mine.words) == sorted(theirs.words):
        yield Rule.ORDER
    yield from _acronyms(mine, theirs)
    if _is_subtitle(mine, theirs) or _is_subtitle(theirs, mine):
        yield Rule.SUBTITLE
    if are_disguised(mine.folded, theirs.folded):
        yield Rule.LETTERS
    if mine.telling != theirs.telling:
        yield Rule.NUMBER
    if known is not None and _others(known, name, other):
        yield Rule.OTHER_ENTITIES
    yield from _likenesses(mine, theirs)


def _contradictions(mine: _Title, theirs: _Title) -> Iterator[Rule]:
    """What tells two works of one name apart."""
    years = (mine.tailed.year, theirs.tailed.year)
    if years[0] and years[1] and abs(years[0] - years[1]) > 1:
        yield Rule.YEARS
    countries = {mine.tailed.country, theirs.tailed.country} - {None}
    if len(countries) > 1:
        yield Rule.COUNTRIES


def _acronyms(mine: _Title, theirs: _Title) -> Iterator[Rule]:
    heads = mine.tailed.head, theirs.tailed.head
    letters = max(acronym_letters(*heads), acronym_letters(*heads[::-1]))
    if letters:
        yield Rule.ACRONYM if letters >= _SURE_ACRONYM else Rule.TWO_INITIALS


def _is_subtitle(mine: _Title, theirs: _Title) -> bool:
    """Whether a title of two words or more is what stands behind another one's colon."""
    parts = segments(theirs.tailed.head)
    return len(parts) > 1 and len(mine.words) > 1 and key(parts[-1]) == mine.key


def _likenesses(mine: _Title, theirs: _Title) -> Iterator[Rule]:
    mine_parts, their_parts = segments(mine.tailed.head), segments(theirs.tailed.head)
    if key(mine_parts[0]) == theirs.key or key(their_parts[0]) == mine.key:
        yield Rule.TITLE_ALONE
    if not differ_by_plural(mine.words, theirs.words) and are_alike(mine.folded, theirs.folded):
        yield Rule.ALIKE
    if _is_part(mine.words, theirs.words) or _is_part(theirs.words, mine.words):
        yield Rule.PART


def _is_part(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether words are those at an end of a longer title."""
    return len(part) < len(whole) and part in (whole[: len(part)], whole[-len(part) :])


def _groups(index: Index, title: str) -> set[int]:
    return set(index.groups_titled_by_anyone(title))


def _others(index: Index, name: str, other: str) -> bool:
    """Whether an artist has release groups of both titles."""
    mine = {artist for group in _groups(index, name) for artist in index.group(group).artist_ids}
    theirs = {artist for group in _groups(index, other) for artist in index.group(group).artist_ids}
    return bool(mine & theirs)
