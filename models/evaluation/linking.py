"""Labelled linking cases, and what the matcher answers to them.

A case is a JSON object a line, in one of these shapes:

* made cases: `artist`, `title`, `year`?, `tracks`?, `artist_mbid`, `release_group_mbid`; an MBID is
  null where none is right;
* albums: `artist`, `title`, `mbid`, `artist_mbid`?;
* outside spellings: `query_artist`, `query_album`, `mbid`, `artist_mbid`?;
* names of several artists: `folded`, `artists`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.evaluation import cases
from models.match.answer import Answer
from models.match.index import Index
from models.match.matcher import Matcher
from models.match.normalise import compact
from models.match.query import Query
from schemas import Match, Subcategory

RECALLED_AT = 50
"""Candidates among which the true release group should be."""


@dataclass(frozen=True, slots=True)
class LinkCase:
    """A query with its truth. An MBID that is None is known to be none, if it is labelled."""

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
    """The true release group was among the first `RECALLED_AT` candidates."""
    spelling: str
    """How the query's spelling compares with the catalogue's: exact, variant, or absent."""

    @property
    def is_artist_right(self) -> bool:
        """Whether an artist was asserted, and the true one."""
        return self.artist_id is not None and self.artist_id in self.truth.artists

    @property
    def is_group_right(self) -> bool:
        """Whether a release group was asserted, and the true one."""
        return self.group_id is not None and self.group_id == self.truth.group

    @property
    def is_wrong(self) -> bool:
        """Whether an artist or a release group was asserted, and is known to be another."""
        is_artist_wrong = (
            self.artist_id is not None and self.case.is_artist_labelled and not self.is_artist_right
        )
        is_group_wrong = (
            self.group_id is not None and self.case.is_group_labelled and not self.is_group_right
        )
        return is_artist_wrong or is_group_wrong

    @property
    def script(self) -> str:
        """`latin`, or `other letters`."""
        is_latin = f"{self.case.query.artist}{self.case.query.title}".isascii()
        return "latin" if is_latin else "other letters"


def read(path: Path) -> list[LinkCase]:
    """The cases of a file, plain or .gz.

    Raises:
        models.evaluation.cases.BadCases: a line is none.
        OSError: the file cannot be read.
    """
    kind = path.name.split(".")[0]
    return list(cases.rows(path, lambda row: case_from(row, kind), "linking case"))


def case_from(row: dict[str, Any], kind: str) -> LinkCase:
    """A case of a row.

    Raises:
        KeyError: it lacks what every case has.
        TypeError: it is no case.
    """
    if "folded" in row:
        query = Query(row["artists"][0]["name"], None, subcategory=Subcategory.COLLECTION)
        return LinkCase(query, None, None, kind, is_homonym=True)
    if "query_artist" in row:
        return LinkCase(
            Query(row["query_artist"], row["query_album"]),
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
    """The truth by ids of the index; merged MBIDs are followed.

    Every artist is right who is credited with the true release group.
    """
    group = index.group_of(case.group_mbid) if case.group_mbid else None
    artist = index.artist_of(case.artist_mbid) if case.artist_mbid else None
    artists = set(index.group(group).artist_ids) if group is not None else set()
    if artist is not None:
        artists.add(artist)
    return Truth(frozenset(artists), group)


def chosen(truth: Truth, candidates: Sequence[Answer]) -> int | None:
    """Which candidate is the true one.

    The one with the true release group; else the true artist alone. Returns None if none is.
    """
    for place, candidate in enumerate(candidates):
        if candidate.group is not None and candidate.group.id == truth.group:
            return place
    for place, candidate in enumerate(candidates):
        if candidate.group is None and candidate.artist in truth.artists:
            return place
    return None


def without_tracks(given: Iterable[LinkCase]) -> list[LinkCase]:
    """The cases with their track lists hidden."""
    return [replace(case, query=replace(case.query, tracks=())) for case in given]


def evaluate(given: Iterable[LinkCase], matcher: Matcher) -> Iterator[Linked]:
    """Answer the cases."""
    index = matcher.index
    for case in given:
        truth = truth_of(case, index)
        match = matcher.match([case.query])[0]
        yield Linked(
            case=case,
            truth=truth,
            match=match,
            artist_id=index.artist_of(match.artist_mbid) if match.artist_mbid else None,
            group_id=index.group_of(match.release_group_mbid) if match.release_group_mbid else None,
            recalled=_is_recalled(case, truth, matcher),
            spelling=_spelling(case, truth, index),
        )


def _is_recalled(case: LinkCase, truth: Truth, matcher: Matcher) -> bool:
    if truth.group is None:
        return False
    first = matcher.candidates(case.query, RECALLED_AT)
    return any(answer.group is not None and answer.group.id == truth.group for answer in first)


def _spelling(case: LinkCase, truth: Truth, index: Index) -> str:
    if truth.group is None:
        return "absent"
    names = {compact(index.artist(artist).name) for artist in truth.artists}
    is_name_equal = compact(case.query.artist or "") in names
    title = index.group(truth.group).title
    is_title_equal = compact(case.query.title or "") == compact(title)
    return "exact" if is_name_equal and is_title_equal else "variant"
