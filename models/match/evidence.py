"""What speaks for and against one candidate, as numbers that the scorer weighs and words that say
why.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter

from rapidfuzz import fuzz

from models.match.index import ArtistRecord, GroupRecord, Index
from models.match.keys import bare_title, shingles
from models.match.normalise import (
    artist_parts,
    compact,
    distinguishing,
    fold,
    is_self_titled,
    split_featuring,
    year_in,
)
from models.match.query import Query

TITLE_FLOOR = 0.6
"""Titles less alike than this are different titles: no candidate."""
ARTIST_FLOOR = 0.7
"""Likewise artists."""
TRACKED_FLOOR = 0.3
"""Either, of a release group whose tracks are `SHARED`: those say more than its name."""
SHARED = 0.5
_KNOWN_TRACKS = 3
"""Hashes of tracks that a list must have to prove anything."""


class Found(StrEnum):
    """How an artist was found; the words stand in `why`."""

    NAME = "artist name equal"
    ALIAS = "artist alias equal"
    CREDIT = "artist credit equal"
    PART = "artist one of several named"
    LIKE = "artist spelled alike"
    VARIOUS = "various artists"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each in [0, 1], but for `common`. All zero: the artist's very name, the very title, nothing
    known of year or tracks.
    """

    artist_alias: float = 0.0
    artist_credit: float = 0.0
    artist_part: float = 0.0
    artist_like: float = 0.0
    artist_unlike: float = 0.0
    """1 - likeness."""
    title_none: float = 0.0
    """The query has no title."""
    title_missing: float = 0.0
    """The artist has no release group of this title; the candidate is the artist alone."""
    title_edition: float = 0.0
    title_like: float = 0.0
    title_unlike: float = 0.0
    title_contained: float = 0.0
    """One title is within the other."""
    title_longer: float = 0.0
    """What part of the longer one the shorter one is not."""
    title_other: float = 0.0
    """The titles differ by a number, or by a word such as live."""
    both_like: float = 0.0
    common: float = 0.0
    """Of an artist that is only alike: log10 of how many release groups have this very title."""
    year_equal: float = 0.0
    year_near: float = 0.0
    year_later: float = 0.0
    year_before: float = 0.0
    tracks_shared: float = 0.0
    tracks_other: float = 0.0
    single: float = 0.0
    secondary: float = 0.0

    def values(self) -> tuple[float, ...]:
        """In the order of `NAMES`."""
        return _VALUES(self)


NAMES = tuple(each.name for each in fields(Evidence))
SUPPORTING = frozenset({"year_equal", "year_near", "tracks_shared"})
"""Evidence that may raise a candidate above the very name with the very title; all other evidence
can only lower it.
"""
_VALUES: Callable[[Evidence], tuple[float, ...]] = attrgetter(*NAMES)


@dataclass(frozen=True, slots=True)
class Scored:
    """One artist, alone or with one of its release groups, as an answer to a query."""

    artist: int
    found: Found
    evidence: Evidence
    group: GroupRecord | None = None
    why: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether name and title are equal and nothing speaks against it."""
        given = self.evidence
        against = (
            given.year_before,
            given.tracks_other,
            given.single,
            given.secondary,
            given.title_missing,
        )
        inexact = (given.title_like, given.title_contained, given.title_edition)
        return self.found in (Found.NAME, Found.VARIOUS) and not any((*inexact, *against))

    @property
    def is_title_equal(self) -> bool:
        """Whether there is a release group of the title, but perhaps of another edition."""
        return self.group is not None and not (
            self.evidence.title_like or self.evidence.title_contained
        )


class Asked:
    """A query with what is computed of it once."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.name = query.artist or ""
        self.main, self.guest = split_featuring(self.name)
        self.parts = artist_parts(self.main)
        self.title = (
            query.release_title if query.release_title and fold(query.release_title) else None
        )
        self.year = query.year or (year_in(self.title) if self.title else None)
        self.titles = self._forms() if self.title else ()
        self.tracks = frozenset(shingles(query.tracks))
        self.sharing: dict[str, dict[int, list[int]]] = {}
        """Name of an artist -> artist -> release groups that share words with both; artists of one
        name ask once.
        """

    def _forms(self) -> tuple[str, ...]:
        """The title, and what it may mean: the artist's name before it ("Bach: Mass"), or for it
        ("self-titled").
        """
        assert self.title is not None
        forms = [self.title]
        if is_self_titled(self.title):
            forms = [self.main, self.title]
        for mark in (": ", " - "):
            head, found, tail = self.title.partition(mark)
            if found and fold(tail) and set(fold(head).split()) <= set(fold(self.name).split()):
                forms.append(tail)
        folded, name = fold(self.title), fold(self.main)
        if name and folded.startswith(f"{name} "):
            forms.append(folded.removeprefix(f"{name} "))
        return tuple(dict.fromkeys(forms))


def artist_likeness(name: str, artist: ArtistRecord) -> float:
    """The best likeness of a name to any name of the artist, in [0, 1]."""
    wanted = fold(name)
    # A sort name is the same words in another order, which is no unlikeness; but of other scripts
    # it is the romanisation.
    names = artist.aliases if artist.name.isascii() else artist.names
    return max(names_alike(wanted, fold(known)) for known in (artist.name, *names))


def names_alike(wanted: str, known: str) -> float:
    """The likeness of two folded names of artists."""
    if wanted == known:
        return 1.0
    likeness = fuzz.ratio(wanted, known) / 100
    if " " in wanted or " " in known:
        joined = fuzz.ratio(wanted.replace(" ", ""), known.replace(" ", ""))
        likeness = max(likeness, fuzz.token_sort_ratio(wanted, known) / 100, joined / 100)
    if distinguishing(wanted) != distinguishing(known):
        return min(likeness, ARTIST_FLOOR)
    # "Bob Marley" and "Bob Marley and the Wailers": every word of one in the other, and more than
    # one word.
    mine, theirs = set(wanted.split()), set(known.split())
    if min(len(mine), len(theirs)) >= 2 and (mine <= theirs or theirs <= mine):
        likeness = max(likeness, 0.85)
    return likeness


def titles_alike(asked: Asked, group: GroupRecord) -> tuple[float, dict[str, float], str]:
    """The best likeness of the query's title to any of the release group's, as evidence, and why."""
    return max(
        (_alike(form, known) for form in asked.titles for known in (group.title, *group.aliases)),
        key=lambda each: each[0],
    )


def _alike(title: str, known: str) -> tuple[float, dict[str, float], str]:
    if compact(title) == compact(known):
        return 1.0, {}, "title equal"
    wanted, other = bare_title(split_featuring(title)[0]), bare_title(known)
    if wanted == other:
        return 0.97, {"title_edition": 1.0}, "title equal without its edition"
    likeness = max(fuzz.ratio(wanted, other), fuzz.token_sort_ratio(wanted, other)) / 100
    evidence = {"title_like": 1.0, "title_unlike": 1.0 - likeness}
    if distinguishing(wanted) != distinguishing(other):
        return likeness * 0.7, {**evidence, "title_other": 1.0}, "title differs by a number or kind"
    shorter, longer = sorted((wanted, other), key=len)
    if len(shorter) >= 4 and f" {shorter} " in f" {longer} ":
        return (
            max(likeness, 0.8),
            {"title_contained": 1.0, "title_longer": 1 - len(shorter) / len(longer)},
            "title contained",
        )
    return min(likeness, 0.96), evidence, "title spelled alike"


def year_evidence(asked: Asked, group: GroupRecord) -> tuple[dict[str, float], str | None]:
    """How the query's year fits: torrents name the year of their own edition, which is never before
    the first.

    Of a live album they name the year of the concert as well, so an earlier one says nothing
    against it.
    """
    if asked.year is None or group.year is None:
        return {}, None
    if asked.year == group.year:
        return {"year_equal": 1.0}, "year equal"
    if abs(asked.year - group.year) == 1:
        return {"year_near": 1.0}, "year one off"
    if asked.year > group.year:
        return {"year_later": 1.0}, "year later, a reissue"
    if "Live" in group.secondary_types:
        return {}, "year before the first release, of a concert"
    return {"year_before": 1.0}, "year before the first release"


def track_evidence(
    asked: Asked, index: Index, group: GroupRecord
) -> tuple[dict[str, float], str | None]:
    """What part of the shorter track list is in the other."""
    known = index.tracks_of(group.id) if len(asked.tracks) >= _KNOWN_TRACKS else ()
    if len(known) < _KNOWN_TRACKS:
        return {}, None
    # Both are the smallest hashes of their lists: past the last of a full one nothing can be told.
    last = min(known[-1], max(asked.tracks))
    mine, theirs = (
        {each for each in asked.tracks if each <= last},
        {each for each in known if each <= last},
    )
    if min(len(mine), len(theirs)) < _KNOWN_TRACKS:
        return {}, None
    share = len(mine & theirs) / min(len(mine), len(theirs))
    if share < 0.1:
        return {"tracks_other": 1.0}, "other tracks"
    return {"tracks_shared": share}, f"{share:.0%} of the tracks shared"


def kind_evidence(query: Query, group: GroupRecord) -> dict[str, float]:
    """Whether the type of the release group fits what is sought."""
    evidence: dict[str, float] = {}
    if group.primary_type == "Single" and not query.singles_only and len(query.tracks) != 1:
        evidence["single"] = 1.0
    if group.secondary_types and not _says(query.release_title or "", group.secondary_types):
        evidence["secondary"] = 1.0
    return evidence


_SAYING = {
    "live": {"live", "unplugged", "concert", "bootleg"},
    "remix": {"remix", "remixes", "remixed", "mixes"},
}
_COMPILING = frozenset(
    "best greatest hits collection anthology essential singles vol gold compilation sampler".split()  # noqa: SIM905
)


def _says(title: str, secondary: tuple[str, ...]) -> bool:
    words = set(fold(title).split())
    return any(words & _SAYING.get(fold(kind), _COMPILING | {fold(kind)}) for kind in secondary)
