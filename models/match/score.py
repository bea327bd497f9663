"""How alike a query and an entity are: artist, title and year, each in [0, 1], with words that say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from models.match.index import ArtistRecord, GroupRecord
from models.match.normalise import compact, distinguishing, fold, split_edition, split_featuring
from models.match.query import Query


@dataclass(frozen=True, slots=True)
class Scales:
    """The numbers that decide, from `[settings]` of the manifest, where each is explained."""

    weight_artist: float
    weight_title: float
    weight_year: float
    artist_name: float
    artist_alias: float
    artist_credit: float
    artist_part: float
    artist_like_cap: float
    artist_like_floor: float
    title_floor: float
    title_without_edition: float
    title_contained: float
    year_near: float
    year_reissue: float
    year_before: float
    year_unknown: float
    penalty_single: float
    penalty_secondary: float
    title_missing: float
    high: float
    medium: float
    shown: float
    margin: float
    margin_group: float

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> "Scales":
        """From a manifest's settings.

        Raises:
            TypeError: one is missing or not known.
        """
        return cls(**{name: float(value) for name, value in settings.items()})


@lru_cache(maxsize=65_536)
def bare(title: str) -> str:
    """The folded title without its edition and featured artists."""
    return fold(split_featuring(split_edition(title)[0])[0])


def artist_likeness(name: str, artist: ArtistRecord) -> float:
    """The best likeness of a name to any name of the artist."""
    wanted = fold(name)
    return max(_names_alike(wanted, fold(known)) for known in (artist.name, *artist.names))


def title_likeness(title: str, group: GroupRecord, scales: Scales) -> tuple[float, str]:
    """The best likeness of a title to any title of the release group, and why."""
    return max(_titles_alike(title, known, scales) for known in (group.title, *group.aliases))


def year_likeness(year: int, first: int | None, scales: Scales) -> tuple[float, str]:
    """How a year fits a first release: torrents name the year of their own edition, which is never before the first."""
    if first is None:
        return scales.year_unknown, "year of the release group unknown"
    if year == first:
        return 1.0, "year equal"
    if abs(year - first) == 1:
        return scales.year_near, "year one off"
    return (
        (scales.year_reissue, "year later, a reissue")
        if year > first
        else (scales.year_before, "year before the first release")
    )


def total(artist: float, query: Query, group: GroupRecord, title: float, scales: Scales) -> tuple[float, list[str]]:
    """The score of a release group of an artist, from the artist's and the title's likeness, and more words of why."""
    why: list[str] = []
    weight = scales.weight_artist + scales.weight_title
    score = scales.weight_artist * artist + scales.weight_title * title
    if query.year is not None:
        year, word = year_likeness(query.year, group.year, scales)
        why.append(word)
        weight += scales.weight_year
        score += scales.weight_year * year
    score /= weight
    if group.primary_type == "Single" and not query.singles_only and len(query.tracks) != 1:
        score -= scales.penalty_single
    if group.secondary_types and not _says(query.release_title or "", group.secondary_types):
        score -= scales.penalty_secondary
    return max(score, 0.0), why


def _names_alike(wanted: str, known: str) -> float:
    if wanted == known:
        return 1.0
    likeness = (
        max(fuzz.ratio(wanted, known), fuzz.token_sort_ratio(wanted, known), fuzz.ratio(_joined(wanted), _joined(known))) / 100
    )
    if distinguishing(wanted) != distinguishing(known):
        return min(likeness, 0.7)
    # "Bob Marley" and "Bob Marley and the Wailers": every word of one in the other, and more than one word.
    mine, theirs = set(wanted.split()), set(known.split())
    if min(len(mine), len(theirs)) >= 2 and (mine <= theirs or theirs <= mine):
        likeness = max(likeness, 0.85)
    return likeness


def _titles_alike(title: str, known: str, scales: Scales) -> tuple[float, str]:
    wanted, other = fold(title), fold(known)
    if wanted == other:
        return 1.0, "title equal"
    if compact(title) == compact(known):
        return 0.99, "title equal but for spaces"
    wanted_bare, other_bare = bare(title), bare(known)
    if wanted_bare == other_bare:
        return scales.title_without_edition, "title equal without its edition"
    likeness = max(fuzz.ratio(wanted_bare, other_bare), fuzz.token_sort_ratio(wanted_bare, other_bare)) / 100
    if distinguishing(wanted_bare) != distinguishing(other_bare):
        return min(likeness, 0.7), "title differs by a number or kind"
    shorter, longer = sorted((wanted_bare, other_bare), key=len)
    if len(shorter) >= 8 and " " in shorter and f" {shorter} " in f" {longer} " and likeness < scales.title_contained:
        return scales.title_contained, "title contained"
    return min(likeness, scales.title_without_edition), "title spelled alike"


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


_SAYING = {"live": {"live", "unplugged", "concert", "bootleg"}, "remix": {"remix", "remixes", "remixed", "mixes"}}
_COMPILING = {
    "best",
    "greatest",
    "hits",
    "collection",
    "anthology",
    "essential",
    "singles",
    "vol",
    "gold",
    "compilation",
    "sampler",
}


def _says(title: str, secondary: tuple[str, ...]) -> bool:
    words = set(fold(title).split())
    return any(words & _SAYING.get(fold(kind), _COMPILING | {fold(kind)}) for kind in secondary)
