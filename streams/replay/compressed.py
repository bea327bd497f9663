"""The bytes of a dump, whatever wraps them: plain, gzip, zstd or xz, a file or standard input, told
by magic bytes.
"""

import lzma
import os
import select
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import zstandard

HEAD = 64 * 1024
"""Bytes read ahead to tell the compression and the format."""

MAX_LINE = 32 * 1024 * 1024
"""Bytes of the longest line taken: 100,000 files of a torrent are about 10 MB of JSON."""

_CHUNK = 128 * 1024
# zstd expands a chunk in one go, at up to some thousand times: a small chunk bounds what a hostile
# file makes us hold.
_ZSTD_CHUNK = 16 * 1024
_ZSTD_WINDOW = 2**31  # `zstd --long=31`, as large dumps are packed
_IDLE = 0.2  # seconds without input on a pipe after which the reader is told

STDIN = "-"


class DumpUnreadable(Exception):
    """The dump cannot be opened or is not what it has to be; the message says what to do."""


class Expanded:
    """The expanded bytes of a dump, in chunks.

    A truncated or damaged file ends early with `fault` set, after everything readable was given: an
    exception half way would throw away what was already expanded.
    """

    def __init__(self, path: str) -> None:
        """Open `path`; `-` is standard input.

        Raises:
            DumpUnreadable: the file is missing or may not be read.
        """
        self.fault: str | None = None
        self.read_bytes = 0
        self._pipe = path == STDIN
        try:
            # A descriptor of our own, unbuffered: a reader that is stopped leaves no lock on
            # sys.stdin behind.
            self._file = (
                os.fdopen(os.dup(0), "rb", buffering=0)
                if self._pipe
                else Path(path).open("rb", buffering=0)
            )  # noqa: SIM115 (close() does)
            self.size = 0 if self._pipe else os.fstat(self._file.fileno()).st_size
            first = self._file.read(_CHUNK) or b""
            while 0 < len(first) < 6 and (more := self._file.read(_CHUNK)):
                first += more
        except OSError as error:
            raise DumpUnreadable(f"{path}: {error.strerror or error}") from error
        self.kind, self._make, self._step = _codec(first)
        self._raw = self._inputs(first)
        self._chunks = self._expand()
        self._ahead: list[bytes] = []
        self.head = self._read_head()

    @property
    def fraction(self) -> float | None:
        """Share of the (compressed) file read; None on a pipe."""
        return min(1.0, self.read_bytes / self.size) if self.size else None

    def close(self) -> None:
        self._file.close()

    def chunks(self) -> Iterator[bytes]:
        """The expanded bytes; an empty chunk says that a pipe has nothing for now."""
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._chunks

    def _read_head(self) -> bytes:
        head = b""
        while len(head) < HEAD:
            chunk = next(self._chunks, None)
            if chunk is None or (not chunk and b"\n" in head):
                break
            if chunk:
                head += chunk
                self._ahead.append(chunk)
        return head[:HEAD]

    def _inputs(self, first: bytes) -> Iterator[bytes]:
        chunk: bytes | None = first
        while chunk:
            self.read_bytes += len(chunk)
            for start in range(0, len(chunk), self._step):
                yield chunk[start : start + self._step]
            if self._pipe:
                while not select.select([self._file], [], [], _IDLE)[0]:
                    yield b""
            try:
                chunk = self._file.read(_CHUNK)
            except OSError as error:
                self.fault = f"reading stopped: {error.strerror or error}"
                return

    def _expand(self) -> Iterator[bytes]:
        if self._make is None:
            yield from self._raw
            return
        codec, started = self._make(), False
        for part in self._raw:
            if not part:
                yield part
                continue
            data = part
            while data:
                try:
                    out = codec.decompress(data)
                except (zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
                    self.fault = f"{self.kind} data is damaged: {error}"
                    return
                started = True
                if out:
                    yield out
                data = b""
                if codec.eof:
                    # Files are joined by `cat` and by pigz; padding of zero bytes follows some.
                    data = codec.unused_data.lstrip(b"\0")
                    codec, started = self._make(), False
        if started:
            self.fault = f"the {self.kind} file is truncated"


def lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines without their `\\n`; None where a pipe has nothing for now; an over-long line is cut to
    `MAX_LINE` bytes.

    Only `\\n` ends a line: names hold every other character that `splitlines` takes for one.
    """
    rest: list[bytes] = []
    held = 0
    for chunk in chunks:
        if not chunk:
            yield None
            continue
        first, *others = chunk.split(b"\n")
        if held <= MAX_LINE:
            rest.append(first)
            held += len(first)
        if others:
            yield b"".join(rest)
            yield from others[:-1]
            rest, held = [others[-1]], len(others[-1])
    if held:
        yield b"".join(rest)


def _codec(head: bytes) -> tuple[str, Callable[[], Any] | None, int]:
    if head.startswith(b"\x1f\x8b"):
        return "gzip", lambda: zlib.decompressobj(wbits=31), _CHUNK
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return (
            "zstd",
            lambda: zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj(),
            _ZSTD_CHUNK,
        )
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz", lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ), _CHUNK
    return "plain", None, _CHUNK
