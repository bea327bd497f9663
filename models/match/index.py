"""The on-disk index that the matcher reads: memory-mapped records, sorted keys and trigram postings.

A folder holds `versions/<version>/` and the file `current`, which names the version in use. A version is written whole
before `current` is replaced by a rename, so a reader sees the old one or the new one, never half of one.
"""

import hashlib
import mmap
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import orjson

from models.match.errors import IndexDamaged, IndexMissing
from models.match.normalise import compact, fold

FORMAT = 1
"""Raised when the layout changes, or `fold` does: the keys are folded names."""

CURRENT = "current"
VERSIONS = "versions"
META = "meta.json"

POSTINGS_READ = 20_000
"""Postings read for one fuzzy look-up, rarest trigrams first: about a millisecond, whatever the size of the catalogue."""
TITLE_HITS = 200
"""Release groups of one title that are looked at without an artist; "Greatest Hits" has thousands."""
GROUPS_COMPARED = 2_000
"""Release groups of one artist that are compared one by one; above (Various Artists) only equal titles are found."""


@dataclass(frozen=True, slots=True)
class ArtistRecord:
    """An artist as indexed. `names` are the aliases and the sort name."""

    id: int
    mbid: str
    name: str
    names: tuple[str, ...]
    disambiguation: str | None
    type: str | None
    country: str | None


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


def key_hash(space: str, key: str) -> int:
    """64 bits that stand for a key; a clash is harmless, as every candidate is scored by its own names."""
    return int.from_bytes(hashlib.blake2b(f"{space}\0{key}".encode(), digest_size=8).digest(), "little")


def trigrams(folded: str) -> set[str]:
    """Three-character pieces of a folded name, its ends marked by a space."""
    padded = f" {folded} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


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
        raise IndexDamaged(f"{path}: {error}; run `python -m streams.musicbrainz import` again") from error
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
            self._keys = self._map("keys.u64").cast("Q")
            self._key_ids = self._map("key_ids.u32").cast("I")
            self._group_keys = self._map("group_artists.u32").cast("I")
            self._group_ids = self._map("group_ids.u32").cast("I")
            self._postings = self._map("postings.u32").cast("I")
            self._grams: dict[str, list[int]] = orjson.loads((self._path / "grams.json").read_bytes())
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged(f"{self._path}: {error}; run `python -m streams.musicbrainz import` again") from error
        self.artist = lru_cache(maxsize=65_536)(self._artist)
        self.group = lru_cache(maxsize=65_536)(self._group)

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
        """Ids of the first artists of credits of this text ("A feat. B"), or credited under this name."""
        return self._find("c", compact(name))

    def artist_of(self, mbid: str) -> int | None:
        """Id of the artist of an MBID."""
        return next(iter(self._find("m", mbid)), None)

    def artists_like(self, name: str, limit: int = 50) -> list[int]:
        """Ids of artists that share the most of the name's rarer trigrams, most first."""
        lists = sorted(
            (self._grams[gram] for gram in trigrams(fold(name)) if gram in self._grams), key=lambda each: (each[1], each[0])
        )
        counts: Counter[int] = Counter()
        budget = POSTINGS_READ
        for start, count in lists:
            if count > budget:
                break
            budget -= count
            counts.update(self._postings[start : start + count])
        return [artist for artist, _ in counts.most_common(limit)]

    def groups_titled(self, title: str, artist: int) -> list[int]:
        """Ids of an artist's release groups with exactly this folded title (with or without its edition)."""
        return self._find(f"t{artist}", compact(title))

    def groups_titled_by_anyone(self, title: str) -> list[int]:
        """Ids of release groups of this title, at most `TITLE_HITS`."""
        return self._find("T", compact(title), TITLE_HITS)

    def groups_of(self, artist: int) -> list[int]:
        """Ids of the release groups credited to an artist; none when there are over `GROUPS_COMPARED`."""
        start = bisect_left(self._group_keys, artist)
        stop = bisect_left(self._group_keys, artist + 1, start)
        return self._group_ids[start:stop].tolist() if stop - start <= GROUPS_COMPARED else []

    def records(self) -> Iterator[ArtistRecord | GroupRecord]:
        """Every record, in the order of the dumps."""
        for number in range(len(self._offsets) - 1):
            yield self._artist(number) if self._raw(number)[0] == "a" else self._group(number)

    def _find(self, space: str, key: str, limit: int = 1_000) -> list[int]:
        wanted = key_hash(space, key)
        at = bisect_left(self._keys, wanted)
        found: list[int] = []
        while at < len(self._keys) and self._keys[at] == wanted and len(found) < limit:
            found.append(self._key_ids[at])
            at += 1
        return found

    def _raw(self, number: int) -> list[object]:
        raw: list[object] = orjson.loads(self._records[self._offsets[number] : self._offsets[number + 1]])
        return raw

    def _artist(self, number: int) -> ArtistRecord:
        _, mbid, name, names, disambiguation, kind, country = self._raw(number)
        return ArtistRecord(number, mbid, name, tuple(names), disambiguation, kind, country)  # type: ignore[arg-type]

    def _group(self, number: int) -> GroupRecord:
        _, mbid, title, aliases, credit, artists, year, primary, secondary = self._raw(number)
        return GroupRecord(number, mbid, title, tuple(aliases), credit, tuple(artists), year, primary, tuple(secondary))  # type: ignore[arg-type]

    def _map(self, name: str) -> memoryview:
        path = self._path / name
        if path.stat().st_size == 0:
            return memoryview(b"")
        with path.open("rb") as stream:
            return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
