"""The list of a RAR: the headers of versions 1.5 to 4, and of version 5.

Headers say where the next stands, so contents are passed over. Structures are those of technote.txt
of version 4 and of "RAR 5.0 archive format". The library that lists RARs, rarfile, starts `unrar`
on comments that are compressed.
"""

import os
import stat
import struct
from collections.abc import Iterator
from typing import BinaryIO

from models.content.archives.entry import Damaged, Entry, Incomplete

MAGIC_4 = b"Rar!\x1a\x07\x00"
MAGIC_5 = b"Rar!\x1a\x07\x01\x00"

_ENCRYPTED = "the list of the RAR is encrypted"
_DAMAGED = "the RAR is damaged or torn"
_VOLUME = "this is one volume of several: the files of the others are not listed"


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """The entries in the order of their headers.

    Raises:
        Damaged: a header is torn, or all of them are encrypted.
        Incomplete: it is one volume of several.
    """
    is_version_5 = stream.read(len(MAGIC_4)) != MAGIC_4
    if is_version_5:
        stream.seek(len(MAGIC_5))
    try:
        yield from _entries_5(stream) if is_version_5 else _entries_4(stream)
    except (struct.error, IndexError) as error:  # a field beyond the end of its header
        raise Damaged(_DAMAGED) from error


# Version 4

_HEADER_4 = struct.Struct("<HBHH")
_FILE_4 = struct.Struct("<2LB2L2BHL")
_MAIN_4 = 0x73
_FILE_HEADER_4 = 0x74
_END_4 = 0x7B
_IS_VOLUME_4 = 0x0001
_IS_ENCRYPTED_4 = 0x0080
_HAS_DATA_4 = 0x8000
_HAS_HIGH_SIZES = 0x0100
_HAS_UNICODE_NAME = 0x0200
_FOLDER_4 = 0x00E0
_UNIX_4 = 3


def _entries_4(stream: BinaryIO) -> Iterator[Entry]:
    is_volume = is_begun = False
    while head := stream.read(_HEADER_4.size):
        _, kind, flags, length = _HEADER_4.unpack(head)
        is_begun = is_begun or kind == _MAIN_4
        if length < _HEADER_4.size or not is_begun:
            raise Damaged(_DAMAGED)
        body = stream.read(length - _HEADER_4.size)
        if kind == _END_4:
            break
        if kind == _MAIN_4:
            is_volume = bool(flags & _IS_VOLUME_4)
            if flags & _IS_ENCRYPTED_4:
                raise Damaged(_ENCRYPTED)
        data_length = 0
        if kind == _FILE_HEADER_4:
            entry, data_length = _file_4(flags, body)
            yield entry
        elif flags & _HAS_DATA_4:
            data_length = struct.unpack_from("<L", body)[0]
        stream.seek(min(data_length, 2**62), os.SEEK_CUR)
    if is_volume:
        raise Incomplete(_VOLUME)


def _file_4(flags: int, body: bytes) -> tuple[Entry, int]:
    """A file and the length of its data."""
    packed, size, system, _, _, _, _, name_length, attributes = _FILE_4.unpack_from(body)
    place = _FILE_4.size
    if flags & _HAS_HIGH_SIZES:
        high_packed, high_size = struct.unpack_from("<2L", body, place)
        packed += high_packed << 32
        size += high_size << 32
        place += 8
    raw = body[place : place + name_length]
    is_folder = flags & _FOLDER_4 == _FOLDER_4
    is_link = system == _UNIX_4 and stat.S_ISLNK(attributes)
    return Entry(_name_4(raw, flags), size, not is_folder and not is_link), packed


def _name_4(raw: bytes, flags: int) -> str | bytes:
    """A name: in the code page of its machine, and often packed Unicode behind a zero."""
    plain, zero, packed = raw.partition(b"\0")
    if not flags & _HAS_UNICODE_NAME:
        return plain
    if not zero:
        return plain.decode("utf-8", "replace")
    try:
        return _unpacked(plain, packed)
    except IndexError:
        return plain


def _unpacked(plain: bytes, packed: bytes) -> str:
    """Unicode of RAR 3: two bits for each step say how much of a character is spelt out."""
    high = packed[0] << 8
    place = 1
    steps: list[int] = []
    text: list[str] = []
    while place < len(packed):
        if not steps:
            flags = packed[place]
            steps = [flags & 3, flags >> 2 & 3, flags >> 4 & 3, flags >> 6]
            place += 1
            continue
        step = steps.pop()
        low = packed[place]
        place += 1
        if step == 0:
            text.append(chr(low))
        elif step == 1:
            text.append(chr(low + high))
        elif step == 2:
            text.append(chr(low + (packed[place] << 8)))
            place += 1
        else:  # a run of the plain name, with an offset or without
            offset = 0
            if low & 0x80:
                offset = packed[place]
                place += 1
            start = len(text)
            run = plain[start : start + (low & 0x7F) + 2]
            page = high if low & 0x80 else 0
            text += [chr((char + offset & 0xFF) + page) for char in run]
    return "".join(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# Version 5

_MAIN_5 = 1
_FILE_5 = 2
_ENCRYPTION_5 = 4
_END_5 = 5
_HAS_EXTRA_5 = 1
_HAS_DATA_5 = 2
_IS_VOLUME_5 = 1
_IS_FOLDER_5 = 1
_HAS_TIME_5 = 2
_HAS_CHECKSUM_5 = 4
_SIZE_UNKNOWN_5 = 8
_UNIX_5 = 1
_WINDOWS_LINK = 0x400


class _Fields:
    """The fields of a header one after the other.

    Raises:
        IndexError: the header ends before.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0
        """Bytes that were passed."""

    def number(self) -> int:
        """A whole number, seven bits a byte."""
        value = shift = 0
        while shift < 70:
            byte = self._data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7
        raise IndexError

    def skip(self, length: int) -> None:
        """Pass bytes."""
        self.place += length

    def bytes(self, length: int) -> bytes:
        """So many bytes, or those that are there."""
        return self._data[self.place : self.place + length]


def _entries_5(stream: BinaryIO) -> Iterator[Entry]:
    is_volume = is_begun = False
    while (header := _header_5(stream)) is not None:
        kind = header.number()
        is_begun = is_begun or kind in (_MAIN_5, _ENCRYPTION_5)
        if not is_begun:
            raise Damaged(_DAMAGED)
        flags = header.number()
        if flags & _HAS_EXTRA_5:
            header.number()
        data_length = header.number() if flags & _HAS_DATA_5 else 0
        if kind == _ENCRYPTION_5:
            raise Damaged(_ENCRYPTED)
        if kind == _END_5:
            break
        if kind == _MAIN_5:
            is_volume = bool(header.number() & _IS_VOLUME_5)
        elif kind == _FILE_5:
            yield _file_5(header)
        stream.seek(min(data_length, 2**62), os.SEEK_CUR)
    if is_volume:
        raise Incomplete(_VOLUME)


def _header_5(stream: BinaryIO) -> _Fields | None:
    """The next header. Returns None at the end of the file."""
    start = stream.read(7)  # a checksum, and the length of what follows in up to three bytes
    if not start:
        return None
    fields = _Fields(start[4:])
    length = fields.number()
    stream.seek(4 + fields.place - len(start), os.SEEK_CUR)
    data = stream.read(length)
    if not length or len(data) < length:
        raise Damaged(_DAMAGED)
    return _Fields(data)


def _file_5(header: _Fields) -> Entry:
    flags = header.number()
    size = header.number()
    attributes = header.number()
    header.skip(4 * bool(flags & _HAS_TIME_5) + 4 * bool(flags & _HAS_CHECKSUM_5))
    header.number()  # how it is compressed
    is_unix = header.number() == _UNIX_5
    name = header.bytes(header.number())
    is_known = not flags & _SIZE_UNKNOWN_5
    is_link = attributes & _WINDOWS_LINK
    if is_unix:
        is_link = stat.S_IFMT(attributes & 0xFFFF) == stat.S_IFLNK
    return Entry(name, size if is_known else None, not flags & _IS_FOLDER_5 and not is_link)
