"""`python -m models` as people call it: help, bad input, a reader that goes away, Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main

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


@pytest.mark.parametrize("command", [["classify"], ["ban", "check"]], ids=" ".join)
def test_empty_input_is_answered_with_nothing(command: list[str]) -> None:
    ended = called(*command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


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
        assert process.stderr.read() == b""
    assert process.returncode == 130
