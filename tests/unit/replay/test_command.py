"""The command: one clear line for what cannot be, exit codes that a script can trust."""

import gzip
from pathlib import Path

import pytest

from infra.settings import settings
from streams.replay.__main__ import main
from tests.unit.replay.dumps import HASH, HEADER, csv, jsonl, magnetico, row


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()


def test_a_good_dump_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(3) + row("bad", "xyz"))
    assert main([str(path), "--dry-run", "--verbose"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "would be published │ 3 │" in told
    assert "line 5: bad_infohash: 'xyz'" in told


def test_a_magnetico_database_ends_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = magnetico(tmp_path / "database", [(bytes.fromhex(HASH), "One", 9, [("a.mp3", 9)])])
    assert main([str(path), "--dry-run"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "would be published │ 1 │" in told


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"hello\n"), "is none of bitmagnet, rarbg, magnetico"),
        (
            lambda path: path.write_bytes(gzip.compress(b"x" * 99)[:15]),
            "the gzip file is truncated",
        ),
    ],
    ids=["missing", "empty", "prose", "torn"],
)
def test_what_cannot_be_read_is_one_line_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object, told: str
) -> None:
    path = tmp_path / ("long name " * 12) / "dump"
    path.parent.mkdir()
    make(path)  # type: ignore[operator]
    assert main([str(path), "--dry-run"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert str(path) in line


@pytest.mark.parametrize("form", ["magnetico", "jsonl", "torrents.csv"])
def test_a_wrong_format_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path = tmp_path / "dump"
    path.write_text("some;other;table\n" * 5)
    assert main([str(path), "--dry-run", "--format", form]) == 1
    assert "expected: " in capsys.readouterr().err


def test_a_dump_of_which_every_row_is_skipped_ends_with_1_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(jsonl([{"btih": HASH, "[red]called": "x\x1b[31m"}] * 4))
    assert main([str(path), "--dry-run"]) == 1
    told = capsys.readouterr().err
    assert "none of the 4 records is a torrent" in told
    assert "seen: 'btih', '[red]called'" in told
    assert "expected: JSON objects with infohash (or info_hash, hash)" in told


def test_a_dump_without_rows_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(HEADER)
    assert main([str(path), "--dry-run"]) == 1
    assert "the dump holds no records" in capsys.readouterr().err


def test_a_truncated_dump_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "torrents.csv.gz"
    path.write_bytes(gzip.compress(csv(500).encode())[:-20])
    assert main([str(path), "--dry-run"]) == 1
    assert "the dump ends early: the gzip file is truncated" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--limit", "0"], "must be a whole number, at least 1"),
        (["--limit", "x"], "must be a whole number, at least 1"),
        (["--rate", "-1"], "must be a number above 0"),
        (["--rate", "fast"], "must be a number above 0"),
        (["--observed-at", "soon"], "must be a date"),
        (["--since", "soon"], "must be a date"),
        (["--format", "x"], "invalid choice"),
    ],
)
def test_options_that_make_no_sense_end_with_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dump", *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"argument {arguments[0]}: {told}" in error


def test_what_was_passed_over_is_in_the_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(3))
    assert main([str(path), "--dry-run", "--since", "2030-01-01"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "passed over: before --since │ 3 │" in told


def test_an_empty_folder_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "BT_backup"
    path.mkdir()
    assert main([str(path), "--dry-run"]) == 1
    assert "the dump holds no records" in capsys.readouterr().err


def test_a_database_that_does_not_answer_ends_with_1_and_keeps_its_secrets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["postgresql://me:s3cr3t@127.0.0.1:9/bitmagnet", "--dry-run"]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert "postgresql://127.0.0.1:9/bitmagnet does not answer" in told
    assert "s3cr3t" not in told


def test_a_kafka_that_does_not_answer_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMS_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    path = tmp_path / "torrents.csv"
    path.write_text(csv(3))
    assert main([str(path)]) == 1
    assert "infra.local up" in capsys.readouterr().err


def test_a_folder_with_a_dump_in_it_says_what_is_looked_for_and_what_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "dumps of mine"
    folder.mkdir()
    assert main([str(folder), "--dry-run"]) == 1
    told = capsys.readouterr().err
    assert "in a folder only .torrent files are looked for" in told
    assert "did you mean" not in told
    (folder / "demo.csv.gz").write_bytes(gzip.compress(csv(3).encode()))
    (folder / "\x1b[31mred.csv").write_text("x")
    (folder / "notes.md").write_text("x")
    assert main([str(folder), "--dry-run"]) == 1
    told = capsys.readouterr().err
    assert f"did you mean: python -m streams.replay '{folder}/demo.csv.gz'" in told
    assert "notes.md" not in told
    assert "\x1b" not in told
    assert main([str(folder / "demo.csv.gz"), "--dry-run"]) == 0
