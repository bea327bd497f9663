"""Hostile inputs: each is one clear error or a subject with notes, in bounded memory."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support import ROOT
from tests.unit.content.hostile import HOSTILE

MEMORY = 300 * 2**20
"""Bytes of the whole process, the interpreter with it."""

_READER = """
import json, re, sys
from models.content.path import read_path, Unreadable
for line in sys.stdin:
    try:
        content = read_path(json.loads(line))
        told = {"files": [file.path for file in content.files or ()], "notes": content.notes,
                "name": content.name, "size": content.size}
    except Unreadable as error:
        told = {"error": str(error)}
    status = open("/proc/self/status").read()
    told["memory"] = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1024
    print(json.dumps(told), flush=True)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh process tells of each input."""
    paths = []
    for number, make in enumerate(HOSTILE.values()):
        folder = tmp_path_factory.mktemp(f"input{number}")
        paths.append(json.dumps(str(make(folder))))
    done = subprocess.run(
        [sys.executable, "-c", _READER],
        cwd=ROOT,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(HOSTILE, answers, strict=True))


def test_there_are_fifty_kinds() -> None:
    assert len(HOSTILE) >= 50


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_input_is_one_clear_error_or_a_subject(told: dict[str, Any], kind: str) -> None:
    answer = told[kind]
    assert answer["memory"] < MEMORY
    if "error" in answer:
        assert answer["error"].isprintable()
        assert 10 < len(answer["error"]) < 400
        return
    assert answer["name"]
    for path in answer["files"]:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert "\x1b" not in path


REFUSED = (
    "a torn torrent",
    "a torrent of 200 MB",
    "a named pipe",
    "a link to itself",
    "a torn zip",
    "a text that is called a zip",
    "a 7z of noise",
    "a RAR of version 5 with an encrypted list",
)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused(told: dict[str, Any], kind: str) -> None:
    assert "error" in told[kind]


NOTED = {
    "a bomb of a hundred gigabytes": ["zeros.bin"],
    "a torn gzip": ["01.mp3"],
    "a tar without an end": ["01.mp3"],
    "links in a circle, and out": ["song.mp3"],
    "a socket, a pipe and a device in a folder": ["song.mp3"],
}
"""Inputs of which something is known, and the files that are."""


@pytest.mark.parametrize("kind", NOTED)
def test_what_was_read_before_the_end_is_kept_with_a_note(told: dict[str, Any], kind: str) -> None:
    assert told[kind]["files"] == NOTED[kind]
    assert told[kind]["notes"]


def test_of_an_endless_list_the_beginning_is_kept(told: dict[str, Any]) -> None:
    for kind in ("a zip that says ten million entries", "a packed tar of millions of members"):
        assert len(told[kind]["files"]) == 2000
        assert told[kind]["size"] is None
        assert told[kind]["notes"]
