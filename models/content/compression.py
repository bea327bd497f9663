"""Compressed bytes expanded in bounded pieces: gzip, bzip2, xz and zstd, told by their first bytes.

A few kilobytes may expand to gigabytes, so nothing here expands a chunk in one go: pieces have at
most `PIECE` bytes, and the memory that a codec may ask for is limited.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import zstandard

PIECE = 128 * 1024
"""Bytes of the largest piece that is handed on."""

MEMORY = 160 * 1024 * 1024
"""Bytes that a codec may take for its window; `xz -9` takes 65 MiB."""

_ZSTD_WINDOW = 128 * 1024 * 1024
"""Bytes of the largest window, as of the `zstd` command without `--long=31`."""

_ZSTD_INPUT = 128
"""Bytes given to zstd at once. It has no limit of its own: four bytes may expand to 128 KiB."""


class Member(Protocol):
    """One compressed stream. A file may hold several, one after the other."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end of the stream."""

    def expand(self, data: bytes) -> Iterator[bytes]:
        """Expand more input, in pieces of at most `PIECE` bytes."""


class _OfCodec:
    """A stream whose codec knows by itself where it ends."""

    _codec: Any

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""
        return bool(self._codec.eof)

    @property
    def unused_data(self) -> bytes:
        """What came after the end of the stream."""
        return bytes(self._codec.unused_data)


class GzipMember(_OfCodec):
    """A gzip stream."""

    def __init__(self) -> None:
        self._codec = zlib.decompressobj(wbits=31)

    def expand(self, data: bytes) -> Iterator[bytes]:
        """Expand more input, in pieces of at most `PIECE` bytes."""
        piece = self._codec.decompress(data, PIECE)
        yield piece
        # A full piece may have more behind it, even if there is no input left.
        while not self._codec.eof and (self._codec.unconsumed_tail or len(piece) == PIECE):
            piece = self._codec.decompress(self._codec.unconsumed_tail, PIECE)
            yield piece


class XzMember(_OfCodec):
    """An xz stream."""

    def __init__(self) -> None:
        self._codec = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MEMORY)

    def expand(self, data: bytes) -> Iterator[bytes]:
        """Expand more input, in pieces of at most `PIECE` bytes."""
        yield self._codec.decompress(data, PIECE)
        while not self._codec.eof and not self._codec.needs_input:
            yield self._codec.decompress(b"", PIECE)


class Bzip2Member(_OfCodec):
    """A bzip2 stream."""

    def __init__(self) -> None:
        self._codec = bz2.BZ2Decompressor()

    def expand(self, data: bytes) -> Iterator[bytes]:
        """Expand more input, in pieces of at most `PIECE` bytes."""
        yield self._codec.decompress(data, PIECE)
        while not self._codec.eof and not self._codec.needs_input:
            yield self._codec.decompress(b"", PIECE)


class ZstdMember(_OfCodec):
    """A zstd frame."""

    def __init__(self) -> None:
        limited = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._codec = limited.decompressobj()
        self._after = b""

    @property
    def unused_data(self) -> bytes:
        """What came after the end of the frame."""
        return super().unused_data + self._after

    def expand(self, data: bytes) -> Iterator[bytes]:
        """Expand more input, in pieces of at most `PIECE` bytes."""
        for start in range(0, len(data), _ZSTD_INPUT):
            if self._codec.eof:
                self._after = data[start:]
                return
            expanded = self._codec.decompress(data[start : start + _ZSTD_INPUT])
            for cut in range(0, len(expanded), PIECE):
                yield expanded[cut : cut + PIECE]


@dataclass(frozen=True)
class Compression:
    """A way of compressing: its name, the bytes it begins with, and the command that unpacks it."""

    name: str
    magic: bytes
    member: Callable[[], Member]
    command: str


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", GzipMember, "zcat"),
    Compression("zstd", b"\x28\xb5\x2f\xfd", ZstdMember, "zstdcat --long=31"),
    Compression("bzip2", b"BZh", Bzip2Member, "bzcat"),
    Compression("xz", b"\xfd7zXZ\x00", XzMember, "xzcat"),
)

LONGEST_MAGIC = max(len(compression.magic) for compression in COMPRESSIONS)

_ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError)


def compression_of(head: bytes) -> Compression | None:
    """What the bytes are compressed with, told by how they begin; None if they are plain."""
    fitting = (kind for kind in COMPRESSIONS if head.startswith(kind.magic))
    return next(fitting, None)


class Expander:
    """Expands the chunks of a compressed file.

    A truncated or damaged file ends early with `fault` set, after everything readable was given: an
    exception half way would throw away what was already expanded.
    """

    def __init__(self, compression: Compression) -> None:
        self._compression = compression
        self.fault: str | None = None

    def pieces(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The expanded bytes. An empty chunk (there is nothing for now) is handed on."""
        member = self._compression.member()
        is_begun = False
        for chunk in chunks:
            if not chunk:
                yield chunk
            data = chunk
            while data:
                is_begun = True
                try:
                    yield from filter(None, member.expand(data))
                except _ERRORS as error:
                    self.fault = self._explained(error)
                    return
                data = b""
                if member.eof:
                    # `cat` and pigz join files; some are padded with zero bytes.
                    data = member.unused_data.lstrip(b"\0")
                    member = self._compression.member()
                    is_begun = False
        if is_begun:
            self.fault = f"the {self._compression.name} file is truncated"

    def _explained(self, error: Exception) -> str:
        name = self._compression.name
        if "memory" in str(error).lower():
            return (
                f"expanding this {name} file takes too much memory; unpack it outside: "
                f"{self._compression.command} FILE"
            )
        return f"{name} data is damaged: {error}"
