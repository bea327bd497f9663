"""What speaks for and against one candidate: numbers that the scorer weighs, words that say why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import NamedTuple

from models.match.asked import Asked
from models.match.index import GroupRecord, Index
from models.match.normalise import fold
from models.match.query import Query

_KNOWN_TRACKS = 3
"""Hashes of tracks that a list must have to prove anything."""
_OTHER_TRACKS = 0.1
"""Lists that share less than this are lists of different albums."""


@dataclass(frozen=True, slots=True)
class Features:
    """Numbers in [0, 1], but for `common`.

    All are zero of a candidate with the artist's very name and the very title, of which neither
    year nor tracks are known.
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
    """1 - likeness."""
    title_contained: float = 0.0
    """One title is within the other."""
    title_longer: float = 0.0
    """What part of the longer title the shorter one does not have."""
    title_other: float = 0.0
    """The titles differ by a number, or by a word such as live."""
    both_like: float = 0.0
    """Artist and title are both only alike."""
    common: float = 0.0
    """Of an artist that is only alike: log10 of how many release groups have this very title."""
    year_equal: float = 0.0
    year_near: float = 0.0
    year_later: float = 0.0
    year_before: float = 0.0
    tracks_shared: float = 0.0
    tracks_other: float = 0.0
    single: float = 0.0
    """The release group is a single, and no single is sought."""
    secondary: float = 0.0
    """The release group is live, a compilation or the like, and the title does not say so."""

    def values(self) -> tuple[float, ...]:
        """The numbers in the order of `NAMES`."""
        return _VALUES(self)


NAMES = tuple(feature.name for feature in fields(Features))
SUPPORTING = frozenset({"year_equal", "year_near", "tracks_shared"})
"""Features that may raise a candidate above the very name with the very title.

All others can only lower it.
"""
_VALUES: Callable[[Features], tuple[float, ...]] = attrgetter(*NAMES)


class Clue(NamedTuple):
    """What a comparison says: features, and the words for a person if there is something to say."""

    features: Mapping[str, float]
    why: str | None = None


UNKNOWN = Clue({})
"""Nothing can be compared, so nothing speaks for or against the candidate."""


def year_features(asked: Asked, group: GroupRecord) -> Clue:
    """How the query's year fits that of the release group.

    Torrents name the year of their own edition, which is never before the first. Of a live album
    they name the year of the concert as well, so an earlier one says nothing against it.
    """
    if asked.year is None or group.year is None:
        return UNKNOWN
    if asked.year == group.year:
        return Clue({"year_equal": 1.0}, "year equal")
    if abs(asked.year - group.year) == 1:
        return Clue({"year_near": 1.0}, "year one off")
    if asked.year > group.year:
        return Clue({"year_later": 1.0}, "year later, a reissue")
    if "Live" in group.secondary_types:
        return Clue({}, "year before the first release, of a concert")
    return Clue({"year_before": 1.0}, "year before the first release")


def track_features(asked: Asked, index: Index, group: GroupRecord) -> Clue:
    """What part of the shorter track list is in the other one."""
    known = index.tracks_of(group.id) if len(asked.tracks) >= _KNOWN_TRACKS else ()
    if len(known) < _KNOWN_TRACKS:
        return UNKNOWN
    # Both are the smallest hashes of their lists. Past the last hash of a full list, nothing can
    # be told.
    last = min(known[-1], max(asked.tracks))
    mine = {track for track in asked.tracks if track <= last}
    theirs = {track for track in known if track <= last}
    shorter = min(len(mine), len(theirs))
    if shorter < _KNOWN_TRACKS:
        return UNKNOWN
    share = len(mine & theirs) / shorter
    if share < _OTHER_TRACKS:
        return Clue({"tracks_other": 1.0}, "other tracks")
    return Clue({"tracks_shared": share}, f"{share:.0%} of the tracks shared")


def kind_features(query: Query, group: GroupRecord) -> Clue:
    """Whether the type of the release group fits what is sought."""
    features: dict[str, float] = {}
    is_single_sought = query.singles_only or len(query.tracks) == 1
    if group.primary_type == "Single" and not is_single_sought:
        features["single"] = 1.0
    if group.secondary_types and not _says(query.release_title or "", group.secondary_types):
        features["secondary"] = 1.0
    return Clue(features)


_SAYING = {
    "live": {"live", "unplugged", "concert", "bootleg"},
    "remix": {"remix", "remixes", "remixed", "mixes"},
}
"""Secondary type -> words of a title that say it."""
_COMPILING = frozenset(
    "best greatest hits collection anthology essential singles vol gold compilation sampler".split()  # noqa: SIM905
)
"""Words that say any other secondary type, beside its own name."""


def _says(title: str, secondary: tuple[str, ...]) -> bool:
    """Whether a title says one of the secondary types."""
    words = set(fold(title).split())
    return any(words & _SAYING.get(fold(kind), _COMPILING | {fold(kind)}) for kind in secondary)
