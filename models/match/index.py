"""The on-disk index that the matcher reads: memory-mapped records, sorted keys, hashed tracks."""

import mmap
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from models.match import spaces
from models.match.errors import IndexDamaged, IndexMissing
from models.match.keys import ASKED, deletions, key_hash, pairs
from models.match.normalise import compact
from models.match.spaces import Space
from models.match.version import AGAIN, VERSIONS, read_current, read_meta

HITS = 300
"""Entities read under one key.

"Greatest Hits" has thousands of release groups, and a word pair that common tells nothing.
"""
GROUPS_COMPARED = 150
"""Release groups of one artist that are compared one by one.

Of an artist with more, those that share a word of the title.
"""


class EntryKind(StrEnum):
    """What a line of `records.jsonl` is; its first value."""

    ARTIST = "a"
    GROUP = "r"
    REDIRECT = "x"


@dataclass(frozen=True, slots=True)
class ArtistRecord:
    """An artist as indexed."""

    id: int
    mbid: str
    name: str
    aliases: tuple[str, ...]
    sort_name: str | None
    disambiguation: str | None
    type: str | None
    country: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it but the first: aliases, then the sort name."""
        if self.sort_name and self.sort_name != self.name:
            return (*self.aliases, self.sort_name)
        return self.aliases


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A release group as indexed."""

    id: int
    mbid: str
    title: str
    aliases: tuple[str, ...]
    credit: str
    artist_ids: tuple[int, ...]
    """Ids of this index, in the order of the credit."""
    year: int | None
    primary_type: str | None
    secondary_types: tuple[str, ...]
    disambiguation: str | None


@dataclass(frozen=True, slots=True)
class RedirectRecord:
    """A merged MBID, and the one that stands for it."""

    old: str
    new: str


Entry = ArtistRecord | GroupRecord | RedirectRecord


class Index:
    """One version of the index, open for look-ups. Immutable: a newer version is another `Index`.

    Numbers of artists and release groups ("ids") are those of their lines in this version.
    """

    def __init__(self, folder: Path, version: str) -> None:
        """Open a version.

        Raises:
            IndexDamaged: a file is missing or of another format.
        """
        self.meta = read_meta(folder, version)
        self._path = folder / VERSIONS / version
        try:
            self._open()
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged(f"{self._path}: {error}; {AGAIN}") from error
        self.artist = lru_cache(maxsize=65_536)(self._artist)
        self.group = lru_cache(maxsize=65_536)(self._group)
        self.tracks_of = lru_cache(maxsize=16_384)(self._tracks_of)

    def _open(self) -> None:
        self._records = self._map("records.jsonl")
        self._offsets = self._map("offsets.u64").cast("Q")
        self._keys = {file: self._map(f"{file}.u64").cast("Q") for file in spaces.FILES}
        self._ids = {file: self._map(f"{file}.u32").cast("I") for file in spaces.FILES}
        self._group_artists = self._map("group_artists.u32").cast("I")
        self._group_ids = self._map("group_ids.u32").cast("I")
        self._tracked = self._map("tracked.u32").cast("I")
        self._track_starts = self._map("track_starts.u64").cast("Q")
        self._tracks = self._map("tracks.u32").cast("I")
        self._filed_hashes = self._map("filed_hashes.u32").cast("I")
        self._filed_groups = self._map("filed_groups.u32").cast("I")

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Open the current version in a folder.

        Raises:
            IndexMissing: there is none.
            IndexDamaged: it cannot be read.
        """
        version = read_current(folder)
        if version is None:
            raise IndexMissing(
                f"no MusicBrainz index in {folder}; make one: "
                "python -m streams.musicbrainz import ARTIST_DUMP RELEASE_GROUP_DUMP"
            )
        return cls(folder, version)

    def artists_named(self, name: str) -> list[int]:
        """Ids of the artists of exactly this folded name."""
        return self._find(spaces.NAME, compact(name))

    def artists_aliased(self, name: str) -> list[int]:
        """Ids of the artists with this alias or sort name."""
        return self._find(spaces.ALIAS, compact(name))

    def artists_credited(self, name: str) -> list[int]:
        """Ids of artists credited under this name, and the first ones of such a joint credit."""
        return self._find(spaces.CREDIT, compact(name))

    def artist_of(self, mbid: str) -> int | None:
        """Id of the artist of an MBID, or of the one that it was merged into. None if unknown."""
        return next(iter(self._find(spaces.ARTIST_MBID, mbid.lower())), None)

    def group_of(self, mbid: str) -> int | None:
        """Id of the release group of an MBID, likewise."""
        return next(iter(self._find(spaces.GROUP_MBID, mbid.lower())), None)

    def artists_near(self, name: str) -> list[int]:
        """Ids of artists with a name or alias that is one letter more, less, or other."""
        key = compact(name)
        artists = self._find(spaces.ONE_LETTER_OFF, key)
        for shorter in deletions(key):
            artists += self._find(spaces.ONE_LETTER_OFF, shorter)
            artists += self._find(spaces.NAME, shorter)
            artists += self._find(spaces.ALIAS, shorter)
        return list(dict.fromkeys(artists))

    def groups_titled(self, title: str, artist: int) -> list[int]:
        """Ids of an artist's release groups of exactly this folded title, whatever the edition."""
        return self._find(spaces.TITLE_OF_ARTIST, compact(title), artist)

    def groups_titled_by_anyone(self, title: str) -> list[int]:
        """Ids of release groups of this title, at most `HITS`."""
        return self._find(spaces.TITLE, compact(title))

    def groups_sharing(self, artist: str, title: str, limit: int) -> list[int]:
        """Ids of release groups that share words with an artist's name and with a title.

        Those that share the most pairs of such words come first.
        """
        keys = dict.fromkeys(pairs(artist, title, wide=True))
        hits = Counter(group for key in keys for group in self._find(spaces.WORD_PAIR, key))
        return [group for group, _ in hits.most_common(limit)]

    def groups_with_tracks(self, hashes: Iterable[int]) -> list[int]:
        """Ids of release groups that are filed under one of the smallest of these track hashes."""
        keys = self._filed_hashes
        groups: dict[int, None] = {}
        for smallest in sorted(hashes)[:ASKED]:
            start = bisect_left(keys, smallest)
            stop = bisect_left(keys, smallest + 1, start, min(start + HITS, len(keys)))
            groups.update(dict.fromkeys(self._filed_groups[start:stop]))
        return list(groups)

    def groups_of(self, artist: int) -> list[int]:
        """Ids of the release groups credited to an artist; none if over `GROUPS_COMPARED`."""
        start = bisect_left(self._group_artists, artist)
        stop = bisect_left(self._group_artists, artist + 1, start)
        return self._group_ids[start:stop].tolist() if stop - start <= GROUPS_COMPARED else []

    def records(self) -> Iterator[Entry]:
        """Every record, in the order in which they were built."""
        for number in range(len(self._offsets) - 1):
            raw = self._raw(number)
            if raw[0] == EntryKind.REDIRECT:
                yield RedirectRecord(raw[1], raw[2])
            elif raw[0] == EntryKind.ARTIST:
                yield _as_artist(number, raw)
            else:
                yield _as_group(number, raw)

    def _find(self, space: Space, key: str, artist: int | None = None) -> list[int]:
        keys = self._keys[space.file]
        wanted = key_hash(space, key, artist)
        start = bisect_left(keys, wanted)
        stop = start
        last = min(len(keys), start + HITS)
        while stop < last and keys[stop] == wanted:
            stop += 1
        return self._ids[space.file][start:stop].tolist()

    def _tracks_of(self, group: int) -> tuple[int, ...]:
        """Hashes of a release group's tracks (`keys.shingles`); empty when they are not known."""
        place = bisect_left(self._tracked, group)
        if place == len(self._tracked) or self._tracked[place] != group:
            return ()
        return tuple(self._tracks[self._track_starts[place] : self._track_starts[place + 1]])

    def _raw(self, number: int) -> list[Any]:
        line = self._records[self._offsets[number] : self._offsets[number + 1]]
        raw: list[Any] = orjson.loads(line)
        return raw

    def _artist(self, number: int) -> ArtistRecord:
        return _as_artist(number, self._raw(number))

    def _group(self, number: int) -> GroupRecord:
        return _as_group(number, self._raw(number))

    def _map(self, name: str) -> memoryview:
        path = self._path / name
        if path.stat().st_size == 0:
            return memoryview(b"")
        with path.open("rb") as stream:
            return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def _as_artist(number: int, raw: list[Any]) -> ArtistRecord:
    _, mbid, name, aliases, sort_name, disambiguation, kind, country = raw
    return ArtistRecord(
        id=number,
        mbid=mbid,
        name=name,
        aliases=tuple(aliases),
        sort_name=sort_name,
        disambiguation=disambiguation,
        type=kind,
        country=country,
    )


def _as_group(number: int, raw: list[Any]) -> GroupRecord:
    _, mbid, title, aliases, credit, artists, year, primary, secondary, disambiguation = raw
    return GroupRecord(
        id=number,
        mbid=mbid,
        title=title,
        aliases=tuple(aliases),
        credit=credit,
        artist_ids=tuple(artists),
        year=year,
        primary_type=primary,
        secondary_types=tuple(secondary),
        disambiguation=disambiguation,
    )
