"""A path as a subject: a `.torrent` file, a folder, an archive, or any other file."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from models.content.archives.archive import read_archive
from models.content.bounds import Bounds
from models.content.content import Content, SourceKind, Unreadable
from models.content.folder import read_folder
from models.content.inventory import Inventory
from models.content.metainfo.torrent_file import looks_bencoded, torrent_bytes
from models.content.paths import own_name, shown
from models.content.torrent import read_torrent

_TORRENT = ".torrent"


def read_path(path: str | Path, bounds: Bounds | None = None) -> Content:
    """Read what stands at a path. What it is, is told by its bytes first, then by its ending.

    Nothing is unpacked to disk, and no link inside of a folder is followed.

    Args:
        path: a `.torrent` file, a folder, an archive, or any other file.
        bounds: how much is read; what is beyond becomes a note.

    Raises:
        Unreadable: there is nothing to read, or it is damaged.
    """
    place = Path(path)
    try:
        mode = place.stat().st_mode
    except (OSError, ValueError) as error:
        raise Unreadable(f"{shown(place)}: {_reason(error)}") from error
    if stat.S_ISDIR(mode):
        return read_folder(place, bounds)
    if not stat.S_ISREG(mode):
        raise Unreadable(f"{shown(place)} is a device, pipe or socket: give a file or a folder")
    try:
        return _read_file(place, bounds)
    except OSError as error:
        raise Unreadable(f"{shown(place)}: {_reason(error)}") from error


def _read_file(path: Path, bounds: Bounds | None) -> Content:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        content = _torrent(path, stream)
        if content is None:
            stream.seek(0)
            content = read_archive(path, stream, bounds)
        return content or _single(path, os.fstat(descriptor).st_size)


def _torrent(path: Path, stream: BinaryIO) -> Content | None:
    """The file as a torrent. Returns None if it is none and does not claim to be one.

    Raises:
        Unreadable: it claims to be a torrent and is none.
    """
    data = torrent_bytes(stream.read)
    is_claimed = path.suffix.lower() == _TORRENT
    if not is_claimed and not looks_bencoded(data):
        return None
    try:
        return read_torrent(data)
    except Unreadable as error:
        if is_claimed:
            raise Unreadable(f"{shown(path)}: {error}") from error
        return None


def _single(path: Path, size: int) -> Content:
    """A file that is the work itself."""
    inventory = Inventory()
    inventory.add(os.fsencode(path.name), size)
    return inventory.content(own_name(path), SourceKind.FILE)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "this is no path"  # it holds a NUL
