"""Files that are there whole or not at all, whenever a process is killed or the power goes.

It stands here because every room writes such files, and this is the room that all may import.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import BinaryIO

ENDING = ".part"
"""What is behind a file's name while it is being written; a kill may leave such a file."""


@contextmanager
def whole(path: Path, *, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file to write, which takes its name in one step when all of it is on the disk.

    It is written beside its place, as `NAME.part`. Whoever reads sees the old file or the new one.
    What a killed run left is written over, and of two writers the second waits for the first. A
    link stays a link, and a file that is there keeps its mode.

    Args:
        path: of the file; its folder is there.
        mode: what the file's mode is to be whatever it was; nobody sees it with another one.

    Raises:
        OSError: it cannot be written. Then, and if the caller's block fails, what was there stays.
    """
    path = path.resolve()
    beside = path.with_name(path.name + ENDING)
    if mode is None and path.exists():
        mode = path.stat().st_mode & 0o777
    with _alone(beside, mode) as stream:
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    _sync(path.parent)


def replace(path: Path, content: bytes | str, *, mode: int | None = None) -> None:
    """Write a file of this content, whole or not at all, as `whole` does; text is UTF-8.

    Raises:
        OSError: it cannot be written; what was there stays.
        UnicodeEncodeError: the text has half a character; nothing was written.
    """
    ready = content.encode() if isinstance(content, str) else content
    with whole(path, mode=mode) as stream:
        stream.write(ready)


@contextmanager
def _alone(beside: Path, mode: int | None) -> Iterator[BinaryIO]:
    """The empty file beside, which nobody else writes meanwhile."""
    while True:
        # In a folder that others may write, too, what they put in our way is taken away.
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        if not _is_ours(beside):
            beside.unlink(missing_ok=True)
        handle = os.open(beside, flags, 0o666 if mode is None else mode)
        with os.fdopen(handle, "wb") as stream:
            flock(stream, LOCK_EX)
            if not _is_named(stream, beside) or not _is_ours(beside):
                continue  # who had it before has moved it to its place, or let it go
            os.ftruncate(handle, 0)
            if mode is not None:
                os.fchmod(handle, mode)
            yield stream
            return


def _is_named(stream: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.lstat())
    except FileNotFoundError:
        return False


def _is_ours(path: Path) -> bool:
    """Whether a file that is there is a plain one that we own; one that is not there is."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISREG(state.st_mode) and state.st_uid == os.geteuid()


def _sync(folder: Path) -> None:
    """Force a rename to the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
