"""The list of a 7z: the header at its end, which is mostly packed itself (7zFormat.txt).

A few kilobytes of header are unpacked in memory, with a bound on what they expand to; contents are
not. The library that lists these, py7zr, brings seven compiled ones along.
"""

import lzma
import struct
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from models.content.archives.entry import Damaged, Entry
from models.content.archives.seven_zip.fields import LARGEST, MOST_FILES, Fields, Mark, checked
from models.content.archives.seven_zip.streams import AES, Packing, Streams, streams

MAGIC = b"7z\xbc\xaf\x27\x1c"

_START = struct.Struct("<6s2BL2QL")
_DAMAGED = "the 7z is damaged or torn"

_COPY = b"\x00"
_LZMA = b"\x03\x01\x01"
_LZMA2 = b"\x21"


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """The entries in the order of the list.

    Raises:
        Damaged: there is no list, or it is damaged, encrypted or too large.
    """
    try:
        header = _header(stream)
        yield from _listed(header)
    except (IndexError, struct.error, lzma.LZMAError, EOFError) as error:
        raise Damaged(_DAMAGED) from error


def _header(stream: BinaryIO) -> Fields:
    """The header, unpacked as often as it was packed."""
    stream.seek(0)
    fixed = stream.read(_START.size)
    _, _, _, _, place, length, _ = _START.unpack(fixed)
    if length == 0:
        return Fields(bytes([Mark.HEADER, Mark.END]))
    stream.seek(min(_START.size + place, 2**62))
    data = stream.read(min(length, LARGEST))
    if len(data) < length:
        raise Damaged("the 7z is torn, one volume of several, or its list is too large")
    for _ in range(4):
        fields = Fields(data)
        kind = fields.byte()
        if kind == Mark.HEADER:
            return fields
        if kind != Mark.PACKED_HEADER:
            break
        data = _unpacked(stream, streams(fields))
    raise IndexError


def _unpacked(stream: BinaryIO, header: Streams) -> bytes:
    packing = header.packings[0]
    size = checked(packing.size, LARGEST)
    stream.seek(min(_START.size + header.place, 2**62))
    packed = stream.read(checked(header.packed_sizes[0], LARGEST))
    if packing.method == _COPY:
        return packed[:size]
    if packing.method == AES:
        raise Damaged("the list of the 7z is encrypted")
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(packing, size)])
    return unpacker.decompress(packed, size)


def _filter(packing: Packing, size: int) -> dict[str, Any]:
    """The method for `lzma`. A window larger than the content would only take memory."""
    properties = packing.properties
    if packing.method == _LZMA:
        first, window = struct.unpack("<BL", properties[:5])
        parameters = {"lc": first % 9, "lp": first // 9 % 5, "pb": first // 45}
        return {"id": lzma.FILTER_LZMA1, "dict_size": _window(window, size), **parameters}
    if packing.method == _LZMA2:
        window = (2 | properties[0] & 1) << min(properties[0] // 2 + 11, 31)
        return {"id": lzma.FILTER_LZMA2, "dict_size": _window(window, size)}
    raise Damaged("the list of the 7z is packed in a way that is not known here")


def _window(declared: int, size: int) -> int:
    return max(4096, min(declared, size))


def _listed(fields: Fields) -> Iterator[Entry]:
    sizes: Sequence[int] = ()
    while (kind := fields.byte()) != Mark.END:
        if kind == Mark.ARCHIVE_PROPERTIES:
            while fields.byte() != Mark.END:
                fields.bytes(fields.number())
        elif kind == Mark.MAIN_STREAMS:
            sizes = streams(fields).sizes
        elif kind == Mark.FILES:
            yield from _files(fields, sizes)
            return
        else:
            raise IndexError


def _files(fields: Fields, sizes: Sequence[int]) -> Iterator[Entry]:
    """The files by their names. What has no stream is a folder, or else an empty file."""
    count = checked(fields.number(), MOST_FILES)
    names = b""
    is_empty: Sequence[bool] = [False] * count
    is_empty_file: Sequence[bool] = [False] * count
    while (kind := fields.byte()) != Mark.END:
        data = Fields(fields.bytes(fields.number()))
        if kind == Mark.EMPTY_STREAM:
            is_empty = data.bits(count)
        elif kind == Mark.EMPTY_FILE:
            is_empty_file = data.bits(sum(is_empty))
        elif kind == Mark.NAMES:
            data.expect(0)  # they stand here, and not elsewhere
            names = data.bytes(data.rest())
    remaining = iter(sizes)
    empty_files = iter(is_empty_file)
    start = 0
    for has_no_stream in is_empty:
        end = _end_of_name(names, start)
        path = names[start:end].decode("utf-16-le", "replace")
        start = end + 2
        if has_no_stream:
            yield Entry(path, 0, next(empty_files))
        else:
            size = next(remaining, None)
            yield Entry(path, size if size is None or size >= 0 else None)


def _end_of_name(names: bytes, start: int) -> int:
    """Where the zero stands that ends a name: at an even place, as a character has two bytes."""
    end = start
    while (end := names.find(b"\0\0", end)) >= 0:
        if not (end - start) & 1:
            return end
        end += 1
    raise IndexError
