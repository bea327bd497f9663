"""Replay: every format, every compression, dirty rows, resume. Publishing is tested on a real
broker elsewhere.
"""

import bz2
import gzip
import json
import lzma
import sqlite3
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from infra.settings import Settings
from schemas import Torrent
from streams.replay.checkpoint import Checkpoint, DumpChanged
from streams.replay.compressed import DumpUnreadable
from streams.replay.formats import Format, open_dump
from streams.replay.replay import Options, Summary, replay
from streams.replay.rows import Rejected

HEADER = "infohash;name;size_bytes;created_unix;seeders;leechers;completed;scraped_date\n"
HASH = "ab" * 20


def read(path: Path, kind: Format = Format.AUTO) -> tuple[list[Torrent], list[Rejected]]:
    reader, _ = open_dump(str(path), kind)
    records = [record for record in reader if record is not None]
    reader.close()
    return [one for one in records if isinstance(one, Torrent)], [
        one for one in records if isinstance(one, Rejected)
    ]


def row(name: str, infohash: str = HASH, size: str = "5") -> str:
    return f"{infohash};{name};{size};1373640300;1;0;209;1771125288\n"


async def dry(path: Path, tmp_path: Path, **options: object) -> Summary:
    return await replay(Options(str(path), dry_run=True, **options), Settings(home=tmp_path))  # type: ignore[arg-type]


def test_a_csv_row_is_read_from_both_ends_because_names_hold_separators(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    names = ["Plain", "With; semicolon; twice", 'With "quotes"', " spaces ", "a,b", "naïve ⨯ 名前"]
    path.write_text(
        HEADER + "".join(row(name, f"{n:040x}") for n, name in enumerate(names)), encoding="utf-8"
    )
    good, bad = read(path)
    assert [one.name for one in good] == [name.strip() for name in names]
    assert bad == []
    assert (good[0].size, good[0].swarm and good[0].swarm.completed) == (5, 209)
    assert good[0].observed_at.isoformat() == "2026-02-15T03:14:48+00:00"


def test_a_bom_crlf_and_a_missing_last_line_end_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + (HEADER + row("One")).replace("\n", "\r\n").encode()
        + row("Two", "cd" * 20).strip().encode()
    )
    good, bad = read(path)
    assert [one.name for one in good] == ["One", "Two"]
    assert bad == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row("x", "xyz"), "bad_infohash"),
        (row("  "), "empty_name"),
        (row("x", size="-1"), "bad_size"),
        (row("x", size="many"), "bad_size"),
        (row("x", size=str(2**70)), "bad_size"),
        ("only;three;fields\n", "bad_row"),
    ],
)
def test_a_row_that_is_no_torrent_is_rejected_with_reason_and_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + row("good") + line + row("also good", "cd" * 20))
    good, bad = read(path)
    assert len(good) == 2
    assert [(one.reason, one.line) for one in bad] == [(reason, 3)]


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, lzma.compress, zstandard.compress],
    ids=["plain", "gzip", "xz", "zstd"],
)
def test_compression_is_told_by_content_not_by_name(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "dump"
    path.write_bytes(pack((HEADER + row("One")).encode()))  # type: ignore[operator]
    assert [one.name for one in read(path)[0]] == ["One"]


async def test_a_truncated_file_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    whole = gzip.compress(
        "".join([HEADER, *(row(f"Name {n}", f"{n:040x}") for n in range(5_000))]).encode()
    )
    path.write_bytes(whole[: len(whole) // 2])
    summary = await dry(path, tmp_path)
    assert summary.fault is not None
    assert "truncated" in summary.fault
    assert 1_000 < summary.published < 5_000


@pytest.mark.parametrize(
    "content", [b"", b"hello\nworld\n", bz2.compress(b"x" * 100)], ids=["empty", "prose", "bzip2"]
)
def test_what_is_no_dump_is_refused_with_advice(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    with pytest.raises(DumpUnreadable):
        open_dump(str(path))


def test_json_lines_may_be_poor_or_rich(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    rich = {
        "info_hash": "CD" * 20,
        "name": "B",
        "files": [{"path": ["d", "f.mkv"], "length": 3}, {"path": "g.srt"}],
        "seeders": 4,
    }
    path.write_text(
        json.dumps({"infohash": HASH, "name": "A"}) + "\n" + json.dumps(rich) + "\nnull\n{}\n[1]\n"
    )
    good, bad = read(path)
    assert (good[0].size, good[0].files, good[0].swarm) == (None, None, None)
    assert good[1].files is not None
    assert [(file.path, file.size) for file in good[1].files] == [("d/f.mkv", 3), ("g.srt", None)]
    assert [one.reason for one in bad] == ["not_json", "empty_name", "not_json"]


def test_a_magnetico_database_is_read_with_its_files(tmp_path: Path) -> None:
    path = tmp_path / "database.sqlite3"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE torrents (id INTEGER PRIMARY KEY, info_hash BLOB, name TEXT, total_size INTEGER, discovered_on INTEGER);"
        "CREATE TABLE files (id INTEGER PRIMARY KEY, torrent_id INTEGER, size INTEGER, path TEXT);"
    )
    db.execute(
        "INSERT INTO torrents VALUES (1, ?, 'One', 9, 1771125288), (2, ?, 'Bad', 1, 1771125288)",
        (bytes.fromhex(HASH), b"short"),
    )
    db.execute("INSERT INTO files VALUES (1, 1, 4, 'a/b.mp3'), (2, 1, 5, 'a/c.mp3')")
    db.commit()
    db.close()
    good, bad = read(path)
    assert good[0].files is not None
    assert [(file.path, file.size) for file in good[0].files] == [("a/b.mp3", 4), ("a/c.mp3", 5)]
    assert good[0].provenance.origin == "magnetico"
    assert [(one.reason, one.line) for one in bad] == [("bad_infohash", 2)]


async def test_what_is_banned_is_counted_and_not_published(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + row("m1mmo_BANNED.placeholder") + row("fine", "cd" * 20))
    summary = await dry(path, tmp_path)
    assert (summary.published, dict(summary.banned)) == (1, {"placeholder": 1})


async def test_a_limit_counts_records(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER + "".join(row(f"Name {n}", f"{n:040x}") for n in range(50)))
    assert (await dry(path, tmp_path, limit=7)).published == 7


def test_a_checkpoint_knows_its_dump(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text("one")
    point = Checkpoint(tmp_path / "points", path)
    assert point.read() == 0
    point.write(41)
    assert Checkpoint(tmp_path / "points", path).read() == 41
    path.write_text("two")
    with pytest.raises(DumpChanged, match="has changed"):
        Checkpoint(tmp_path / "points", path).read()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(), max_size=20))
def test_any_name_comes_through_the_csv_reader_or_is_counted(
    tmp_path: Path, names: list[str]
) -> None:
    path = tmp_path / "torrents.csv"
    flat = [name.replace("\n", " ").replace("\r", " ") for name in names]
    path.write_bytes(
        (HEADER + "".join(row(name, f"{n:040x}") for n, name in enumerate(flat))).encode(
            "utf-8", "replace"
        )
    )
    good, bad = read(path)
    assert len(good) + len(bad) == len(names)
    assert {one.reason for one in bad} <= {"empty_name"}
