"""Numbers the entities of a catalogue as they come, and writes the files of one version.

Records are written as they come. Keys are collected, sorted at the end and written as two columns
of the same length: hashes, and the numbers of the records that are filed under them.
"""

import hashlib
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson

from models.match import columns, spaces
from models.match.columns import Array
from models.match.entities import Artist, Credit, Release, ReleaseGroup
from models.match.index import EntryKind
from models.match.keys import FILED, SHINGLES, deletions, key_hash, pairs, shingles, titles
from models.match.normalise import compact
from models.match.redirects import Redirect
from models.match.spaces import Space

_NOBODY = 0xFFFFFFFF
"""No record has this number."""


class IndexWriter:
    """Takes artists, release groups, releases and redirects, in that order; then `finish`."""

    def __init__(self, stream: BinaryIO, merged: Mapping[str, str]) -> None:
        """Make a writer.

        Args:
            stream: where the records go.
            merged: MBIDs that were merged, to those that stand for them.
        """
        self.artists = 0
        self.groups = 0
        self.stubs = 0
        self.tracked = 0
        self.redirects = 0
        self.sha = hashlib.sha256()
        self._stream = stream
        self._merged = merged
        self._offsets = array("Q", [0])
        self._hashes = {file: array("Q") for file in spaces.FILES}
        self._numbers = {file: array("I") for file in self._hashes}
        self._credited_artists = array("I")
        self._credited_groups = array("I")
        self._old_mbids = array("Q")
        self._new_mbids = array("Q")
        self._artist_numbers: dict[bytes, int] = {}
        self._release_groups = array("Q")
        self._release_sizes = array("I")
        self._release_tracks = array("I")

    def artist(self, artist: Artist) -> int:
        """Add an artist; returns its number. One of an MBID that is there already is not added.

        A dump should not repeat itself, but two entities of one MBID would be ambiguous for ever.
        """
        mbid = _bytes(artist.mbid)
        if mbid in self._artist_numbers:
            return self._artist_numbers[mbid]
        aliases = tuple(alias for alias in artist.aliases if alias != artist.name)
        number = self._entry(
            [
                EntryKind.ARTIST,
                artist.mbid,
                artist.name,
                aliases,
                artist.sort_name,
                artist.disambiguation,
                artist.type,
                artist.country,
            ]
        )
        self._artist_numbers[mbid] = number
        self.artists += 1
        self._key(spaces.ARTIST_MBID, artist.mbid, number)
        self._names(artist.name, (*aliases, artist.sort_name), number)
        return number

    def group(self, group: ReleaseGroup) -> None:
        """Add a release group, and the artists of its credit that are not known."""
        artists = list(dict.fromkeys(self._artist_of(credit) for credit in group.credits))
        number = self._entry(
            [
                EntryKind.GROUP,
                group.mbid,
                group.title,
                group.aliases,
                group.credit_text,
                artists,
                group.first_year,
                group.primary_type,
                group.secondary_types,
                group.disambiguation,
            ]
        )
        self.groups += 1
        self._key(spaces.GROUP_MBID, group.mbid, number)
        if len(artists) > 1:
            self._key(spaces.CREDIT, compact(group.credit_text), artists[0])
        for title in sorted(titles(group.title, group.aliases)):
            self._key(spaces.TITLE, title, number)
            for artist in artists:
                self._key(spaces.TITLE_OF_ARTIST, title, number, artist)
        names = dict.fromkeys(
            name for credit in group.credits for name in (credit.name, credit.credited)
        )
        for pair in dict.fromkeys(pair for name in names for pair in pairs(name, group.title)):
            self._key(spaces.WORD_PAIR, pair, number)
        for artist in artists:
            self._credited_artists.append(artist)
            self._credited_groups.append(number)

    def release(self, release: Release) -> None:
        """Add the tracks of a release to its release group, which is looked up in `finish`."""
        if not release.tracks:
            return
        self.sha.update(orjson.dumps([release.group_mbid, release.tracks]))
        hashes = shingles(release.tracks)
        mbid = self._merged.get(release.group_mbid, release.group_mbid)
        self._release_groups.append(key_hash(spaces.GROUP_MBID, mbid))
        self._release_sizes.append(len(hashes))
        self._release_tracks.extend(hashes)

    def redirect(self, redirect: Redirect) -> None:
        """The old MBID answers as the new one, if `finish` finds that in the catalogue."""
        self._entry([EntryKind.REDIRECT, redirect.old, redirect.new])
        for space in (spaces.ARTIST_MBID, spaces.GROUP_MBID):
            self._old_mbids.append(key_hash(space, redirect.old))
            self._new_mbids.append(key_hash(space, redirect.new))
        self.redirects += 1

    def finish(self, work: Path) -> None:
        """Write everything but the records and `meta.json`."""
        self._artist_numbers.clear()
        columns.of(self._offsets).tofile(work / "offsets.u64")
        self._write_credits(work)
        for file in list(self._hashes):
            hashes, numbers = columns.in_order(
                columns.of(self._hashes.pop(file)), columns.of(self._numbers.pop(file))
            )
            if file == spaces.GROUP_MBID.file:
                hashes, numbers = self._with_redirects(hashes, numbers)
                self._write_tracks(work, hashes, numbers)
            hashes.tofile(work / f"{file}.u64")
            numbers.tofile(work / f"{file}.u32")

    def _write_credits(self, work: Path) -> None:
        """Which release groups each artist is credited with."""
        credited = np.sort(
            columns.joined(columns.of(self._credited_artists), columns.of(self._credited_groups))
        )
        columns.upper(credited).tofile(work / "group_artists.u32")
        columns.lower(credited).tofile(work / "group_ids.u32")

    def _with_redirects(self, hashes: Array, numbers: Array) -> tuple[Array, Array]:
        """The keys with those of merged MBIDs."""
        old, new = columns.of(self._old_mbids), columns.of(self._new_mbids)
        places, is_known = columns.located(hashes, new)
        is_known &= ~columns.located(hashes, old)[1]  # an MBID that is still there is not merged
        if not is_known.any():
            return hashes, numbers
        return columns.in_order(
            np.concatenate([hashes, old[is_known]]),
            np.concatenate([numbers, numbers[places[is_known]]]),
        )

    def _write_tracks(self, work: Path, hashes: Array, numbers: Array) -> None:
        """The hashes of every release group's tracks, and the smallest of them as keys."""
        places, is_known = columns.located(hashes, columns.of(self._release_groups))
        group_of_release = np.where(is_known, numbers[places] if len(numbers) else 0, _NOBODY)
        group_of_track = np.repeat(group_of_release, columns.of(self._release_sizes))
        tracks = np.unique(columns.joined(group_of_track, columns.of(self._release_tracks)))
        tracks = tracks[columns.upper(tracks) != _NOBODY]
        groups, starts, counts = np.unique(
            columns.upper(tracks), return_index=True, return_counts=True
        )
        rank = np.arange(len(tracks)) - np.repeat(starts, counts)
        filed = tracks[rank < FILED]
        filed = np.sort(columns.joined(columns.lower(filed), columns.upper(filed)))
        columns.upper(filed).tofile(work / "filed_hashes.u32")
        columns.lower(filed).tofile(work / "filed_groups.u32")
        groups.tofile(work / "tracked.u32")
        ends = np.cumsum(np.minimum(counts, SHINGLES))
        np.concatenate([[0], ends]).astype(np.uint64).tofile(work / "track_starts.u64")
        columns.lower(tracks[rank < SHINGLES]).tofile(work / "tracks.u32")
        self.tracked = len(groups)

    def _artist_of(self, credit: Credit) -> int:
        """The artist of a credit, which is also filed under the name of the credit."""
        mbid = self._merged.get(credit.mbid, credit.mbid)
        number = self._artist_numbers.get(_bytes(mbid))
        if number is None:
            # Dumps are taken while editors work: a credit may name an artist that the artist dump
            # does not have yet.
            number = self.artist(Artist(mbid, credit.name))
            self.stubs += 1
        if compact(credit.credited) != compact(credit.name):
            self._key(spaces.CREDIT, compact(credit.credited), number)
        return number

    def _names(self, name: str, others: tuple[str | None, ...], number: int) -> None:
        """File an artist under its name, under its other names, and under those a letter off."""
        key = compact(name)
        other_keys = sorted({compact(other) for other in others if other} - {key})
        self._key(spaces.NAME, key, number)
        for other in other_keys:
            self._key(spaces.ALIAS, other, number)
        near = {shorter for known in (key, *other_keys) for shorter in deletions(known)}
        for shorter in sorted(near):
            self._key(spaces.ONE_LETTER_OFF, shorter, number)

    def _entry(self, fields: list[object]) -> int:
        line = orjson.dumps(fields) + b"\n"
        self._stream.write(line)
        self.sha.update(line)
        self._offsets.append(self._offsets[-1] + len(line))
        return len(self._offsets) - 2

    def _key(self, space: Space, key: str, number: int, artist: int | None = None) -> None:
        if key:
            self._hashes[space.file].append(key_hash(space, key, artist))
            self._numbers[space.file].append(number)


def _bytes(mbid: str) -> bytes:
    return bytes.fromhex(mbid.replace("-", ""))
