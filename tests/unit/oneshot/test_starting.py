"""What is loaded when: help needs no contract, and a name that rules decide needs no weights."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.commands import _BRAINS, _ONESHOT
from tests.unit.oneshot.conftest import Calls

HEAVY = {
    "ahocorasick_rs",
    "asyncio",
    "asyncpg",
    "dataclasses",
    "llama_cpp",
    "numpy",
    "onnxruntime",
    "prometheus_client",
    "pydantic",
    "regex",
    "rich",
    "tokenizers",
}


def loaded(*arguments: str) -> set[str]:
    """The heavy modules that a call of the command loads.

    What the interpreter has loaded at its start is not counted: under coverage that is a lot.
    """
    script = (
        "import sys; before = set(sys.modules); sys.stderr = open('/dev/null', 'w')\n"
        "from mimmo.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"sys.__stderr__.write(' '.join({HEAVY} & (set(sys.modules) - before)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        check=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    return set(ended.stderr.split())


def test_help_loads_nothing_heavy() -> None:
    assert loaded("--help") == set()


def test_usage_without_input_loads_nothing_heavy() -> None:
    assert loaded("tag", "folder") == set()


def test_a_name_that_rules_decide_reads_no_weights() -> None:
    heavy = loaded("Pink Floyd - The Dark Side of the Moon (1973) [FLAC]")
    assert heavy - {"dataclasses"} == {"ahocorasick_rs", "pydantic", "regex"}


def test_a_learnt_answer_as_json_loads_what_it_needs_alone() -> None:
    heavy = loaded("--json", "an odd name of things")
    assert {"numpy", "onnxruntime", "tokenizers"} <= heavy
    assert not heavy & {"asyncio", "asyncpg", "llama_cpp", "prometheus_client", "rich"}


@pytest.mark.parametrize("command", sorted(_ONESHOT))
def test_the_help_of_each_command_shows_examples(command: str, mimmo: Calls) -> None:
    ended = mimmo(command, "--help")
    assert ended.code == 0
    assert "examples:" in ended.out
    assert f"mimmo {command}" in ended.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full disk to offer")
@pytest.mark.parametrize("arguments", [["--help"], ["tag", "--help"], ["--version"]], ids=" ".join)
def test_a_full_disk_is_told_in_a_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "mimmo", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"mimmo: the output cannot be written")
    assert len(ended.stderr.splitlines()) == 1


def test_the_help_lists_every_command_and_shows_examples(mimmo: Calls) -> None:
    ended = mimmo("--help")
    assert ended.code == 0
    for command in (*_ONESHOT, *_BRAINS):
        assert f"  {command} " in ended.out
    assert "examples:" in ended.out


def test_completion_says_what_it_needs_or_gives_a_script(mimmo: Calls) -> None:
    ended = mimmo("--print-completion", "bash")
    if ended.code:
        assert "mimmo-streams[completion]" in ended.err
    else:
        assert "complete" in ended.out
        assert "content-type" in ended.out


def test_the_version_is_that_of_the_package(mimmo: Calls) -> None:
    ended = mimmo("--version")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("mimmo ")
    assert len(ended.out.splitlines()) == 1
