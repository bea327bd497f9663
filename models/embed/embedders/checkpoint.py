"""Reads a checkpoint of TensorFlow without TensorFlow.

A checkpoint (version 2, "tensor bundle") is a table of names in the format of LevelDB (`.index`)
and the numbers one behind the other (`.data-00000-of-00001`). The table's values are messages of
Protocol Buffers (`BundleEntryProto`): dtype 1, shape 2, shard 3, offset 4, size 5. Sources:
tensorflow/core/protobuf/tensor_bundle.proto, leveldb/doc/table_format.md.

The hashes of both files are in the manifest, so the checksums inside are not looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_FLOAT = 1
"""DT_FLOAT of tensorflow/core/framework/types.proto; others (steps, counts) are left out."""

_DTYPE, _SHAPE, _OFFSET, _SIZE = 1, 2, 4, 5
_DIMENSION = 2
_VARINT, _LENGTH, _FIXED32 = 0, 2, 5
"""Wire types of Protocol Buffers."""


class BadCheckpoint(ValueError):
    """The files are no checkpoint that can be read here."""


def read(index: Path, data: Path) -> dict[str, NDArray[np.float32]]:
    """Every tensor of 32-bit floats by its name.

    Raises:
        BadCheckpoint: the files are no checkpoint, or are cut off.
    """
    numbers = data.read_bytes()
    try:
        return dict(_tensors(index.read_bytes(), numbers))
    except (IndexError, ValueError) as error:
        raise BadCheckpoint(f"{index} is no checkpoint: {error}") from error


def _tensors(table: bytes, numbers: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, value in _rows(table):
        if not name:  # the header
            continue
        fields = dict(_fields(value))
        if fields.get(_DTYPE) != _FLOAT:
            continue
        shape_bytes = fields.get(_SHAPE, b"")
        assert isinstance(shape_bytes, bytes)
        shape = tuple(_dimensions(shape_bytes))
        offset, size = int(fields.get(_OFFSET, 0)), int(fields[_SIZE])
        if offset + size > len(numbers) or size != 4 * int(np.prod(shape)):
            raise ValueError(f"{name.decode()} is cut off")
        flat = np.frombuffer(numbers, "<f4", size // 4, offset)
        yield name.decode(), flat.reshape(shape)


def _rows(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a table of LevelDB."""
    footer = table[-_FOOTER:]
    if len(footer) < _FOOTER or int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise ValueError("it does not end as one")
    _, place = _handle(footer, 0)
    index, _ = _handle(footer, place)
    for _, value in _block(table, *index):
        handle, _ = _handle(value, 0)
        yield from _block(table, *handle)


def _handle(data: bytes, place: int) -> tuple[tuple[int, int], int]:
    """Offset and size of a block, and the place behind them."""
    offset, place = _varint(data, place)
    size, place = _varint(data, place)
    return (offset, size), place


def _block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block; a key names how much of the one before it begins with."""
    if table[offset + size] != 0:
        raise ValueError("it is compressed")
    block = table[offset : offset + size]
    end = size - 4 - 4 * int.from_bytes(block[-4:], "little")
    key, place = b"", 0
    while place < end:
        shared, place = _varint(block, place)
        own, place = _varint(block, place)
        length, place = _varint(block, place)
        key = key[:shared] + block[place : place + own]
        place += own
        yield key, block[place : place + length]
        place += length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a message."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _VARINT:
            number, place = _varint(message, place)
            yield key >> 3, number
        elif kind == _LENGTH:
            length, place = _varint(message, place)
            yield key >> 3, message[place : place + length]
            place += length
        elif kind == _FIXED32:
            place += 4
        else:
            raise ValueError(f"wire type {kind}")


def _dimensions(shape: bytes) -> Iterator[int]:
    for number, value in _fields(shape):
        if number == _DIMENSION and isinstance(value, bytes):
            size = dict(_fields(value)).get(1, 0)
            yield int(size)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place
