"""Every format and every compression, from the file to what is published."""

import bz2
import gzip
import lzma
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import zstandard

from streams.replay.dump import DumpUnreadable
from streams.replay.formats import FORMATS
from tests.unit.replay.dumps import HASH, HEADER, csv, infohash, jsonl, magnetico, replayed, row


async def test_a_csv_row_is_read_from_both_ends_because_names_hold_separators(
    tmp_path: Path,
) -> None:
    path = tmp_path / "torrents.csv"
    names = ["Plain", "With; semicolon; twice", 'With "quotes"', " spaces ", "a,b", "naïve ⨯ 名前"]
    rows = [row(name, infohash(number)) for number, name in enumerate(names)]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    replay = await replayed(path, tmp_path)
    assert replay.names == [name.strip() for name in names]
    assert replay.rejected == []
    first = replay.torrents[0]
    assert (first.size, first.swarm and first.swarm.completed) == (5, 209)
    assert first.observed_at.isoformat() == "2026-02-15T03:14:48+00:00"
    assert first.provenance.model_dump() == {
        "source": "replay",
        "origin": "torrents.csv",
        "dataset": "torrents.csv",
    }


async def test_copies_of_torrents_csv_are_separated_by_commas(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text((HEADER + row("One; two") + row("x,y", "cd" * 20)).replace(";", ","))
    assert (await replayed(path, tmp_path)).names == ["One, two", "x,y"]


async def test_a_bom_crlf_and_a_missing_last_line_end_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    windows = (HEADER + row("One")).replace("\n", "\r\n").encode()
    path.write_bytes(b"\xef\xbb\xbf" + windows + row("Two", "cd" * 20).strip().encode())
    replay = await replayed(path, tmp_path)
    assert replay.names == ["One", "Two"]
    assert replay.rejected == []


async def test_json_lines_may_be_poor_or_rich(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    poor = {"infohash": HASH, "name": "A"}
    rich = {
        "info_hash": "CD" * 20,
        "name": "B",
        "files": [{"path": ["d", "f.mkv"], "length": 3}, {"path": "g.srt"}, "h.nfo"],
        "seeders": 4,
    }
    path.write_text(jsonl([poor, rich]) + "\nnull\n{}\n[1]\n")
    replay = await replayed(path, tmp_path)
    first, second = replay.torrents
    assert (first.size, first.files, first.swarm) == (None, None, None)
    assert [(file.path, file.size) for file in second.files or ()] == [
        ("d/f.mkv", 3),
        ("g.srt", None),
        ("h.nfo", None),
    ]
    assert second.swarm is not None
    assert second.swarm.seeders == 4
    assert replay.reasons == [("not_json", 4), ("bad_infohash", 5), ("not_json", 6)]


@pytest.mark.parametrize("wal", [False, True], ids=["plain", "as magnetico leaves it"])
async def test_a_magnetico_database_is_published_with_its_files(tmp_path: Path, wal: bool) -> None:
    path = magnetico(
        tmp_path / "database.sqlite3",
        [
            (bytes.fromhex(HASH), "One", 9, [("a/b.mp3", 4), ("a/c.mp3", 5)]),
            (b"short", "Bad", 1, []),
            (bytes.fromhex("cd" * 20), "Two", 7, []),
            (bytes.fromhex("ef" * 20), "No path", 7, [(None, 7)]),
        ],
        wal=wal,
    )
    replay = await replayed(path, tmp_path)
    assert replay.summary.fault is None
    assert replay.names == ["One", "Two", "No path"]
    first, second, third = replay.torrents
    assert third.files is None
    assert [(file.path, file.size) for file in first.files or ()] == [
        ("a/b.mp3", 4),
        ("a/c.mp3", 5),
    ]
    assert (first.provenance.origin, first.size) == ("magnetico", 9)
    assert second.files is None
    assert replay.reasons == [("bad_infohash", 2)]
    assert replay.summary.ignored["files out of range"] == 1


async def test_a_magnetico_database_of_many_batches_is_whole(tmp_path: Path) -> None:
    torrents = ((number.to_bytes(20, "big"), f"Name {number}", 1, []) for number in range(1_500))
    path = magnetico(tmp_path / "database.sqlite3", torrents)
    replay = await replayed(path, tmp_path)
    assert replay.summary.published == len(replay.torrents) == 1_500
    assert replay.summary.fraction == 1.0


@contextmanager
def without_rights_in(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder; root, who always may, is somebody else for a while."""
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


async def test_a_magnetico_database_on_a_read_only_disk_is_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [(bytes.fromhex(HASH), "One", 9, [])]
        path = magnetico(folder / "database.sqlite3", rows, wal=True)
        with without_rights_in(folder):
            replay = await replayed(path, folder, dry_run=True)
    assert replay.summary.published == 1


async def test_a_damaged_magnetico_database_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    torrents = ((number.to_bytes(20, "big"), f"Name {number}", 1, []) for number in range(5_000))
    path = magnetico(tmp_path / "database.sqlite3", torrents)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 20 * 4096] = b"\xff" * (20 * 4096)
    path.write_bytes(data)
    summary = (await replayed(path, tmp_path)).summary
    assert summary.fault is not None
    assert "damaged" in summary.fault
    assert 0 < summary.published < 5_000
    assert summary.exit_code == 1


async def test_a_database_of_another_program_is_refused_with_what_is_expected(
    tmp_path: Path,
) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE items (hash TEXT)")
    db.close()
    with pytest.raises(
        DumpUnreadable, match=r"of another program: 'items \(hash\)'; expected: a table items"
    ):
        await replayed(path, tmp_path)


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress],
    ids=["plain", "gzip", "bzip2", "xz", "zstd"],
)
@pytest.mark.parametrize("content", ["csv", "jsonl"])
async def test_compression_is_told_by_content_not_by_name(
    tmp_path: Path, pack: Callable[[bytes], bytes], content: str
) -> None:
    path = tmp_path / "dump"
    rows = ({"infohash": infohash(number), "name": f"Name {number}"} for number in range(1_500))
    text = csv(1_500) if content == "csv" else jsonl(rows)
    path.write_bytes(pack(text.encode()))
    replay = await replayed(path, tmp_path)
    assert replay.names == [f"Name {number}" for number in range(1_500)]
    assert replay.summary.fault is None
    assert replay.summary.fraction == 1.0


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, zstandard.compress],
    ids=["gzip", "bzip2", "xz", "zstd"],
)
async def test_compressed_files_may_be_joined_and_padded(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "dump"
    parts = [csv(1_000), *(row(f"More {at}", infohash(at + 5_000)) for at in range(3))]
    path.write_bytes(b"".join(pack(part.encode()) for part in parts) + bytes(512))
    replay = await replayed(path, tmp_path)
    assert replay.summary.fault is None
    assert len(replay.names) == 1_003


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (gzip.compress, "gzip"),
        (partial(bz2.compress, compresslevel=1), "bzip2"),  # in small blocks
        (lzma.compress, "xz"),
        (zstandard.compress, "zstd"),
    ],
)
async def test_a_truncated_file_gives_what_it_has_and_says_so(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    path = tmp_path / "dump"
    noise = "".join(row(os.urandom(40).hex(), infohash(number)) for number in range(3_000))
    packed = pack((HEADER + noise).encode())
    path.write_bytes(packed[: len(packed) // 2])
    summary = (await replayed(path, tmp_path)).summary
    assert summary.fault == f"the {name} file is truncated"
    assert 500 < summary.published < 3_000
    assert summary.exit_code == 1


async def test_a_damaged_file_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    noise = "".join(row(os.urandom(40).hex(), infohash(number)) for number in range(3_000))
    packed = bytearray(gzip.compress((HEADER + noise).encode()))
    middle = len(packed) // 2
    packed[middle : middle + 500] = b"\xff" * 500
    path.write_bytes(packed)
    summary = (await replayed(path, tmp_path)).summary
    assert summary.fault is not None
    assert "damaged" in summary.fault
    assert 500 < summary.published < 3_000


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "is empty"),
        (b"hello\nworld\n", "--format"),
        (bz2.compress(b"x" * 100), "--format"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(b"x" * 1000)[:12], "truncated"),
    ],
    ids=["empty", "prose", "bzip2", "empty gzip", "torn gzip"],
)
async def test_what_is_no_dump_is_refused_with_advice(
    tmp_path: Path, content: bytes, advice: str
) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    with pytest.raises(DumpUnreadable, match=advice):
        await replayed(path, tmp_path)


async def test_a_compressed_database_is_to_be_unpacked_first(tmp_path: Path) -> None:
    plain = magnetico(tmp_path / "database.sqlite3", [(bytes.fromhex(HASH), "One", 9, [])])
    packed = tmp_path / "database.sqlite3.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(DumpUnreadable, match="unpack it first"):
        await replayed(packed, tmp_path)


def test_every_format_has_a_name_of_its_own_and_says_what_it_expects() -> None:
    names = [form.name for form in FORMATS]
    assert len(set(names)) == len(names)
    assert all(re.search("info_?hash|hash,|magnet", form.expects) for form in FORMATS)
