"""What a hostile dump may cost: memory for one line, whatever expands from how little."""

import bz2
import gzip
import lzma
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from streams.replay import lines
from streams.replay.dump import DumpUnreadable
from streams.replay.lines import Line, LineSplitter, TooLong
from tests.unit.replay.dumps import HEADER, infohash, replayed, row

MIB = 1 << 20
EXPANDED = 128 * MIB

PACKS = [gzip.compress, bz2.compress, lzma.compress, zstandard.compress]
NAMES = ["gzip", "bzip2", "xz", "zstd"]


@pytest.mark.parametrize("pack", PACKS, ids=NAMES)
async def test_a_bomb_costs_little_memory_and_is_named(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "dump"
    start = (HEADER + row("first", infohash(1))).encode()
    packed = pack(start) + pack(bytes(EXPANDED) + b"\n")
    path.write_bytes(packed + pack(row("last", infohash(2)).encode()))
    assert path.stat().st_size < MIB
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        replay = await replayed(path, tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert replay.names == ["first", "last"]
    assert replay.summary.fault is None
    assert replay.reasons == [("too_long", 3)]
    assert peak - before < 3 * lines.MAX_LINE


async def test_a_line_that_is_too_long_is_a_rejected_row(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    long = row("x" * (lines.MAX_LINE + 1), infohash(2))
    last = row("y" * (lines.MAX_LINE + 1), infohash(4)).strip()
    path.write_text(HEADER + row("one", infohash(1)) + long + row("two", infohash(3)) + last)
    replay = await replayed(path, tmp_path)
    assert replay.names == ["one", "two"]
    assert replay.reasons == [("too_long", 3), ("too_long", 5)]
    assert f"{lines.MAX_LINE:,} bytes" in replay.rejected[0].detail


def with_window(packed: bytes, code: int) -> bytes:
    """An xz file that claims another window: a byte of its block header, and the header's CRC."""
    length = (packed[12] + 1) * 4
    header = bytearray(packed[12 : 12 + length - 4])
    header[4] = code
    return packed[:12] + header + zlib.crc32(header).to_bytes(4, "little") + packed[12 + length :]


async def test_xz_with_a_window_of_a_gigabyte_is_told_how_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.xz"
    path.write_bytes(with_window(lzma.compress((HEADER + row("one")).encode()), 36))
    with pytest.raises(DumpUnreadable, match=r"too much memory; unpack it outside: xzcat"):
        await replayed(path, tmp_path)


async def test_zstd_with_a_window_of_a_gigabyte_is_told_how_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.zst"
    packer = zstandard.ZstdCompressor().compressobj()
    packed = bytearray(packer.compress((HEADER + row("one")).encode()) + packer.flush())
    assert not packed[4] & 0x20, "the frame names its window"
    packed[5] = (30 - 10) << 3
    path.write_bytes(packed)
    with pytest.raises(DumpUnreadable, match=r"too much memory; unpack it outside: zstdcat"):
        await replayed(path, tmp_path)


@given(
    st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r", b"x" * 9, b"x" * 30]), max_size=40),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_however_bytes_are_cut_the_lines_are_the_same(
    parts: list[bytes], places: list[int]
) -> None:
    data = b"".join(parts)
    cuts = sorted({0, len(data), *(place for place in places if place < len(data))})
    splitter = LineSplitter(longest=20)
    got: list[Line] = []
    for start, end in pairwise(cuts):
        got += splitter.feed(data[start:end])
    got += splitter.end()
    expected = data.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert got == [line if len(line) <= 20 else TooLong(len(line)) for line in expected]
