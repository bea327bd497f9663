"""What can be asked for. Every text in it is hostile and may hold anything."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Sort(StrEnum):
    """In which order rows come."""

    RELEVANCE = "relevance"
    """Those whose title or creator is what was asked for, then the others; best seeded first."""
    SEEDERS = "seeders"
    SIZE = "size"
    """Largest first; torrents of unknown size are left out."""
    AGE = "age"
    """Newest observation first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question; what is None is not asked about. Ranges include both ends, None is open."""

    text: str = ""
    """Words as people type them into a search engine: `"a phrase"`, `or`, `-without`."""
    prefix: bool = False
    """Whether the last word may go on, as while somebody types."""

    suggests: bool = True
    """Whether what was perhaps meant is looked up where nothing is found; programs do without."""

    medium: str | None = None
    subcategories: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    """Newznab ids; a parent's id asks for all its children, and unknown ids for nothing."""
    own_class: str | None = None
    """A class of the user's own."""
    years: tuple[int | None, int | None] | None = None
    resolution: str | None = None
    language: str | None = None
    codec: str | None = None
    """Of video or of audio."""
    linked: bool | None = None
    """Whether a MusicBrainz artist is known."""
    confidence: tuple[float | None, float | None] | None = None
    """Of the class."""

    artist: str | None = None
    album: str | None = None
    track: str | None = None
    author: str | None = None
    title: str | None = None
    season: int | None = None
    episode: int | None = None
    air_date: date | None = None

    imdb: str | None = None
    """With or without `tt`."""
    artist_mbid: UUID | None = None
    release_group_mbid: UUID | None = None

    sizes: tuple[int | None, int | None] | None = None
    """Bytes."""
    seen: tuple[datetime | None, datetime | None] | None = None
    """When the torrent was observed last."""
    adult: bool = False
    """Whether adult works are shown, too."""
    sort: Sort = Sort.RELEVANCE
