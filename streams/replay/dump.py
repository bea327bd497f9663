"""A dump that was opened: a file or a pipe, its first bytes, and all of its bytes in order.

A folder and a database are dumps, too: whoever reads them opens what is in them.
"""

import os
import select
import stat
from collections.abc import Callable, Iterator
from enum import StrEnum
from io import FileIO
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from models.content.compression import LONGEST_MAGIC, PIECE, Expander, compression_of

STDIN = "-"

HEAD = 64 * 1024
"""Bytes read ahead to tell the format."""

_IDLE = 0.2
"""Seconds without input on a pipe after which whoever reads is told."""


_DATABASES = ("postgresql://", "postgres://")


class Kind(StrEnum):
    """What a dump is for the one who opens it."""

    FILE = "file"
    """A file or a pipe: bytes."""
    DIRECTORY = "directory"
    DATABASE = "database"
    """A database by its address."""


class DumpUnreadable(Exception):
    """The dump cannot be opened or is not what it has to be; the message says what to do."""


class Stopped(Exception):
    """The user stopped the replay while it waited for the first bytes of a pipe."""


class Dump:
    """The (expanded) bytes of a dump. Nothing is ever read twice, so that pipes are whole.

    `is_stopped` is asked while a pipe has nothing to read.
    """

    def __init__(self, path: str, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Open `path`; `-` is standard input.

        Raises:
            DumpUnreadable: it is missing, empty, or may not be read.
            Stopped: it is a pipe, and the user did not wait for its first bytes.
        """
        self.dsn = path if path.startswith(_DATABASES) else None
        """The address of a database, with its password; never shown."""
        self.name = "standard input" if path == STDIN else path
        self.path = None if path == STDIN or self.dsn else Path(path)
        self.kind = Kind.FILE
        if self.dsn:
            self.kind = Kind.DATABASE
            self.name = without_secrets(self.dsn)
        elif self.path is not None and self.path.is_dir():
            self.kind = Kind.DIRECTORY
        self.is_file = False
        """Whether it is a regular file, which may be opened again; a pipe may not."""
        self.modified_at: float | None = None
        self.compression = "plain"
        self.head = b""
        self.is_stopped = is_stopped
        self._fault: str | None = None
        self._size = 0
        self._read_bytes = 0
        self._file: FileIO | None = None
        self._expander: Expander | None = None
        self._ahead: list[bytes] = []
        self._pieces: Iterator[bytes] = iter(())
        if self.kind is not Kind.FILE:
            return
        try:
            self._file = _opened(self.path)
        except OSError as error:
            raise DumpUnreadable(f"{self.name}: {error.strerror or error}") from error
        try:
            self._inspect(self._file)
        except BaseException:
            self.close()
            raise

    def _inspect(self, file: FileIO) -> None:
        status = os.fstat(file.fileno())
        if self.path is not None and stat.S_ISREG(status.st_mode):
            self.is_file = True
            self._size = status.st_size
            self.modified_at = status.st_mtime
        chunks = self._chunks(file)
        start = self._start(chunks)
        self._pieces = _again(start, chunks)
        if (compression := compression_of(start)) is not None:
            self.compression = compression.name
            self._expander = Expander(compression)
            self._pieces = self._expander.pieces(self._pieces)
        self.head = self._read_head()
        if not self.head:
            raise DumpUnreadable(
                f"{self.name}: {self.fault}" if self.fault else f"{self.name} is empty"
            )

    @property
    def fraction(self) -> float | None:
        """Share of the (compressed) file read; None on a pipe."""
        return min(1.0, self._read_bytes / self._size) if self._size else None

    @property
    def is_lasting(self) -> bool:
        """Whether it can be opened again and be the same; a pipe cannot."""
        return self.is_file or self.kind is not Kind.FILE

    @property
    def text_head(self) -> bytes:
        """The first bytes of a text, from its first character on."""
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()

    @property
    def fault(self) -> str | None:
        """Why the bytes ended before their end, None if they did not."""
        return self._fault or (self._expander.fault if self._expander else None)

    def close(self) -> None:
        """Close the file or pipe."""
        if self._file is not None:
            self._file.close()

    def pieces(self) -> Iterator[bytes]:
        """The expanded bytes; an empty piece says that a pipe has nothing for now."""
        # Not a generator: it would close the pieces with whoever stops asking for them.
        return chain(_popped(self._ahead), self._pieces)

    def skip(self, length: int) -> None:
        """Leave out so many (expanded) bytes from the beginning. Nothing was read yet.

        Raises:
            Stopped: the user did not wait for it.
        """
        if self.is_file and self._expander is None and self._file is not None:
            self._file.seek(length)
            self._read_bytes = min(length, self._size)
            self._ahead.clear()
            self._pieces = self._chunks(self._file)
            return
        rest = b""
        for piece in self.pieces():
            if self.is_stopped():
                raise Stopped
            if len(piece) >= length:
                rest = piece[length:]
                break
            length -= len(piece)
        if rest:
            self._ahead.insert(0, rest)

    def _start(self, chunks: Iterator[bytes]) -> bytes:
        """The first bytes as they come, at least as many as tell how they are compressed."""
        start = b""
        for chunk in chunks:
            start += chunk
            self._raise_if_stopped(chunk)
            if len(start) >= LONGEST_MAGIC:
                break
        return start

    def _read_head(self) -> bytes:
        head = b""
        for piece in self._pieces:
            head += piece
            self._raise_if_stopped(piece)
            if piece:
                self._ahead.append(piece)
            if len(head) >= HEAD or (not piece and b"\n" in head):
                break
        return head[:HEAD]

    def _raise_if_stopped(self, piece: bytes) -> None:
        if not piece and self.is_stopped():
            raise Stopped

    def _chunks(self, file: FileIO) -> Iterator[bytes]:
        """The bytes as they are on disk or in the pipe."""
        waiting = select.poll()
        waiting.register(file, select.POLLIN)
        while True:
            # A regular file is always ready. A pipe is, too, when its last writer has gone.
            while not waiting.poll(_IDLE * 1000):
                yield b""
            try:
                chunk = file.read(PIECE)
            except OSError as error:
                self._fault = f"reading stopped: {error.strerror or error}"
                return
            if chunk is None:  # another reader of the same pipe was quicker
                continue
            if not chunk:
                return
            self._read_bytes += len(chunk)
            yield chunk


def without_secrets(dsn: str) -> str:
    """The address of a database without user, password and options."""
    try:
        parts = urlsplit(dsn)
        place = parts.hostname or ""
        if parts.port is not None:
            place += f":{parts.port}"
    except ValueError:
        return "postgresql://"
    return f"postgresql://{place}{parts.path}"


def _opened(path: Path | None) -> FileIO:
    """The file, unbuffered, so that what is read is what was asked for.

    Opening a named pipe would wait for a writer, deaf to Ctrl-C; without blocking it does not. Of
    standard input there is a descriptor of our own, so that no lock on `sys.stdin` stays behind.
    """
    if path is None:
        descriptor = os.dup(0)
    else:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    return os.fdopen(descriptor, "rb", buffering=0)


def _popped(pieces: list[bytes]) -> Iterator[bytes]:
    while pieces:
        yield pieces.pop(0)


def _again(start: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from chunks
