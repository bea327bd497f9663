"""Bytes as `tarfile` wants them: read forward, a header at a time, and never more than a header.

A tar may claim that a name is terabytes long, and that the next names follow without any file.
"""

import os
import tarfile
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 512
_LONGEST_HEADER = 1024 * 1024
"""Bytes of names and the like before a member."""
_LONGEST_HEADERS = 4 * _LONGEST_HEADER
"""Bytes of all headers before a member."""


class TarBytes:
    """What both kinds of tar have in common: bounded headers, and how it ended."""

    name = "archive"
    mode = "rb"

    def __init__(self) -> None:
        self._last_block = b""
        self._header_bytes = 0

    @property
    def ended_well(self) -> bool:
        """Whether the last block was one of zeros, as at the end of a tar, or there was none."""
        return not self._last_block.strip(b"\0")

    def begin_member(self) -> None:
        """A member was read: what comes next are headers of another."""
        self._header_bytes = 0

    def read(self, length: int) -> bytes:
        """Bytes of a header.

        Raises:
            tarfile.ReadError: it claims to be longer than any is.
        """
        self._header_bytes += length
        if not 0 <= length <= _LONGEST_HEADER or self._header_bytes > _LONGEST_HEADERS:
            raise tarfile.ReadError("a header is too long")
        data = self.take(length)
        if length == _BLOCK:
            self._last_block = data
        return data

    def take(self, length: int) -> bytes:
        """So many bytes; fewer at the end."""
        raise NotImplementedError

    def tell(self) -> int:
        """Bytes that were passed."""
        raise NotImplementedError

    def seek(self, position: int, _whence: int = 0) -> int:
        """Pass the bytes before a place."""
        raise NotImplementedError


class ForwardStream(TarBytes):
    """Pieces that are only read forward; what was passed is gone. Empty pieces are passed over."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._piece = b""
        self._start = 0
        """Bytes of the piece that were passed."""
        self._position = 0

    def tell(self) -> int:
        """Bytes that were passed."""
        return self._position

    def take(self, length: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = []
        while length > 0 and self._has_more():
            part = self._piece[self._start : self._start + length]
            self._pass(len(part))
            length -= len(part)
            parts.append(part)
        return b"".join(parts)

    def peek(self, length: int) -> bytes:
        """So many of the bytes that come next, without passing them; fewer at the end."""
        while len(self._piece) - self._start < length:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._piece = self._piece[self._start :] + piece
            self._start = 0
        return self._piece[self._start : self._start + length]

    def seek(self, position: int, _whence: int = 0) -> int:
        """Pass the bytes before a place.

        Raises:
            tarfile.ReadError: it was passed.
        """
        ahead = position - self._position
        if ahead < 0:
            raise tarfile.ReadError("a place was passed")
        while ahead > 0 and self._has_more():
            passed = min(ahead, len(self._piece) - self._start)
            self._pass(passed)
            ahead -= passed
        return self._position

    def _pass(self, length: int) -> None:
        self._start += length
        self._position += length

    def _has_more(self) -> bool:
        while self._start == len(self._piece):
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._piece = piece
            self._start = 0
        return True


class PlainFile(TarBytes):
    """A tar that is not compressed: contents are leapt over."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def tell(self) -> int:
        """Where it stands."""
        return self._stream.tell()

    def take(self, length: int) -> bytes:
        """So many bytes; fewer at the end."""
        return self._stream.read(length)

    def seek(self, position: int, _whence: int = 0) -> int:
        """Go to a place.

        Raises:
            tarfile.ReadError: there is no such place.
        """
        try:
            return self._stream.seek(position, os.SEEK_SET)
        except (OSError, OverflowError, ValueError) as error:
            raise tarfile.ReadError("a size is impossible") from error
