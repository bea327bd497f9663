"""Writes a version of the index from artists and release groups, and makes it the current one."""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from models.match.entities import Artist, Credit, Release, ReleaseGroup
from models.match.errors import IndexBusy
from models.match.index import CURRENT, FORMAT, META, SPACES, VERSIONS, Meta, read_current
from models.match.keys import FILED, SHINGLES, deletions, key_hash, pairs, shingles, titles
from models.match.normalise import compact
from models.match.redirects import Redirect

_BUILDING = ".building-"
_KEPT = 2
"""Versions left in the folder: the current one, and the one before it for workers that have yet to
move on.
"""
_NOBODY = 0xFFFFFFFF
"""No record has this number."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Catalogue:
    """What an index is made of; each is read once, in this order."""

    day: date
    """The dump's date."""
    redirects: Iterable[Redirect]
    artists: Iterable[Artist]
    groups: Iterable[ReleaseGroup]
    releases: Iterable[Release]


def build(folder: Path, catalogue: Catalogue) -> tuple[Meta, bool]:
    """Write the index of a catalogue and make it current. The caller holds `alone(folder)`.

    Args:
        folder: Where the index lives; made if missing.

    Returns: What was written, and whether it is new: the same catalogue of the same date is the
        same version.

    Raises: OSError: the disk. The current version stays, as it does when the catalogue cannot be
        read to its end.
    """
    (folder / VERSIONS).mkdir(parents=True, exist_ok=True)
    for leftover in (folder / VERSIONS).glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder / VERSIONS))
    try:
        meta = _write(work, catalogue)
        final = folder / VERSIONS / meta.version
        if read_current(folder) == meta.version and (final / META).is_file():
            return meta, False
        if final.exists():  # an earlier version comes back, or a crash came between the two renames
            shutil.rmtree(final)
        work.chmod(0o755)
        work.rename(final)
        _point(folder, meta.version)
        _prune(folder, meta.version)
        return meta, True
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder for one import.

    Raises:
        IndexBusy: another process is importing here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(f"another import is writing {folder}; wait for it to end") from None
        yield


def _write(work: Path, catalogue: Catalogue) -> Meta:
    with (work / "records.jsonl").open("wb") as stream:
        redirects = list(catalogue.redirects)
        writer = _Writer(stream, {each.old: each.new for each in redirects})
        for artist in catalogue.artists:
            writer.artist(artist)
        for group in catalogue.groups:
            writer.group(group)
        for release in catalogue.releases:
            writer.release(release)
        for redirect in redirects:
            writer.redirect(redirect)
    del redirects
    writer.sha.update(f"{FORMAT} {catalogue.day.isoformat()}".encode())
    writer.finish(work)
    meta = Meta(
        FORMAT,
        sys.byteorder,
        writer.sha.hexdigest()[:16],
        catalogue.day,
        writer.artists,
        writer.groups,
        writer.stubs,
        writer.tracked,
        writer.redirects,
    )
    _synced(work / META, orjson.dumps(asdict(meta), option=orjson.OPT_INDENT_2))
    return meta


class _Writer:
    """Numbers the records as they come and collects their keys."""

    def __init__(self, stream: BinaryIO, redirects: Mapping[str, str]) -> None:
        self.artists = self.groups = self.stubs = self.tracked = self.redirects = 0
        self.sha = hashlib.sha256()
        self._stream = stream
        self._redirects = redirects
        self._offsets = array("Q", [0])
        self._hashes = {name: array("Q") for name in dict.fromkeys(SPACES.values())}
        self._numbers = {name: array("I") for name in self._hashes}
        self._pairs = array("Q")
        self._merged = array("Q")
        self._ids: dict[bytes, int] = {}
        self._release_groups = array("Q")
        self._release_sizes = array("I")
        self._release_tracks = array("I")

    def artist(self, artist: Artist) -> int:
        mbid = _bytes(artist.mbid)
        if (
            mbid in self._ids
            # a dump should not repeat itself, but two entities of one MBID would be "ambiguous" for
            # ever
        ):
            return self._ids[mbid]
        aliases = tuple(name for name in artist.aliases if name != artist.name)
        number = self._record(
            [
                "a",
                artist.mbid,
                artist.name,
                aliases,
                artist.sort_name,
                artist.disambiguation,
                artist.type,
                artist.country,
            ]
        )
        self._ids[mbid] = number
        self.artists += 1
        self._key("m", artist.mbid, number)
        name = compact(artist.name)
        self._key("n", name, number)
        others = {compact(other) for other in (*aliases, artist.sort_name) if other} - {name}
        for other in sorted(others):
            self._key("l", other, number)
        for near in sorted({near for one in (name, *others) for near in deletions(one)}):
            self._key("d", near, number)
        return number

    def group(self, group: ReleaseGroup) -> None:
        numbers: list[int] = []
        credited: dict[str, None] = {}
        for credit in group.credits:
            known = self._artist_of(credit)
            if known not in numbers:
                numbers.append(known)
            credited[credit.name] = credited[credit.credited] = None
            if compact(credit.credited) != compact(credit.name):
                self._key("c", compact(credit.credited), known)
        number = self._record(
            [
                "r",
                group.mbid,
                group.title,
                group.aliases,
                group.credit_text,
                numbers,
                group.first_year,
                group.primary_type,
                group.secondary_types,
                group.disambiguation,
            ]
        )
        self.groups += 1
        self._key("g", group.mbid, number)
        if len(numbers) > 1:
            self._key("c", compact(group.credit_text), numbers[0])
        for title in sorted(titles(group.title, group.aliases)):
            self._key("T", title, number)
            for artist in numbers:
                self._key(f"t{artist}", title, number)
        for pair in dict.fromkeys(each for name in credited for each in pairs(name, group.title)):
            self._key("p", pair, number)
        self._pairs.extend(artist << 32 | number for artist in numbers)

    def release(self, release: Release) -> None:
        """Its tracks count for its release group; which one that is, is looked up in `finish`."""
        if not release.tracks:
            return
        self.sha.update(orjson.dumps([release.group_mbid, release.tracks]))
        hashes = shingles(release.tracks)
        self._release_groups.append(
            key_hash("g", self._redirects.get(release.group_mbid, release.group_mbid))
        )
        self._release_sizes.append(len(hashes))
        self._release_tracks.extend(hashes)

    def finish(self, work: Path) -> None:
        """Write everything but the records and `meta.json`."""
        self._ids.clear()
        with (work / "offsets.u64").open("wb") as stream:
            self._offsets.tofile(stream)
        packed = np.sort(_taken(self._pairs, np.uint64))
        (packed >> np.uint64(32)).astype(np.uint32).tofile(work / "group_artists.u32")
        packed.astype(np.uint32).tofile(work / "group_ids.u32")
        for name in list(self._hashes):
            hashes, numbers = _sorted(
                _taken(self._hashes.pop(name), np.uint64),
                _taken(self._numbers.pop(name), np.uint32),
            )
            if name == SPACES["m"]:
                hashes, numbers = self._with_redirects(hashes, numbers)
                self._write_tracks(work, hashes, numbers)
            hashes.tofile(work / f"{name}.u64")
            numbers.tofile(work / f"{name}.u32")

    def _with_redirects(self, hashes: Array, numbers: Array) -> tuple[Array, Array]:
        old, new = _taken(self._merged, np.uint64).reshape(-1, 2).T
        at, known = _located(hashes, new)
        known &= ~_located(hashes, old)[1]  # an MBID that is still there is not merged away
        if not known.any():
            return hashes, numbers
        return _sorted(
            np.concatenate([hashes, old[known]]), np.concatenate([numbers, numbers[at[known]]])
        )

    def _write_tracks(self, work: Path, hashes: Array, numbers: Array) -> None:
        at, known = _located(hashes, _taken(self._release_groups, np.uint64))
        sizes = _taken(self._release_sizes, np.uint32)
        group = np.repeat(
            np.where(known, numbers[at] if len(numbers) else 0, _NOBODY), sizes
        ).astype(np.uint64)
        pairs_ = np.unique(
            group << np.uint64(32) | _taken(self._release_tracks, np.uint32).astype(np.uint64)
        )
        pairs_ = pairs_[pairs_ >> np.uint64(32) != _NOBODY]
        groups, starts, counts = np.unique(
            (pairs_ >> np.uint64(32)).astype(np.uint32), return_index=True, return_counts=True
        )
        place = np.arange(len(pairs_)) - np.repeat(starts, counts)
        filed = pairs_[place < FILED]
        filed = np.sort(filed << np.uint64(32) | filed >> np.uint64(32))
        (filed >> np.uint64(32)).astype(np.uint32).tofile(work / "filed_hashes.u32")
        filed.astype(np.uint32).tofile(work / "filed_groups.u32")
        groups.tofile(work / "tracked.u32")
        np.concatenate([[0], np.cumsum(np.minimum(counts, SHINGLES))]).astype(np.uint64).tofile(
            work / "track_starts.u64"
        )
        pairs_[place < SHINGLES].astype(np.uint32).tofile(work / "tracks.u32")
        self.tracked = len(groups)

    def redirect(self, redirect: Redirect) -> None:
        """The old MBID answers as the new one, if that is in the catalogue; looked up in `finish`."""
        self._record(["x", redirect.old, redirect.new])
        for space in ("m", "g"):
            self._merged.extend((key_hash(space, redirect.old), key_hash(space, redirect.new)))
        self.redirects += 1

    def _artist_of(self, credit: Credit) -> int:
        mbid = self._redirects.get(credit.mbid, credit.mbid)
        known = self._ids.get(_bytes(mbid))
        if known is None:
            # Dumps are taken while editors work: a credit may name an artist that the artist dump
            # does not have yet.
            known = self.artist(Artist(mbid, credit.name))
            self.stubs += 1
        return known

    def _record(self, fields: list[object]) -> int:
        line = orjson.dumps(fields) + b"\n"
        self._stream.write(line)
        self.sha.update(line)
        self._offsets.append(self._offsets[-1] + len(line))
        return len(self._offsets) - 2

    def _key(self, space: str, key: str, number: int) -> None:
        if key:
            file = SPACES[space[0]]
            self._hashes[file].append(key_hash(space, key))
            self._numbers[file].append(number)


def _taken(column: "array[int]", kind: type[np.unsignedinteger[Any]]) -> Array:
    """The column as an array over the same memory."""
    return np.frombuffer(column, dtype=kind)


def _sorted(hashes: Array, numbers: Array) -> tuple[Array, Array]:
    order = np.argsort(hashes, kind="stable")
    return hashes[order], numbers[order]


def _located(hashes: Array, wanted: Array) -> tuple[Array, Array]:
    """Where each wanted hash stands in the sorted ones, and whether it does."""
    if not len(hashes):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
    return at, hashes[at] == wanted


def _bytes(mbid: str) -> bytes:
    return bytes.fromhex(mbid.replace("-", ""))


def _point(folder: Path, version: str) -> None:
    # A rename is atomic and the data is on disk before it: a power cut leaves the old pointer or
    # the new one.
    for path in (folder / VERSIONS / version).iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    pending = folder / f"{CURRENT}.new"
    _synced(pending, f"{version}\n".encode())
    pending.replace(folder / CURRENT)


def _synced(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _prune(folder: Path, current: str) -> None:
    others = [
        path for path in (folder / VERSIONS).iterdir() if path.is_dir() and path.name != current
    ]
    others = [path for path in others if not path.name.startswith(_BUILDING)]
    for path in sorted(others, key=lambda each: each.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
