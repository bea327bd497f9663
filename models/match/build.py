"""Writes a version of the index from artists and release groups, and makes it the current one."""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import BinaryIO

import orjson

from models.match.dump import Artist, ReleaseGroup
from models.match.errors import IndexBusy
from models.match.index import CURRENT, FORMAT, META, VERSIONS, Meta, key_hash, read_current, trigrams
from models.match.normalise import compact, fold, split_edition

_BUILDING = ".building-"
_KEPT = 2
"""Versions left in the folder: the current one, and the one before it for workers that have yet to move on."""


def build(
    folder: Path, artists: Iterable[Artist], groups: Iterable[ReleaseGroup], dated: Callable[[], date]
) -> tuple[Meta, bool]:
    """Write the index of a catalogue and make it current.

    Args:
        folder: Where the index lives; made if missing.
        artists, groups: The catalogue; read once, artists first.
        dated: The dump's date, asked after both were read (it stands inside the dump).

    Returns:
        What was written, and whether it is new: the same catalogue of the same date is the same version.

    Raises:
        IndexBusy: another process is writing here.
        OSError: the disk.
        DumpUnreadable: from the iterators; the current version stays.
    """
    (folder / VERSIONS).mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        for leftover in (folder / VERSIONS).glob(f"{_BUILDING}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder / VERSIONS))
        try:
            meta = _write(work, artists, groups, dated)
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


def _write(work: Path, artists: Iterable[Artist], groups: Iterable[ReleaseGroup], dated: Callable[[], date]) -> Meta:
    with (work / "records.jsonl").open("wb") as stream:
        writer = _Writer(stream)
        for artist in artists:
            writer.artist(artist)
        for group in groups:
            writer.group(group)
    day = dated()
    writer.sha.update(f"{FORMAT} {day.isoformat()}".encode())
    meta = Meta(FORMAT, sys.byteorder, writer.sha.hexdigest()[:16], day, writer.artists, writer.groups, writer.stubs)
    writer.finish(work)
    _synced(work / META, orjson.dumps(asdict(meta), option=orjson.OPT_INDENT_2))
    return meta


class _Writer:
    """Numbers the records as they come and collects their keys."""

    def __init__(self, stream: BinaryIO) -> None:
        self.artists = self.groups = self.stubs = 0
        self.sha = hashlib.sha256()
        self._stream = stream
        self._offsets = array("Q", [0])
        self._keys: list[int] = []
        self._pairs: list[int] = []
        self._ids: dict[bytes, int] = {}
        self._grams: dict[str, array[int]] = {}

    def artist(self, artist: Artist) -> int:
        mbid = bytes.fromhex(artist.mbid.replace("-", ""))
        if mbid in self._ids:  # a dump should not repeat itself, but two entities of one MBID would be "ambiguous" for ever
            return self._ids[mbid]
        names = tuple(dict.fromkeys(name for name in (*artist.aliases, artist.sort_name) if name and name != artist.name))
        number = self._record(["a", artist.mbid, artist.name, names, artist.disambiguation, artist.type, artist.country])
        self._ids[mbid] = number
        self.artists += 1
        self._key("m", artist.mbid, number)
        self._key("n", compact(artist.name), number)
        for alias in {compact(name) for name in names} - {compact(artist.name)}:
            self._key("l", alias, number)
        for gram in sorted(set().union(*(trigrams(fold(name)) for name in (artist.name, *names)))):
            self._grams.setdefault(gram, array("I")).append(number)
        return number

    def group(self, group: ReleaseGroup) -> None:
        numbers = []
        for credit in group.credits:
            known = self._ids.get(bytes.fromhex(credit.mbid.replace("-", "")))
            if known is None:
                # Dumps are taken while editors work: a credit may name an artist that the artist dump does not have yet.
                known = self.artist(Artist(credit.mbid, credit.name))
                self.stubs += 1
            if known not in numbers:
                numbers.append(known)
            if compact(credit.credited) != compact(credit.name):
                self._key("c", compact(credit.credited), known)
        text = group.credit_text
        number = self._record(
            [
                "r",
                group.mbid,
                group.title,
                group.aliases,
                text,
                numbers,
                group.first_year,
                group.primary_type,
                group.secondary_types,
            ]
        )
        self.groups += 1
        if len(numbers) > 1:
            self._key("c", compact(text), numbers[0])
        titles = {compact(form) for title in (group.title, *group.aliases) for form in (title, split_edition(title)[0])}
        for title in titles:
            self._key("T", title, number)
            for artist in numbers:
                self._key(f"t{artist}", title, number)
        self._pairs += [artist << 32 | number for artist in numbers]

    def finish(self, work: Path) -> None:
        """Write everything but the records and `meta.json`."""
        with (work / "offsets.u64").open("wb") as stream:
            self._offsets.tofile(stream)
        _columns(work, sorted(set(self._keys)), ("keys.u64", "Q"), ("key_ids.u32", "I"))
        _columns(work, sorted(self._pairs), ("group_artists.u32", "I"), ("group_ids.u32", "I"))
        starts, start = {}, 0
        with (work / "postings.u32").open("wb") as stream:
            for gram in sorted(self._grams):
                self._grams[gram].tofile(stream)
                starts[gram] = [start, len(self._grams[gram])]
                start += len(self._grams[gram])
        (work / "grams.json").write_bytes(orjson.dumps(starts))

    def _record(self, fields: list[object]) -> int:
        line = orjson.dumps(fields) + b"\n"
        self._stream.write(line)
        self.sha.update(line)
        self._offsets.append(self._offsets[-1] + len(line))
        return len(self._offsets) - 2

    def _key(self, space: str, key: str, number: int) -> None:
        if key:
            self._keys.append(key_hash(space, key) << 32 | number)


def _columns(work: Path, packed: list[int], high: tuple[str, str], low: tuple[str, str]) -> None:
    for (name, code), column in ((high, (value >> 32 for value in packed)), (low, (value & 0xFFFFFFFF for value in packed))):
        with (work / name).open("wb") as stream:
            array(code, column).tofile(stream)


def _point(folder: Path, version: str) -> None:
    # A rename is atomic and the data is on disk before it: a power cut leaves the old pointer or the new one.
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
    others = [path for path in (folder / VERSIONS).iterdir() if path.is_dir() and path.name != current]
    others = [path for path in others if not path.name.startswith(_BUILDING)]
    for path in sorted(others, key=lambda each: each.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(f"another import is writing {folder}; wait for it to end") from None
        yield
