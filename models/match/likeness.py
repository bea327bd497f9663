"""How alike two names or two titles are."""

from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz import fuzz

from models.match.asked import Asked
from models.match.index import ArtistRecord, GroupRecord
from models.match.keys import bare_title
from models.match.normalise import compact, distinguishing, fold, split_featuring

TITLE_FLOOR = 0.6
"""Titles less alike than this are different titles: no candidate."""
ARTIST_FLOOR = 0.7
"""Likewise artists."""

_WITHIN = 0.85
"""Likeness of artists when every word of one name is in the other."""
_EDITION = 0.97
"""Likeness of titles that differ by their edition only."""
_SPELLED = 0.96
"""The most that titles of another spelling can be alike."""
_CONTAINED = 0.8
"""Likeness of titles when one is within the other, at least."""
_OTHER_KIND = 0.7
"""What is left of the likeness of titles that differ by a number or by a word such as live."""
_SHORTEST_CONTAINED = 4
"""Characters of a title that may be looked for within another one."""


class TitleLikeness(NamedTuple):
    """How alike two titles are, the features that say so, and the words for a person."""

    likeness: float
    why: str
    features: Mapping[str, float]


def artist_likeness(name: str, artist: ArtistRecord) -> float:
    """The best likeness of a name to any name of the artist, in [0, 1]."""
    wanted = fold(name)
    # A sort name is the same words in another order, which is no unlikeness. But of a name in
    # another script it is the romanisation.
    others = artist.aliases if artist.name.isascii() else artist.names
    return max(names_alike(wanted, fold(known)) for known in (artist.name, *others))


def names_alike(wanted: str, known: str) -> float:
    """The likeness of two folded names of artists, in [0, 1]."""
    if wanted == known:
        return 1.0
    likeness = fuzz.ratio(wanted, known) / 100
    if " " in wanted or " " in known:
        joined = fuzz.ratio(wanted.replace(" ", ""), known.replace(" ", ""))
        likeness = max(likeness, fuzz.token_sort_ratio(wanted, known) / 100, joined / 100)
    if distinguishing(wanted) != distinguishing(known):
        return min(likeness, ARTIST_FLOOR)
    # "Bob Marley" and "Bob Marley and the Wailers". A single word in common would say little.
    mine, theirs = set(wanted.split()), set(known.split())
    if min(len(mine), len(theirs)) >= 2 and (mine <= theirs or theirs <= mine):
        likeness = max(likeness, _WITHIN)
    return likeness


def titles_alike(asked: Asked, group: GroupRecord) -> TitleLikeness:
    """The best likeness of the query's title to any title of the release group."""
    comparisons = [
        _compared(form, known) for form in asked.titles for known in (group.title, *group.aliases)
    ]
    return max(comparisons, key=attrgetter("likeness"))


def _compared(title: str, known: str) -> TitleLikeness:
    if compact(title) == compact(known):
        return TitleLikeness(1.0, "title equal", {})
    wanted, other = bare_title(split_featuring(title)[0]), bare_title(known)
    if wanted == other:
        return TitleLikeness(_EDITION, "title equal without its edition", {"title_edition": 1.0})
    likeness = max(fuzz.ratio(wanted, other), fuzz.token_sort_ratio(wanted, other)) / 100
    alike = {"title_like": 1.0, "title_unlike": 1.0 - likeness}
    if distinguishing(wanted) != distinguishing(other):
        return TitleLikeness(
            likeness * _OTHER_KIND,
            "title differs by a number or kind",
            {**alike, "title_other": 1.0},
        )
    shorter, longer = sorted((wanted, other), key=len)
    if len(shorter) >= _SHORTEST_CONTAINED and f" {shorter} " in f" {longer} ":
        return TitleLikeness(
            max(likeness, _CONTAINED),
            "title contained",
            {"title_contained": 1.0, "title_longer": 1 - len(shorter) / len(longer)},
        )
    return TitleLikeness(min(likeness, _SPELLED), "title spelled alike", alike)
