"""The match stage's result, which links music to MusicBrainz: `torrents.linked`."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.base import Confidence, Contract, Hash, Mbid, Text, Year
from schemas.result import Result, Stage


class LinkStatus(StrEnum):
    """How sure the link is. Only exact, high and medium assert an MBID."""

    EXACT = "exact"
    HIGH = "high"
    MEDIUM = "medium"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Candidate(Contract):
    """One entity that was considered, with its score in [0, 1]."""

    artist_mbid: Mbid
    artist: Text
    release_group_mbid: Mbid | None = None
    title: Text | None = None
    year: Year | None = None
    score: Confidence


class Match(Contract):
    """What the matcher says of an artist, title, year and tracks, whichever torrent they are of."""

    status: LinkStatus
    artist_mbid: Mbid | None = None
    artist: Text | None = None
    release_group_mbid: Mbid | None = None
    title: Text | None = None
    score: Confidence = 0.0
    margin: Confidence = 0.0
    """Score minus the runner-up's; 0 when two entities fit equally well."""
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=10)] = ()
    why: Annotated[tuple[Text, ...], Field(max_length=16)] = ()


class Link(Result):
    """A music torrent's link. `none` is published too, to retract an earlier one. Key: infohash."""

    stage: ClassVar[Stage] = Stage.MATCH

    extraction_id: Hash
    """`result_id` of the extraction that was matched. With a newer one the link is not shown."""
    match: Match
