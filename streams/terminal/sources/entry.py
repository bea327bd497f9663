"""What is kept in memory of each torrent of a file: enough to search it, and where its lines are.

The rest is read again when it is shown, so that a file of a million lines fits.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.postgres.search.words import folded
from schemas import Classification, Extraction, Link, Method, Torrent, uniform
from schemas.base import Contract
from streams.terminal.sources.lines import LONG_AGO, Answer, Said

Place = int
"""The file, the offset of the line in it, and the number in the line's array, in one number."""

_NUMBER_BITS = 24
_OFFSET_BITS = 60

_TOKEN = re.compile(r"\w+")
_METHODS = list(Method)
_TORRENT, _CLASS, _RECORD, _LINK = "torrent", "class", "record", "link"
_NEVER: tuple[Any, ...] = ()


def tokens(text: str) -> str:
    """The words of a text between blanks, so that ` low tide ` is found in it by `in`."""
    return f" {' '.join(_TOKEN.findall(folded(text).casefold()))} "


def place_of(file: int, offset: int, number: int) -> Place:
    """Where something is said."""
    return (file << _OFFSET_BITS | offset) << _NUMBER_BITS | number


def place_in(place: Place) -> tuple[int, int, int]:
    """The file, the offset and the number of a place."""
    line, number = place >> _NUMBER_BITS, place & ((1 << _NUMBER_BITS) - 1)
    return line >> _OFFSET_BITS, line & ((1 << _OFFSET_BITS) - 1), number


@dataclass(slots=True)
class Entry:
    """One torrent of the files."""

    identifier: str
    """The infohash; `line-N` where the line has none."""
    words: str = " "
    title: str = " "
    creator: str = " "
    medium: str = "other"
    subcategory: str = "other"
    own_class: str | None = None
    nsfw: bool = False
    confidence: float = 0.0
    year: int | None = None
    resolution: str | None = None
    codecs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    season: int | None = None
    seasons: tuple[int, int] | None = None
    episodes: tuple[int, int] | None = None
    air_date: str | None = None
    size: int | None = None
    seeders: int | None = None
    observed_at: datetime = LONG_AGO
    imdb: str | None = None
    extraction_id: str | None = None
    matched_id: str | None = None
    """The extraction that the link is of."""
    link: str | None = None
    artist_mbid: str | None = None
    release_group_mbid: str | None = None
    places: list[Place] = field(default_factory=list)
    _ranks: dict[str, tuple[Any, ...]] | None = None

    @property
    def is_linked(self) -> bool:
        """Whether a MusicBrainz artist is known; the link of an older extraction is none."""
        return self.link in ("exact", "high", "medium") and self.matched_id == self.extraction_id

    def take(self, said: Said, place: Place) -> None:
        """Take what a line says, where nothing newer or better is known."""
        self.places.append(place)
        if isinstance(said, Torrent):
            self._take_torrent(said)
        elif isinstance(said, Classification):
            self._take_torrent(said.torrent)
            self._take_class(said)
        elif isinstance(said, Extraction):
            self._take_record(said)
        elif isinstance(said, Link):
            self._take_link(said)
        else:
            self._take_answer(said)

    def _is_better(self, kind: str, rank: tuple[Any, ...]) -> bool:
        if self._ranks is None:
            self._ranks = {}
        if rank < self._ranks.get(kind, _NEVER):
            return False
        self._ranks[kind] = rank
        return True

    def settle(self) -> None:
        """Forget what only matters while lines are read."""
        self._ranks = None

    def _take_torrent(self, torrent: Torrent) -> None:
        if not self._is_better(_TORRENT, (torrent.observed_at,)):
            return
        self.words = tokens(torrent.name)
        self.size = torrent.size if torrent.size is not None else self.size
        if torrent.swarm is not None and torrent.swarm.seeders is not None:
            self.seeders = torrent.swarm.seeders
        self.observed_at = torrent.observed_at
        if torrent.hints is not None:
            self.imdb = torrent.hints.imdb

    def _take_class(self, result: Classification) -> None:
        if self._is_better(_CLASS, rank_of(result)):
            self.medium = sys.intern(result.verdict.medium.value)
            self.subcategory = sys.intern(result.verdict.subcategory.value)
            self.own_class = result.verdict.own_class
            self.nsfw = result.verdict.nsfw
            self.confidence = result.verdict.confidence

    def _take_record(self, result: Extraction) -> None:
        if self._is_better(_RECORD, rank_of(result)):
            self.extraction_id = result.result_id
            metadata = dumped(result.metadata)
            told = uniform(result.metadata)
            self._describe(told.title, told.creator, told.year)
            self._detail(metadata, dumped(result.technical))

    def _take_link(self, result: Link) -> None:
        if self._is_better(_LINK, rank_of(result)):
            self.matched_id = result.extraction_id
            self.link = result.match.status.value
            self.artist_mbid = _text(result.match.artist_mbid)
            self.release_group_mbid = _text(result.match.release_group_mbid)

    def _take_answer(self, answer: Answer) -> None:
        if not self._is_better(_CLASS, (answer.seen_at,)):
            return
        metadata = answer.metadata
        title = answer.title or _text(metadata.get("title"))
        self.words = tokens(answer.name or title or "")
        self.medium = sys.intern(answer.medium.value)
        self.subcategory = sys.intern(answer.subcategory.value)
        self.own_class = answer.own_class
        self.nsfw = answer.nsfw
        self.confidence = answer.confidence
        self.size = answer.size
        self.seeders = answer.seeders
        self.observed_at = answer.seen_at
        self._describe(
            title,
            answer.creator or _text(metadata.get("artist") or metadata.get("author")),
            answer.year or _integer(metadata.get("year")),
        )
        self._detail(metadata, answer.technical)

    def _describe(self, title: str | None, creator: str | None, year: int | None) -> None:
        self.title = tokens(title or "")
        self.creator = tokens(creator or "")
        self.year = year

    def _detail(self, metadata: Mapping[str, Any], technical: Mapping[str, Any]) -> None:
        self.resolution = _text(technical.get("resolution"))
        codecs = (_text(technical.get(name)) for name in ("codec", "audio_codec"))
        self.codecs = tuple(codec for codec in codecs if codec)
        self.languages = tuple(_texts(technical.get("languages")))
        self.season = _integer(metadata.get("season_number"))
        self.seasons = _pair(metadata.get("first_season"), metadata.get("last_season"))
        first = metadata.get("episode_number")
        self.episodes = _pair(first, metadata.get("last_episode_number") or first)
        self.air_date = _text(metadata.get("air_date"))


def rank_of(result: Classification | Extraction | Link) -> tuple[Any, ...]:
    """By which of several results the current one is chosen, the highest."""
    reference = result.reference_date
    return (
        result.observed_at,
        reference.isoformat() if reference else "",
        _METHODS.index(result.method),
        result.revision,
    )


def dumped(contract: Contract) -> dict[str, Any]:
    """A contract as JSON has it, without what is unknown."""
    told: dict[str, Any] = contract.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in told.items() if value not in ([], ())}


def _text(value: object) -> str | None:
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def _texts(value: object) -> Iterable[str]:
    return (str(item) for item in value) if isinstance(value, list) else ()


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _pair(first: object, last: object) -> tuple[int, int] | None:
    low, high = _integer(first), _integer(last)
    return None if low is None or high is None else (low, high)
