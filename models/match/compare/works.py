"""Whether two titles are of one album, or of one film, series, book or game."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models.match.compare.acronyms import acronym_letters
from models.match.compare.comparison import NameKind, Rule, initials_rule
from models.match.compare.spelling import (
    are_alike,
    are_disguised,
    are_romanised,
    beginnings,
    differ_by_plural,
    endings,
    without_articles,
)
from models.match.compare.tails import OTHER_WORK, Tailed, peel
from models.match.compare.words import key, numbers, spoken
from models.match.index import Index
from models.match.normalise import compact, fold


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
    if key(name) == key(other) or compact(name) == compact(other):
        yield Rule.EQUAL
    known = index if kind is NameKind.ALBUM else None
    if known is not None and _groups(known, name) & _groups(known, other):
        yield Rule.ONE_GROUP
    if mine.key == theirs.key:
        yield _bare_equal(mine.tailed, theirs.tailed)
    if sorted(mine.words) == sorted(theirs.words):
        yield Rule.ORDER
    if without_articles(mine.words) == without_articles(theirs.words):
        yield Rule.ARTICLES
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


def _bare_equal(mine: Tailed, theirs: Tailed) -> Rule:
    """The rule of two titles that are equal but for what was taken off them."""
    if mine.country != theirs.country:
        return Rule.WITH_COUNTRY
    return Rule.EDITIONS if mine.tails != theirs.tails else Rule.WITH_YEAR


def _acronyms(mine: _Title, theirs: _Title) -> Iterator[Rule]:
    letters = max(_initials(mine, theirs), _initials(theirs, mine))
    if letters:
        yield initials_rule(letters)


def _initials(short: _Title, longer: _Title) -> int:
    """Letters of an acronym, which an artist may stand before ("Mira Holt - TLMOA")."""
    shorts = short.tailed.head, *endings(short.tailed.head)
    return max(acronym_letters(name, longer.tailed.head) for name in shorts)


def _is_subtitle(mine: _Title, theirs: _Title) -> bool:
    """Whether a title of two words or more is what stands behind another one's colon."""
    return len(mine.words) > 1 and mine.key in map(key, endings(theirs.tailed.head))


def _is_alone(mine: _Title, theirs: _Title) -> bool:
    """Whether a title is what stands before another one's colon or bracket."""
    return mine.key in map(key, beginnings(theirs.tailed.head))


def _likenesses(mine: _Title, theirs: _Title) -> Iterator[Rule]:
    if are_romanised(mine.tailed.head, theirs.tailed.head):
        yield Rule.ROMANISED
    if _is_alone(mine, theirs) or _is_alone(theirs, mine):
        yield Rule.TITLE_ALONE
    if _is_part(mine.words, theirs.words) or _is_part(theirs.words, mine.words):
        yield Rule.PART
    are_plural = differ_by_plural(mine.words, theirs.words)
    if not are_plural and (
        are_alike(mine.folded, theirs.folded) or are_alike(fold(mine.text), fold(theirs.text))
    ):
        yield Rule.ALIKE


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
