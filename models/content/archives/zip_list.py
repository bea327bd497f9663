"""The list of a zip: the central directory at its end, read as a stream.

`zipfile` holds an object for every entry before it gives the first, and a zip may claim ten million
entries. Structures are those of APPNOTE.TXT of PKWARE, 4.3.12 to 4.3.16.
"""

import os
import stat
import struct
from collections.abc import Iterator
from typing import BinaryIO

from models.content.archives.entry import Damaged, Entry

MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")

_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535
_END_64_PLACE = struct.Struct("<4sLQL")
_END_64_PLACE_MAGIC = b"PK\x06\x07"
_END_64 = struct.Struct("<4sQ2H2L4Q")
_END_64_MAGIC = b"PK\x06\x06"
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_MAGIC = b"PK\x01\x02"

_UNKNOWN_32 = 0xFFFFFFFF
"""A size that stands in the extra field, as it needs 64 bits."""
_EXTRA_64 = 0x0001
_EXTRA_NAME = 0x7075
"""Info-ZIP's extra field with the name in UTF-8."""
_IS_UTF8 = 0x800
_UNIX = 3


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """The entries in the order of the list.

    Raises:
        Damaged: there is no list, or it ends in the middle.
    """
    start, length = _directory(stream)
    stream.seek(start)
    while length > 0:
        fixed = stream.read(_ENTRY.size)
        if len(fixed) < _ENTRY.size or not fixed.startswith(_ENTRY_MAGIC):
            raise Damaged("the list of the zip is damaged")
        fields = _ENTRY.unpack(fixed)
        name_length, extra_length, comment_length = fields[10:13]
        name = stream.read(name_length)
        extra = stream.read(extra_length)
        stream.seek(comment_length, os.SEEK_CUR)
        length -= _ENTRY.size + name_length + extra_length + comment_length
        yield _entry(fields, name, extra)


def _entry(fields: tuple[int, ...], name: bytes, extra: bytes) -> Entry:
    made_on = fields[1] >> 8
    is_utf8 = bool(fields[3] & _IS_UTF8)
    size = fields[9]
    unix_mode = fields[15] >> 16 if made_on == _UNIX else 0
    by_kind = _extras(extra)
    if size == _UNKNOWN_32 and len(by_kind.get(_EXTRA_64, b"")) >= 8:
        size = int.from_bytes(by_kind[_EXTRA_64][:8], "little")
    path: str | bytes = name.decode("utf-8", "replace") if is_utf8 else name
    unicode_name = by_kind.get(_EXTRA_NAME, b"")[5:]  # behind a version and a checksum
    if unicode_name:
        path = unicode_name.decode("utf-8", "replace")
    kind = stat.S_IFMT(unix_mode)
    is_file = not name.endswith((b"/", b"\\")) and kind in (0, stat.S_IFREG)
    return Entry(path, size, is_file)


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields by their number, the first of each. What is torn is left out."""
    by_kind: dict[int, bytes] = {}
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        by_kind.setdefault(kind, extra[place + 4 : place + 4 + length])
        place += 4 + length
    return by_kind


def _directory(stream: BinaryIO) -> tuple[int, int]:
    """Where the central directory begins, and its length.

    It ends where the record of its end begins, so bytes before the zip do no harm.
    """
    size = stream.seek(0, os.SEEK_END)
    tail_start = max(0, size - _LONGEST_COMMENT - _END.size)
    stream.seek(tail_start)
    tail = stream.read()
    place = tail.rfind(_END_MAGIC)
    if place < 0 or place + _END.size > len(tail):
        raise Damaged("the zip has no list at its end: it is torn, or one volume of several")
    length = _END.unpack_from(tail, place)[5]
    end = tail_start + place
    big = _directory_64(stream, end)
    if big is not None:
        end, length = big
    if length > end:
        raise Damaged("the list of the zip is damaged")
    return end - length, length


def _directory_64(stream: BinaryIO, end: int) -> tuple[int, int] | None:
    """Where a directory of 64 bits ends, and its length. Returns None if it is a usual one."""
    if end < _END_64_PLACE.size:
        return None
    stream.seek(end - _END_64_PLACE.size)
    magic, _, place, _ = _END_64_PLACE.unpack(stream.read(_END_64_PLACE.size))
    if magic != _END_64_PLACE_MAGIC:
        return None
    stream.seek(min(place, end))
    record = stream.read(_END_64.size)
    if len(record) < _END_64.size or not record.startswith(_END_64_MAGIC):
        raise Damaged("the list of the zip is damaged")
    return place, _END_64.unpack(record)[8]
