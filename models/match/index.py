"""The on-disk index that the matcher reads: memory-mapped records, sorted keys and hashed tracks.

A folder holds `versions/<version>/` and the file `current`, which names the version in use. A
version is written whole before `current` is replaced by a rename, so a reader sees the old one or
the new one, never half of one.
"""

import mmap
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from models.match.errors import IndexDamaged, IndexMissing
from models.match.keys import ASKED, deletions, key_hash, pairs
from models.match.normalise import compact

FORMAT = 3
"""Raised when the layout changes, or `fold` does: the keys are folded names."""

CURRENT = "current"
VERSIONS = "versions"
META = "meta.json"

SPACES = {
    "n": "names",
    "l": "names",
    "c": "names",
    "m": "names",
    "g": "names",
    "T": "titles",
    "t": "titles",
    "p": "pairs",
    "d": "near",
}
"""Which file holds the keys of a space: name, alias, credit, MBIDs; title by anyone, of an artist;
word pair; a letter off.
"""

HITS = 300
"""Entities read under one key: "Greatest Hits" has thousands of release groups, a word pair that
common tells nothing.
"""
GROUPS_COMPARED = 150
"""Release groups of one artist that are compared one by one; of an artist with more, those that
share a word of the title.
"""


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
        return (
            (*self.aliases, self.sort_name)
            if self.sort_name and self.sort_name != self.name
            else self.aliases
        )


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A release group as indexed. `artist_ids` are ids of this index, in the order of the credit."""

    id: int
    mbid: str
    title: str
    aliases: tuple[str, ...]
    credit: str
    artist_ids: tuple[int, ...]
    year: int | None
    primary_type: str | None
    secondary_types: tuple[str, ...]
    disambiguation: str | None


@dataclass(frozen=True, slots=True)
class RedirectRecord:
    """A merged MBID, and the one that stands for it."""

    old: str
    new: str


Record = ArtistRecord | GroupRecord | RedirectRecord


@dataclass(frozen=True, slots=True)
class Meta:
    """What `meta.json` says of a version."""

    format: int
    byteorder: str
    version: str
    dump_date: date
    artists: int
    release_groups: int
    stubs: int
    """Artists known only from credits, part of `artists`."""
    tracked: int = 0
    """Release groups whose tracks are known."""
    redirects: int = 0


def read_current(folder: Path) -> str | None:
    """The version that `current` names, if any."""
    try:
        return (folder / CURRENT).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def read_meta(folder: Path, version: str) -> Meta:
    """What a version says of itself.

    Raises:
        IndexDamaged: it is incomplete or of another format.
    """
    path = folder / VERSIONS / version / META
    try:
        raw = orjson.loads(path.read_bytes())
        meta = Meta(**{**raw, "dump_date": date.fromisoformat(raw["dump_date"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(
            f"{path}: {error}; run `python -m streams.musicbrainz import` again"
        ) from error
    if meta.format != FORMAT or meta.byteorder != sys.byteorder:
        raise IndexDamaged(
            f"{path}: written by another version or machine (format {meta.format}, this is {FORMAT}); "
            "run `python -m streams.musicbrainz import` again"
        )
    return meta


class Index:
    """One version of the index, open for look-ups. Immutable: a newer version is another `Index`."""

    def __init__(self, folder: Path, version: str) -> None:
        """Open a version.

        Raises:
            IndexDamaged: a file is missing or of another format.
        """
        self.meta = read_meta(folder, version)
        self._path = folder / VERSIONS / version
        try:
            self._records = self._map("records.jsonl")
            self._offsets = self._map("offsets.u64").cast("Q")
            self._keys = {
                name: self._map(f"{name}.u64").cast("Q") for name in dict.fromkeys(SPACES.values())
            }
            self._ids = {name: self._map(f"{name}.u32").cast("I") for name in self._keys}
            self._group_keys = self._map("group_artists.u32").cast("I")
            self._group_ids = self._map("group_ids.u32").cast("I")
            self._tracked = self._map("tracked.u32").cast("I")
            self._track_starts = self._map("track_starts.u64").cast("Q")
            self._tracks = self._map("tracks.u32").cast("I")
            self._filed_hashes = self._map("filed_hashes.u32").cast("I")
            self._filed_groups = self._map("filed_groups.u32").cast("I")
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged(
                f"{self._path}: {error}; run `python -m streams.musicbrainz import` again"
            ) from error
        self.artist = lru_cache(maxsize=65_536)(self._artist)
        self.group = lru_cache(maxsize=65_536)(self._group)
        self.tracks_of = lru_cache(maxsize=16_384)(self._tracks_of)

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
        return self._find("n", compact(name))

    def artists_aliased(self, name: str) -> list[int]:
        """Ids of the artists with this alias or sort name."""
        return self._find("l", compact(name))

    def artists_credited(self, name: str) -> list[int]:
        """Ids of the first artists of credits of this text ("A feat. B"), or credited under this
        name.
        """
        return self._find("c", compact(name))

    def artist_of(self, mbid: str) -> int | None:
        """Id of the artist of an MBID; of the one that it was merged into, if it was."""
        return next(iter(self._find("m", mbid.lower())), None)

    def group_of(self, mbid: str) -> int | None:
        """Id of the release group of an MBID, likewise."""
        return next(iter(self._find("g", mbid.lower())), None)

    def artists_near(self, name: str) -> list[int]:
        """Ids of artists with a name or alias that is one letter more, less, or other than this
        one.
        """
        key = compact(name)
        shorter = deletions(key)
        found = self._find("d", key)
        for one in shorter:
            found += self._find("d", one)
            found += self._find("n", one)
            found += self._find("l", one)
        return list(dict.fromkeys(found))

    def groups_titled(self, title: str, artist: int) -> list[int]:
        """Ids of an artist's release groups with exactly this folded title (with or without its
        edition).
        """
        return self._find(f"t{artist}", compact(title))

    def groups_titled_by_anyone(self, title: str) -> list[int]:
        """Ids of release groups of this title, at most `HITS`."""
        return self._find("T", compact(title))

    def groups_sharing(self, artist: str, title: str, limit: int) -> list[int]:
        """Ids of release groups that share the most pairs of a word of the artist and one of the
        title, most first.
        """
        keys = dict.fromkeys(pairs(artist, title, wide=True))
        hits = Counter(number for key in keys for number in self._find("p", key))
        return [number for number, _ in hits.most_common(limit)]

    def groups_with_tracks(self, hashes: Iterable[int]) -> list[int]:
        """Ids of release groups that are filed under one of the smallest of these hashes of tracks."""
        found: dict[int, None] = {}
        for each in sorted(hashes)[:ASKED]:
            start = bisect_left(self._filed_hashes, each)
            stop = bisect_left(
                self._filed_hashes, each + 1, start, min(start + HITS, len(self._filed_hashes))
            )
            found.update(dict.fromkeys(self._filed_groups[start:stop]))
        return list(found)

    def groups_of(self, artist: int) -> list[int]:
        """Ids of the release groups credited to an artist; none when there are over
        `GROUPS_COMPARED`.
        """
        start = bisect_left(self._group_keys, artist)
        stop = bisect_left(self._group_keys, artist + 1, start)
        return self._group_ids[start:stop].tolist() if stop - start <= GROUPS_COMPARED else []

    def records(self) -> Iterator[Record]:
        """Every record, in the order in which they were built."""
        for number in range(len(self._offsets) - 1):
            raw = self._raw(number)
            if raw[0] == "x":
                yield RedirectRecord(raw[1], raw[2])
            else:
                yield self._as_artist(number, raw) if raw[0] == "a" else self._as_group(number, raw)

    def _find(self, space: str, key: str) -> list[int]:
        file = SPACES[space[0]]
        keys, ids = self._keys[file], self._ids[file]
        wanted = key_hash(space, key)
        start = at = bisect_left(keys, wanted)
        stop = min(len(keys), start + HITS)
        while at < stop and keys[at] == wanted:
            at += 1
        return ids[start:at].tolist()

    def _tracks_of(self, group: int) -> tuple[int, ...]:
        """Hashes of a release group's tracks (`keys.shingles`); empty when they are not known."""
        at = bisect_left(self._tracked, group)
        if at == len(self._tracked) or self._tracked[at] != group:
            return ()
        return tuple(self._tracks[self._track_starts[at] : self._track_starts[at + 1]])

    def _raw(self, number: int) -> list[Any]:
        raw: list[Any] = orjson.loads(
            self._records[self._offsets[number] : self._offsets[number + 1]]
        )
        return raw

    def _artist(self, number: int) -> ArtistRecord:
        return self._as_artist(number, self._raw(number))

    def _group(self, number: int) -> GroupRecord:
        return self._as_group(number, self._raw(number))

    @staticmethod
    def _as_artist(number: int, raw: list[Any]) -> ArtistRecord:
        _, mbid, name, aliases, sort_name, disambiguation, kind, country = raw
        return ArtistRecord(
            number, mbid, name, tuple(aliases), sort_name, disambiguation, kind, country
        )

    @staticmethod
    def _as_group(number: int, raw: list[Any]) -> GroupRecord:
        _, mbid, title, aliases, credit, artists, year, primary, secondary, disambiguation = raw
        return GroupRecord(
            number,
            mbid,
            title,
            tuple(aliases),
            credit,
            tuple(artists),
            year,
            primary,
            tuple(secondary),
            disambiguation,
        )

    def _map(self, name: str) -> memoryview:
        path = self._path / name
        if path.stat().st_size == 0:
            return memoryview(b"")
        with path.open("rb") as stream:
            return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
