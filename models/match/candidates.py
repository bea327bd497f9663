"""Which entities a query may mean: equal names first, then parts of a joint credit, then names and
titles that are alike.
"""

import math
from collections.abc import Iterable, Iterator

from models.match.evidence import (
    ARTIST_FLOOR,
    SHARED,
    TITLE_FLOOR,
    TRACKED_FLOOR,
    Asked,
    Evidence,
    Found,
    Scored,
    artist_likeness,
    kind_evidence,
    titles_alike,
    track_evidence,
    year_evidence,
)
from models.match.index import GROUPS_COMPARED, HITS, GroupRecord, Index
from models.match.normalise import artist_parts, is_various

VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"
"""MusicBrainz's special-purpose artist
(https://musicbrainz.org/doc/Style/Unknown_and_untitled/Special_purpose_artist).
"""

SHARING = 50
"""Release groups taken from shared words: recall at this many was measured (README)."""

COMMON = 100
"""A title of more release groups than this names none of them: of those only what shares a word of
the artist, or is by an artist spelled nearly so, is looked at.
"""

_FOUND_EVIDENCE = {
    Found.ALIAS: "artist_alias",
    Found.CREDIT: "artist_credit",
    Found.PART: "artist_part",
}


def tiers(index: Index, asked: Asked) -> Iterator[list[Scored]]:
    """Answers, the surest way of finding them first; a caller that is content need not ask for
    more.
    """
    if is_various(asked.name):
        various = index.artist_of(VARIOUS_ARTISTS)
        yield (
            list(_of_artist(index, asked, various, Found.VARIOUS, _titled(index, asked, various)))
            if various is not None
            else []
        )
        return
    seen: set[int] = set()
    for form in dict.fromkeys((asked.name, asked.main)):
        yield list(_equal(index, asked, form, seen))
    # Joint credits: "A & B" may stand under A alone. A part by itself proves nothing, so it counts
    # only with a title.
    if asked.title and (len(asked.parts) > 1 or asked.guest):
        parts = (*asked.parts, *artist_parts(asked.guest or ""))
        found = dict.fromkeys(
            number for part in parts for number in index.artists_named(part) if number not in seen
        )
        seen.update(found)
        yield [
            each
            for number in found
            for each in _of_artist(index, asked, number, Found.PART, _titled(index, asked, number))
        ]
    yield list(_alike(index, asked, seen))


def _equal(index: Index, asked: Asked, name: str, seen: set[int]) -> Iterator[Scored]:
    found: dict[int, Found] = {}
    for numbers, how in (
        (index.artists_named(name), Found.NAME),
        (index.artists_aliased(name), Found.ALIAS),
        (index.artists_credited(name), Found.CREDIT),
    ):
        for number in numbers:
            if number not in seen:
                found.setdefault(number, how)
    seen.update(found)
    titled = {number: _titled(index, asked, number) for number in found}
    # Where one artist of the name has the very title, what the others have that is like it would
    # change nothing.
    is_settled = any(titled.values())
    for number, how in found.items():
        yield from _of_artist(index, asked, number, how, titled[number], equal_only=is_settled)


def _titled(index: Index, asked: Asked, artist: int) -> list[int]:
    return [number for form in asked.titles for number in index.groups_titled(form, artist)]


def _of_artist(
    index: Index,
    asked: Asked,
    artist: int,
    how: Found,
    equal: list[int],
    *,
    equal_only: bool = False,
) -> Iterator[Scored]:
    """The artist with each of its release groups that may be meant, and alone."""
    basis = {_FOUND_EVIDENCE[how]: 1.0} if how in _FOUND_EVIDENCE else {}
    if asked.title is None:
        if how is not Found.VARIOUS:
            yield Scored(artist, how, Evidence(**basis, title_none=1.0), why=(how.value,))
        return
    numbers = [
        *equal,
        *(
            number
            for number in index.groups_with_tracks(asked.tracks)
            if _is_by(index, number, artist)
        ),
    ]
    if equal or not equal_only:
        numbers += index.groups_of(artist) or ([] if equal else _sharing(index, asked, artist))
    fits = [
        each
        for number in dict.fromkeys(numbers)
        if (each := _with_group(index, asked, artist, number, how, basis))
    ]
    yield from fits
    if how not in (Found.VARIOUS, Found.PART):
        missing = (
            "no single of that title"
            if asked.query.singles_only
            else "title not among its release groups"
        )
        yield Scored(artist, how, Evidence(**basis, title_missing=1.0), why=(how.value, missing))


def _sharing(index: Index, asked: Asked, artist: int) -> list[int]:
    """Release groups of an artist who has too many to compare."""
    found: list[int] = []
    for name in dict.fromkeys((asked.name, index.artist(artist).name)):
        if name not in asked.sharing:
            by_artist = asked.sharing[name] = {}
            for number in (
                each for form in asked.titles for each in index.groups_sharing(name, form, HITS)
            ):
                for maker in index.group(number).artist_ids:
                    by_artist.setdefault(maker, []).append(number)
        found += asked.sharing[name].get(artist, ())
    return list(dict.fromkeys(found))[:GROUPS_COMPARED]


def _is_by(index: Index, group: int, artist: int) -> bool:
    return artist in index.group(group).artist_ids


def _alike(index: Index, asked: Asked, seen: set[int]) -> Iterator[Scored]:
    """Artists of another spelling, each only with release groups whose title fits; alone when no
    title is asked for.
    """
    near = [number for number in index.artists_near(asked.main) if number not in seen]
    if asked.title is None:
        for number, likeness in _likely(index, asked, near):
            yield Scored(
                number,
                Found.LIKE,
                Evidence(**_unlike(likeness), title_none=1.0),
                why=(Found.LIKE.value,),
            )
        return
    groups: list[int] = []
    common: dict[int, int] = {}
    for form in asked.titles:
        titled = index.groups_titled_by_anyone(form)
        common.update(dict.fromkeys(titled, len(titled)))
        groups += titled if len(titled) <= COMMON else []
    for form in asked.titles:
        groups += index.groups_sharing(asked.name, form, SHARING)
    for number, _ in _likely(index, asked, near):
        groups += index.groups_of(number) or _sharing(index, asked, number)
    groups += index.groups_with_tracks(asked.tracks)
    likely: dict[int, float] = {}
    for number in dict.fromkeys(groups):
        for artist in index.group(number).artist_ids:
            if artist in seen:
                continue
            if artist not in likely:
                likely[artist] = artist_likeness(asked.main, index.artist(artist))
            if likely[artist] >= TRACKED_FLOOR:
                basis = {**_unlike(likely[artist]), "common": math.log10(common.get(number, 1))}
                if (
                    scored := _with_group(index, asked, artist, number, Found.LIKE, basis)
                ) is not None:
                    yield scored


def _likely(index: Index, asked: Asked, numbers: Iterable[int]) -> list[tuple[int, float]]:
    scored = [(number, artist_likeness(asked.main, index.artist(number))) for number in numbers]
    return [
        each
        for each in sorted(scored, key=lambda each: (-each[1], each[0]))[:SHARING]
        if each[1] >= ARTIST_FLOOR
    ]


def _unlike(likeness: float) -> dict[str, float]:
    return {"artist_like": 1.0, "artist_unlike": 1.0 - likeness}


def _with_group(
    index: Index, asked: Asked, artist: int, number: int, how: Found, basis: dict[str, float]
) -> Scored | None:
    group: GroupRecord = index.group(number)
    if asked.query.singles_only and group.primary_type != "Single":
        return None
    likeness, title, word = titles_alike(asked, group)
    if likeness < TRACKED_FLOOR:
        return None
    tracks, tracks_word = track_evidence(asked, index, group)
    is_doubtful = likeness < TITLE_FLOOR or basis.get("artist_unlike", 0.0) > 1 - ARTIST_FLOOR
    if is_doubtful and tracks.get("tracks_shared", 0.0) < SHARED:
        return None
    year, year_word = year_evidence(asked, group)
    both = (
        {"both_like": 1.0}
        if how is Found.LIKE and title.keys() & {"title_like", "title_contained"}
        else {}
    )
    evidence = Evidence(
        **basis, **title, **both, **year, **tracks, **kind_evidence(asked.query, group)
    )
    why = tuple(each for each in (how.value, word, year_word, tracks_word) if each)
    return Scored(artist, how, evidence, group, why)
