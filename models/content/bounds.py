"""How much of a hostile folder or archive is read: what is more becomes a note."""

import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is read of one subject. What is beyond becomes a note, never an error."""

    entries: int = 100_000
    """Files and folders; the largest honest torrents have so many."""
    seconds: float = 1.5
    expanded: int = 4 * 2**30
    """Bytes that a compressed archive may expand to while it is listed. None of them is kept."""


class Exceeded(Exception):
    """A bound was reached. The message says which."""


class Budget:
    """What is left of the bounds while one subject is read."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._end = time.monotonic() + bounds.seconds
        self._entries = 0
        self._expanded = 0

    def take_entry(self) -> None:
        """Count a file or folder.

        Raises:
            Exceeded: there were too many, or it took too long.
        """
        if self._entries == self._bounds.entries:
            raise Exceeded(f"only the first {self._entries:,} entries were read")
        self._entries += 1
        self._raise_if_late()

    def timed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Bytes as they stand in a file: those that expand to nothing take time as well.

        Raises:
            Exceeded: it took too long.
        """
        for chunk in chunks:
            self._raise_if_late()
            yield chunk

    def counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Expanded bytes, as long as there are not too many.

        Raises:
            Exceeded: there were too many, or it took too long.
        """
        for piece in pieces:
            self._expanded += len(piece)
            if self._expanded > self._bounds.expanded:
                raise Exceeded(f"it expands to more than {self._bounds.expanded:,} bytes")
            self._raise_if_late()
            yield piece

    def _raise_if_late(self) -> None:
        if time.monotonic() > self._end:
            raise Exceeded(f"reading was ended after {self._bounds.seconds:g} seconds")
