"""Labelled linking cases, and what the matcher made of them.

Shapes read, a JSON object a line: made cases (`artist`, `title`, `year`?, `tracks`?, `artist_mbid`,
`release_group_mbid`, null where none is right), albums (`artist`, `title`, `mbid`), outside
spellings (`query_artist`, `query_album`, `mbid`, `artist_mbid`), and names of several artists
(`folded`, `artists`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.evaluation import cases
from models.match.evidence import Scored
from models.match.index import Index
from models.match.matcher import Matcher
from models.match.normalise import compact
from models.match.query import Query
from schemas import Match, Subcategory


@dataclass(frozen=True, slots=True)
class LinkCase:
    """A query with its truth; an MBID that is None is known to be none, unless it is not
    `labelled`.
    """

    query: Query
    artist_mbid: str | None
    group_mbid: str | None
    kind: str
    is_artist_labelled: bool = True
    is_group_labelled: bool = True
    is_homonym: bool = False
    """The name is that of several artists and nothing else is known: nothing may be asserted."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of a case in the index at hand: ids, none when it is not there."""

    artists: frozenset[int]
    group: int | None


@dataclass(frozen=True, slots=True)
class Linked:
    """A case, what is true of it in the index, and the answer."""

    case: LinkCase
    truth: Truth
    match: Match
    artist_id: int | None
    group_id: int | None
    recalled: bool
    """The true release group (or artist, where none is true) was among the first 50 candidates."""
    spelling: str
    """exact, variant, or absent."""

    @property
    def is_artist_right(self) -> bool:
        return self.artist_id is not None and self.artist_id in self.truth.artists

    @property
    def is_group_right(self) -> bool:
        return self.group_id is not None and self.group_id == self.truth.group

    @property
    def script(self) -> str:
        return (
            "latin"
            if f"{self.case.query.artist}{self.case.query.title}".isascii()
            else "other letters"
        )


RECALLED_AT = 50


def read(path: Path) -> list[LinkCase]:
    """The cases of a file, plain or .gz.

    Raises:
        models.evaluation.cases.BadCases: a line is none.
        OSError
    """
    kind = path.name.split(".")[0]
    return list(cases.rows(path, lambda row: case_from(row, kind), "linking case"))


def case_from(row: dict[str, Any], kind: str) -> LinkCase:
    """A case of a row.

    Raises:
        KeyError, TypeError: it is none.
    """
    if "folded" in row:
        query = Query(row["artists"][0]["name"], None, subcategory=Subcategory.COLLECTION)
        return LinkCase(query, None, None, kind, is_homonym=True)
    if "query_artist" in row:
        query = Query(row["query_artist"], row["query_album"])
        return LinkCase(
            query,
            row.get("artist_mbid"),
            row["mbid"],
            kind,
            is_artist_labelled="artist_mbid" in row,
        )
    query = Query(row["artist"], row["title"], row.get("year"), tuple(row.get("tracks") or ()))
    if "release_group_mbid" in row:
        return LinkCase(query, row["artist_mbid"], row["release_group_mbid"], row.get("kind", kind))
    return LinkCase(
        query,
        row.get("artist_mbid"),
        row.get("mbid"),
        kind,
        is_artist_labelled="artist_mbid" in row or "mbid" in row,
        is_group_labelled="mbid" in row,
    )


def truth_of(case: LinkCase, index: Index) -> Truth:
    """The truth by ids of the index; merged MBIDs are followed. An artist is right who is credited
    with the true group.
    """
    group = index.group_of(case.group_mbid) if case.group_mbid else None
    artist = index.artist_of(case.artist_mbid) if case.artist_mbid else None
    credited = index.group(group).artist_ids if group is not None else ()
    return Truth(frozenset({artist, *credited} - {None}), group)  # type: ignore[arg-type]


def chosen(truth: Truth, candidates: Sequence[Scored]) -> int | None:
    """Which candidate is the true one: with the true release group; else the true artist alone;
    None when none is.
    """
    for at, each in enumerate(candidates):
        if each.group is not None and each.group.id == truth.group:
            return at
    return next(
        (
            at
            for at, each in enumerate(candidates)
            if each.group is None and each.artist in truth.artists
        ),
        None,
    )


def evaluate(
    given: Iterable[LinkCase], matcher: Matcher, *, without_tracks: bool = False
) -> Iterator[Linked]:
    """Answer the cases."""
    index = matcher.index
    for case in given:
        if without_tracks:
            case = replace(case, query=replace(case.query, tracks=()))
        truth, match = truth_of(case, index), matcher.match([case.query])[0]
        artist = index.artist_of(match.artist_mbid) if match.artist_mbid else None
        group = index.group_of(match.release_group_mbid) if match.release_group_mbid else None
        first = matcher.candidates(case.query, RECALLED_AT) if truth.group is not None else []
        recalled = any(each.group is not None and each.group.id == truth.group for each in first)
        yield Linked(case, truth, match, artist, group, recalled, _spelling(case, truth, index))


def _spelling(case: LinkCase, truth: Truth, index: Index) -> str:
    if truth.group is None:
        return "absent"
    names = {compact(index.artist(number).name) for number in truth.artists}
    title = index.group(truth.group).title
    is_exact = compact(case.query.artist or "") in names and compact(
        case.query.title or ""
    ) == compact(title)
    return "exact" if is_exact else "variant"
