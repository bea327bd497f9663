"""Input that holds nothing, or nothing whole: the usage, or an error in its place."""

import json
import os
import subprocess
import sys

import pytest

from tests.unit.oneshot.conftest import Calls

MIMMO = [sys.executable, "-m", "mimmo"]


@pytest.mark.parametrize("stdin", ["", "\n \n"])
def test_empty_input_gives_the_usage(stdin: str, mimmo: Calls) -> None:
    ended = mimmo(stdin=stdin)
    assert (ended.code, ended.out) == (2, "")
    assert "usage: mimmo" in ended.err


@pytest.mark.parametrize("stdin", ["", "\n \n"])
@pytest.mark.parametrize("arguments", [("-i",), ("--batch", "-"), ("--batch", os.devnull)])
def test_empty_input_is_nothing_to_look_at(
    arguments: tuple[str, ...], stdin: str, mimmo: Calls
) -> None:
    ended = mimmo(*arguments, stdin=stdin)
    assert (ended.code, ended.out) == (2, "")
    assert "nothing to look at" in ended.err


def test_an_empty_array_is_an_answer(mimmo: Calls) -> None:
    ended = mimmo("-i", stdin="[]\n")
    assert (ended.code, ended.out) == (0, "[]\n")


@pytest.mark.parametrize("line", ['{"name": "Low Tide"', '{"name": ' + "[" * 100_000, '{"'])
def test_a_broken_object_is_an_error_in_its_place(line: str, mimmo: Calls) -> None:
    ended = mimmo("--fields", "medium", stdin=f"{line}\nLow Tide [FLAC]\n{{Low}} Tide [FLAC]\n")
    assert ended.code == 1
    assert [set(answer) for answer in map(json.loads, ended.out.splitlines())] == [
        {"error"},
        {"medium"},
        {"medium"},
    ]


def test_a_terminal_without_a_name_gives_the_usage() -> None:
    master, terminal = os.openpty()
    try:
        ended = subprocess.run(MIMMO, stdin=terminal, capture_output=True, check=False, timeout=60)
    finally:
        os.close(master)
        os.close(terminal)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"usage: mimmo" in ended.stderr


@pytest.mark.parametrize("arguments", ["", "-i", "link", "extract"])
def test_a_closed_input_gives_the_usage(arguments: str) -> None:
    script = f"exec {sys.executable} -m mimmo {arguments} <&-"
    ended = subprocess.run(["sh", "-c", script], capture_output=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
