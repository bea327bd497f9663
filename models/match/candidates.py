"""Which entities a query may mean: equal names first, then parts of a joint credit, then names and titles that are alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.match.index import GroupRecord, Index
from models.match.normalise import artist_parts, fold, split_edition, split_featuring
from models.match.query import Query
from models.match.score import Scales, artist_likeness, title_likeness, total

VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"
"""MusicBrainz's special-purpose artist (https://musicbrainz.org/doc/Style/Unknown_and_untitled/Special_purpose_artist)."""

_VARIOUS = frozenset(
    {"va", "various artists", "various", "various artist", "varios artistas", "varios", "artisti vari", "diverse"}
)
_LIKE_COMPARED = 50


class Found(StrEnum):
    """How an artist was found; the words stand in `why`."""

    NAME = "artist name equal"
    ALIAS = "artist alias equal"
    CREDIT = "artist credit equal"
    PART = "artist one of several named"
    LIKE = "artist spelled alike"
    VARIOUS = "various artists"


@dataclass(frozen=True, slots=True)
class Scored:
    """One artist, alone or with one of its release groups, as an answer to a query."""

    artist: int
    found: Found
    artist_likeness: float
    score: float
    group: GroupRecord | None = None
    title_likeness: float = 0.0
    why: tuple[str, ...] = ()


def is_various(name: str) -> bool:
    """Whether a name stands for several artists that are not named."""
    return fold(name) in _VARIOUS


def tiers(index: Index, query: Query, scales: Scales) -> Iterator[list[Scored]]:
    """Answers, the surest way of finding them first; a caller that is content need not ask for more."""
    name = query.artist or ""
    if is_various(name):
        various = index.artist_of(VARIOUS_ARTISTS)
        yield _scored(index, query, various, Found.VARIOUS, 1.0, scales) if various is not None else []
        return
    seen: set[int] = set()
    main, guest = split_featuring(name)
    for form in dict.fromkeys((name, main)):
        yield from _equal(index, query, form, seen, scales)
    # Joint credits: "A & B" may stand under A alone. A part by itself proves nothing, so it counts only with a title.
    parts = artist_parts(main)
    if query.release_title and (len(parts) > 1 or guest):
        found = [
            number
            for part in (*parts, *artist_parts(guest or ""))
            for number in index.artists_named(part)
            if number not in seen
        ]
        seen.update(found)
        yield [
            each
            for number in dict.fromkeys(found)
            for each in _scored(index, query, number, Found.PART, scales.artist_part, scales)
        ]
    yield _alike(index, query, main, seen, scales)


def _equal(index: Index, query: Query, name: str, seen: set[int], scales: Scales) -> Iterator[list[Scored]]:
    found: list[Scored] = []
    for numbers, how, worth in (
        (index.artists_named(name), Found.NAME, scales.artist_name),
        (index.artists_aliased(name), Found.ALIAS, scales.artist_alias),
        (index.artists_credited(name), Found.CREDIT, scales.artist_credit),
    ):
        for number in numbers:
            if number not in seen:
                seen.add(number)
                found += _scored(index, query, number, how, worth, scales)
    yield found


def _alike(index: Index, query: Query, name: str, seen: set[int], scales: Scales) -> list[Scored]:
    numbers = index.artists_like(name, _LIKE_COMPARED)
    for title in _titles(query):
        for group in index.groups_titled_by_anyone(title):
            numbers += index.group(group).artist_ids
    found: list[Scored] = []
    for number in dict.fromkeys(numbers):
        if number in seen:
            continue
        likeness = min(artist_likeness(name, index.artist(number)), scales.artist_like_cap)
        if likeness >= scales.artist_like_floor:
            found += _scored(index, query, number, Found.LIKE, likeness, scales)
    return found


def _scored(index: Index, query: Query, artist: int, how: Found, likeness: float, scales: Scales) -> list[Scored]:
    title = query.release_title
    if title is None:
        return [] if how is Found.VARIOUS else [Scored(artist, how, likeness, likeness, why=(how.value,))]
    numbers = [number for form in _titles(query) for number in index.groups_titled(form, artist)] or index.groups_of(artist)
    answers = []
    for number in dict.fromkeys(numbers):
        group = index.group(number)
        if query.singles_only and group.primary_type != "Single":
            continue
        alike, word = title_likeness(title, group, scales)
        if alike >= scales.title_floor:
            score, more = total(likeness, query, group, alike, scales)
            answers.append(Scored(artist, how, likeness, score, group, alike, (how.value, word, *more)))
    if not answers and how is not Found.VARIOUS:
        missing = "title is no single of it" if query.singles_only else "title not among its release groups"
        answers.append(Scored(artist, how, likeness, likeness * scales.title_missing, why=(how.value, missing)))
    return answers


def _titles(query: Query) -> tuple[str, ...]:
    title = query.release_title
    return tuple(dict.fromkeys((title, split_edition(title)[0]))) if title else ()
