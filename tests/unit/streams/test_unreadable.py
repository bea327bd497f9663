"""Headers whose names are no UTF-8 are read, and the records around them as they are."""

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from streams.kafka import client
from streams.kafka.unreadable import Batches
from tests.fuzz.hostile.kinds import RawName

UNCOMPRESSED, ZSTD = 0, 4


def batch(*names: str, codec: int) -> bytes:
    """A batch of one record a name, which its one header has."""
    builder = _DefaultRecordBatchBuilderPy(2, codec, 0, -1, -1, 0, 1_000_000)
    for number, name in enumerate(names):
        value = f"value {number}".encode()
        builder.append(number, 7_000 + number, key=b"k", value=value, headers=[(name, b"\xff")])
    return bytes(builder.build())


BAD = RawName("bad", b"x-\xff\xfe")


@pytest.mark.parametrize("codec", [UNCOMPRESSED, ZSTD])
def test_a_header_with_a_bad_name_is_read_with_its_bytes_written_out(codec: int) -> None:
    data = batch("a", BAD, "c", codec=codec) + batch("d", BAD, codec=codec)
    batches = Batches(data)
    records = []
    while batches.has_next():
        part = batches.next_batch()
        assert part.validate_crc()
        records += list(part)
    assert [record.value for record in records] == [
        *(b"value 0", b"value 1", b"value 2"),
        *(b"value 0", b"value 1"),
    ]
    assert [name for record in records for name, _ in record.headers] == [
        *("a", r"x-\xff\xfe", "c"),
        *("d", r"x-\xff\xfe"),
    ]
    assert [record.timestamp for record in records] == [7_000, 7_001, 7_002, 7_000, 7_001]
    assert batches.next_batch() is None


def test_aiokafka_itself_still_cannot_read_it() -> None:
    """When this fails, `streams/kafka/unreadable.py` may go."""
    records = MemoryRecords(batch(BAD, codec=UNCOMPRESSED))
    with pytest.raises(UnicodeDecodeError):
        list(records.next_batch())


def test_all_clients_of_a_process_read_so() -> None:
    assert client.client_options
    assert fetcher.MemoryRecords is Batches
