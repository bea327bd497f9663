"""The fields of a 7z header one after the other, and the marks that stand between them."""

from collections.abc import Sequence
from enum import IntEnum

LARGEST = 24 * 1024 * 1024
"""Bytes of a header, packed or not: 100,000 long names have 20 MB."""

MOST_FILES = 1_000_000
MOST_STREAMS = 100_000
"""Streams that are packed each for itself; a solid archive has one for many files."""


class Mark(IntEnum):
    """What follows in a header (7zFormat.txt, "Property IDs")."""

    END = 0x00
    HEADER = 0x01
    ARCHIVE_PROPERTIES = 0x02
    MAIN_STREAMS = 0x04
    FILES = 0x05
    PACKS = 0x06
    FOLDERS = 0x07
    SUBSTREAMS = 0x08
    SIZE = 0x09
    CHECKSUM = 0x0A
    FOLDER = 0x0B
    UNPACKED_SIZE = 0x0C
    SUBSTREAM_COUNT = 0x0D
    EMPTY_STREAM = 0x0E
    EMPTY_FILE = 0x0F
    NAMES = 0x11
    PACKED_HEADER = 0x17


class Fields:
    """The fields of a header one after the other.

    Raises:
        IndexError: the header ends before.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def byte(self) -> int:
        """A byte."""
        self._place += 1
        return self._data[self._place - 1]

    def number(self) -> int:
        """A whole number; the ones that its first byte begins with say how many bytes follow."""
        first = self.byte()
        mask = 0x80
        value = 0
        for place in range(8):
            if not first & mask:
                return value + ((first & (mask - 1)) << 8 * place)
            value += self.byte() << 8 * place
            mask >>= 1
        return value

    def bytes(self, length: int) -> bytes:
        """So many bytes."""
        data = self._data[self._place : self._place + length]
        if len(data) < length:
            raise IndexError
        self._place += length
        return data

    def bits(self, count: int) -> Sequence[bool]:
        """So many bits, the highest of a byte first."""
        data = self.bytes(checked(count + 7, MOST_FILES + 7) // 8)
        return [bool(data[place >> 3] & 0x80 >> (place & 7)) for place in range(count)]

    def expect(self, kind: int) -> None:
        """Pass the mark of what follows."""
        if self.byte() != kind:
            raise IndexError

    def rest(self) -> int:
        """How many bytes there are still."""
        return len(self._data) - self._place


def checked(count: int, most: int) -> int:
    """A count that is no more than any honest one.

    Raises:
        IndexError: it is.
    """
    if count > most:
        raise IndexError
    return count
