"""A dump's bytes as a file that is only read forward, as `tarfile` wants it."""

import tarfile
from collections.abc import Iterator

from streams.replay.dump import Dump, Stopped

_BLOCK = 512
_LONGEST_HEADER = 1024 * 1024
"""Bytes of names and the like before a member: a tar may claim terabytes."""


class ForwardStream:
    """Reads and skips; what was passed is gone."""

    name = "archive"
    mode = "rb"

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._pieces: Iterator[bytes] = dump.pieces()
        self._piece = b""
        self._start = 0
        """Bytes of the piece that were passed."""
        self._position = 0
        self._last_block = b""

    @property
    def ended_well(self) -> bool:
        """Whether the last block was one of zeros, as at the end of a tar, or there was none."""
        return not self._last_block.strip(b"\0")

    def tell(self) -> int:
        """Bytes that were passed."""
        return self._position

    def read(self, length: int) -> bytes:
        """Bytes of a header.

        Raises:
            tarfile.ReadError: it claims to be longer than any is.
        """
        if not 0 <= length <= _LONGEST_HEADER:
            raise tarfile.ReadError("a header is too long")
        data = self.take(length)
        if length == _BLOCK:
            self._last_block = data
        return data

    def take(self, length: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = []
        while length > 0 and self._has_more():
            part = self._piece[self._start : self._start + length]
            self._pass(len(part))
            length -= len(part)
            parts.append(part)
        return b"".join(parts)

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
        """Whether there are more bytes; a pipe is waited for."""
        if self._start < len(self._piece):
            return True
        for piece in self._pieces:
            if piece:
                self._piece = piece
                self._start = 0
                return True
            if self._dump.is_stopped():
                raise Stopped
        return False
