"""Writes a version of the index from a catalogue, and makes it the current one."""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson

from models.match.entities import Artist, Release, ReleaseGroup
from models.match.errors import IndexBusy
from models.match.redirects import Redirect
from models.match.version import CURRENT, FORMAT, META, VERSIONS, Meta, read_current
from models.match.writer import IndexWriter
from schemas.whole_file import replace

_BUILDING = ".building-"
_KEPT = 2
"""Versions that stay in the folder.

The current one, and the one before it for workers that have yet to move on.
"""


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
        catalogue: What is written.

    Returns:
        What was written, and whether it is new: the same catalogue of the same date is the same
        version.

    Raises:
        OSError: the disk. The current version stays, as it does when the catalogue cannot be read
            to its end.
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
        if final.exists():
            # An earlier version comes back, or a crash came between the two renames below.
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
        writer = IndexWriter(stream, {redirect.old: redirect.new for redirect in redirects})
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
        format=FORMAT,
        byteorder=sys.byteorder,
        version=writer.sha.hexdigest()[:16],
        dump_date=catalogue.day,
        artists=writer.artists,
        release_groups=writer.groups,
        stubs=writer.stubs,
        tracked=writer.tracked,
        redirects=writer.redirects,
    )
    replace(work / META, orjson.dumps(asdict(meta), option=orjson.OPT_INDENT_2))
    return meta


def _point(folder: Path, version: str) -> None:
    """Make a version the current one; its data is on disk before the pointer is."""
    for path in (folder / VERSIONS / version).iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    replace(folder / CURRENT, f"{version}\n".encode())


def _prune(folder: Path, current: str) -> None:
    """Delete all but the newest of the versions that are not current."""
    others = [
        path
        for path in (folder / VERSIONS).iterdir()
        if path.is_dir() and path.name != current and not path.name.startswith(_BUILDING)
    ]
    newest_first = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
