"""Files that come in: where they may lie, what they may be, and how they are copied and hashed."""

import hashlib
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from streams.web.models.imports import Expected, ImportRefused, Received

LARGEST = 64 << 30
"""Bytes of a file that is taken; the largest GGUF models that a machine of today runs are below."""
ROOM = 1 << 30
"""Bytes that must stay free on the disk."""

_CHUNK = 1 << 20
_HEADER = 8

_KINDS = (".gguf", ".onnx", ".json", ".npz", ".bin")


def inside(folder: Path, told: str) -> Path:
    """A file or folder that an operator names, below the folder for imports.

    Raises:
        ImportRefused: it is not there, it is a link, or it leads out of the folder.
    """
    if not told.strip() or "\x00" in told:
        raise ImportRefused("name a file below the folder for imports")
    root = folder.resolve()
    path = root / told.strip()
    if not path.resolve().is_relative_to(root) or path.resolve() == root:
        raise ImportRefused(f"that is not below {root}")
    if path.is_symlink() or path.resolve() != Path(os.path.normpath(path)):
        raise ImportRefused("links are not followed; put the file itself there")
    if not path.exists():
        raise ImportRefused(f"there is no such file below {root}")
    return path.resolve()


def opened(path: Path) -> BinaryIO:
    """A regular file, never a link, a device or a pipe.

    Raises:
        ImportRefused: it is none, or cannot be read.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise ImportRefused(f"{path.name} is no regular file")
    return os.fdopen(number, "rb")


def require_room(folder: Path, size: int, expected: Expected) -> None:
    """Refuse a file that is too large, before any of it is copied.

    Raises:
        ImportRefused: it is larger than it should be or than is taken, or the disk is too full.
    """
    most = expected.size if expected.size is not None else LARGEST
    if size > most:
        raise ImportRefused(f"{expected.name} has {size:,} bytes; at most {most:,} are taken")
    free = shutil.disk_usage(folder).free
    if size + ROOM > free:
        raise ImportRefused(f"{size:,} bytes are too many: {free:,} are free, {ROOM:,} must stay")


class Writing:
    """A file on its way to its place: counted, hashed, and thrown away unless it is right."""

    def __init__(self, folder: Path, role: str, expected: Expected) -> None:
        self._expected = expected
        self._path = folder / f"{role}{Path(expected.name).suffix}"
        self._partial = folder / f"{role}.part"
        self._sha = hashlib.sha256()
        self._begin = b""
        self._stream = self._partial.open("wb")
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            ImportRefused: it is more than there may be, or not the beginning of a model.
        """
        if len(self._begin) < _HEADER:
            self._begin = (self._begin + data)[:_HEADER]
            if len(self._begin) == _HEADER:
                require_magic(self._expected.name, self._begin)
        self.size += len(data)
        most = self._expected.size if self._expected.size is not None else LARGEST
        if self.size > most:
            raise ImportRefused(f"{self._expected.name} is larger than {most:,} bytes")
        self._sha.update(data)
        self._stream.write(data)

    def finish(self) -> Received:
        """Put the file to its place.

        Raises:
            ImportRefused: its hash is not the expected one, or it is no model.
        """
        self._stream.close()
        got = self._sha.hexdigest()
        expected = self._expected.sha256
        if expected is not None and got != expected:
            raise ImportRefused(
                f"{self._expected.name} is another file: expected sha256 {expected}, got {got}"
            )
        require_model(self._expected.name, self._partial)
        self._partial.replace(self._path)
        return Received(path=str(self._path), sha256=got, size=self.size)

    def drop(self) -> None:
        """Throw away what came."""
        with suppress(OSError):
            self._stream.close()
        self._partial.unlink(missing_ok=True)


def require_magic(name: str, begin: bytes) -> None:
    """Refuse by its first bytes what is no model: pickles above all, which run code when read.

    Raises:
        ImportRefused: it is none.
    """
    suffix = Path(name).suffix.lower()
    is_pickle = begin[:1] == b"\x80" and begin[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    if is_pickle or suffix not in _KINDS:
        raise ImportRefused(
            f"{name} is no ONNX or GGUF file. Pickles (.pkl, .pt, .bin of torch) run code when they"
            " are read and are never taken: convert the model"
        )
    fits = {
        ".gguf": begin[:4] == b"GGUF",
        ".onnx": begin[:1] == b"\x08" and begin[1:2] < b"\x40",  # the version of its format
        ".json": begin.lstrip()[:1] in (b"{", b"["),
        ".npz": begin[:4] == b"PK\x03\x04",
        ".bin": begin[:2] != b"PK",
    }
    if not fits[suffix]:
        raise ImportRefused(f"{name} does not begin as a {suffix[1:].upper()} file does")


def require_model(name: str, path: Path) -> None:
    """Refuse what is no model after all: too short, or arrays that hold Python objects.

    Raises:
        ImportRefused: it is none.
    """
    with path.open("rb") as stream:
        require_magic(name, stream.read(_HEADER))
    if Path(name).suffix.lower() != ".npz":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                with archive.open(member) as array:
                    head = array.read(512)
                if not head.startswith(b"\x93NUMPY") or b"|O" in head or b"'O'" in head:
                    raise ImportRefused(f"{name} holds more than plain arrays")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise ImportRefused(f"{name} cannot be read as arrays") from error


@dataclass
class Copying:
    """A copy that runs in a thread of its own; pages show how far it is."""

    total: int
    done: int = 0
    problem: str = ""
    thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.thread is not None and self.thread.is_alive()


def start_copying(
    sources: dict[str, Path],
    folder: Path,
    expected: dict[str, Expected],
    received: Callable[[str, Received], None],
) -> Copying:
    """Copy files by their roles and tell of each that is right.

    Args:
        sources: where they are.
        folder: where to.
        expected: what they should be.
        received: is told of each file that came.

    Raises:
        ImportRefused: one is too large, or no regular file.
    """
    sizes = {}
    for role, path in sources.items():
        with opened(path) as stream:
            sizes[role] = os.fstat(stream.fileno()).st_size
        require_room(folder, sizes[role], expected[role])
    copying = Copying(sum(sizes.values()))

    def work() -> None:
        try:
            for role, path in sources.items():
                received(role, _copied(path, folder, role, expected[role], copying))
        except (ImportRefused, OSError) as error:
            copying.problem = str(error)

    copying.thread = threading.Thread(target=work, name="import", daemon=True)
    copying.thread.start()
    return copying


def _copied(path: Path, folder: Path, role: str, wanted: Expected, copying: Copying) -> Received:
    writing = Writing(folder, role, wanted)
    try:
        with opened(path) as stream:
            while data := stream.read(_CHUNK):
                writing.write(data)
                copying.done += len(data)
        return writing.finish()
    finally:
        writing.drop()
