"""`python -m models` as people call it: help, bad input, a reader that goes away, Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main
from tests.support import ROOT

MODELS = [sys.executable, "-m", "models"]

COMMANDS = [
    ["classify"],
    ["extract"],
    ["match"],
    ["compare"],
    ["evaluate"],
    ["evaluate", "classify"],
    ["ban"],
    ["ban", "add"],
    ["ban", "term"],
    ["ban", "check"],
    ["fetch"],
    ["list"],
    ["verify"],
]


def called(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    return subprocess.run(
        [*MODELS, *arguments], input=text, capture_output=True, check=False, env=strict
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_shows_examples(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main([*command, "--help"])
    assert exited.value.code == 0
    shown = capsys.readouterr().out
    assert "example" in shown
    assert f"python -m models {command[0]}" in shown


def test_a_check_of_no_line_is_answered_with_nothing() -> None:
    ended = called("ban", "check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_nothing_to_classify_is_wrong_usage() -> None:
    ended = called("classify")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"nothing to look at" in ended.stderr


@pytest.mark.parametrize("command", [["classify"], ["extract"], ["ban", "check"]], ids=" ".join)
def test_a_file_that_cannot_be_read_is_named(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        assert main([*command, str(path)]) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith(f"{path}: ")
        assert len(shown.err.splitlines()) == 1


def test_bytes_that_are_no_utf8_are_answered() -> None:
    ended = called("ban", "check", text=b"Low Tide \xff\xfe\nmimmo banned placeholder\n")
    assert ended.returncode == 0
    assert ended.stdout.split() == [b"-", b"placeholder"]


@pytest.mark.parametrize("command", [["classify"], ["ban", "check"]], ids=" ".join)
def test_a_reader_that_goes_away_ends_it_quietly(command: list[str], tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Paper Harbour S01E01 1080p\n" * 20_000)
    with subprocess.Popen(
        [*MODELS, *command, str(names)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    with subprocess.Popen(
        [*MODELS, "ban", "check"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"Low Tide\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"-\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("pydantic", ["list"]),
        ("numpy", ["classify"]),
        ("onnxruntime", ["classify"]),
        ("rich", ["evaluate", "classify", "cases.jsonl"]),
    ],
)
def test_ctrl_c_while_it_starts_ends_it_with_one_line(
    module: str, command: list[str], tmp_path: Path
) -> None:
    """The module that is imported just then is replaced by one that presses Ctrl-C."""
    (tmp_path / f"{module}.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    ended = subprocess.run(
        [*MODELS, *command],
        input=b"Low Tide\n",
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"interrupted\n")


def test_a_line_that_cannot_be_read_shows_in_the_exit_code() -> None:
    ended = called("classify", text=b'{"bad": \nLantern.Street.S02E05.1080p\n')
    bad, well = ended.stdout.splitlines()
    assert b"not valid JSON" in bad
    assert b"episode" in well
    assert (ended.returncode, ended.stderr) == (1, b"1 line could not be read\n")


@pytest.mark.parametrize("name", ["cases.jsonl", "cases.jsonl.gz"])
@pytest.mark.parametrize(
    "content", [b"\xe8\xff\x00\x80", b"\x1f\x8b\x08\x00", b"[1]\n", b"{" * 9999]
)
def test_cases_that_are_none_are_refused_by_name(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for stage in ("classify", "extract"):
        assert main(["evaluate", stage, str(path)]) == 1
        shown = capsys.readouterr().err
        assert len(shown.splitlines()) == 1
        assert "Traceback" not in shown
