r"""Records that aiokafka cannot read: the name of a header may be bytes that are no UTF-8.

Kafka takes any bytes as the name of a header, and clients in C, Go or Java send them. aiokafka
reads names as UTF-8 and raises where they are not: the record could be neither handled nor passed
over, and every consumer of the partition would end, again and again. `read_any_header` makes it
read such a name with its odd bytes written as `\xff`. Nothing of ours asks for such a header.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_OFFSET_BYTES = 8
_FRAME_BYTES = 12
"""A batch begins with its offset and the length of what follows these two."""


def read_any_header() -> None:
    """Lets every consumer of this process read records with headers of any name."""
    fetcher.MemoryRecords = Batches


class Batches:
    """The batches of a fetch, as aiokafka's `MemoryRecords` has them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._batches = MemoryRecords(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batches, name)

    def next_batch(self) -> Any:
        """The next batch; None if there is no more."""
        batch = self._batches.next_batch()
        if batch is None:
            return None
        start = self._position
        length = self._data[start + _OFFSET_BYTES : start + _FRAME_BYTES]
        self._position = start + _FRAME_BYTES + int.from_bytes(length)
        return Batch(batch, memoryview(self._data)[start : self._position])


class Batch:
    """A batch of records, as aiokafka's own; read leniently only where that one fails."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from _leniently(self._data)[read:]


class _Bytes(bytearray):
    """Bytes whose parts are decoded whatever they are."""

    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return _Bytes(part) if isinstance(part, bytearray) else part

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return bytes(self).decode(encoding, "backslashreplace")


def _leniently(data: memoryview) -> list[Any]:
    """All records of a batch, read by aiokafka's reader in Python: seldom, and slower."""
    batch = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()
    batch._buffer = _Bytes(batch._buffer)
    return list(batch)
