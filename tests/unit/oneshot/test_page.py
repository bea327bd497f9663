"""Every command of the page runs and prints what the page shows."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.unit.oneshot import works

PAGE = ROOT / "docs" / "mimmo.md"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def examples() -> list[tuple[str, str]]:
    """The commands of the page with what it shows of their output."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    told = []
    for block in blocks:
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            told.append((command, output))
    return told


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sample_index: Path) -> Path:
    """A folder with the works that the page is about, and the command on the path."""
    folder = tmp_path_factory.mktemp("page")
    works.album(folder)
    works.zipped(folder)
    works.torrent(folder)
    (folder / "tree.txt").write_text(
        f"{works.ALBUM}\n├── {works.TRACKS[0]}\n└── {works.TRACKS[1]}\n", encoding="utf-8"
    )
    (folder / "names.txt").write_text(f"{works.ALBUM}\nThe.Quiet.Harbour.1999.1080p.BluRay.x264\n")
    (folder / "home").mkdir()
    (folder / "home" / "musicbrainz").symlink_to(sample_index)
    command = folder / "bin" / "mimmo"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m mimmo "$@"\n')
    command.chmod(0o755)
    (command.parent / "python").symlink_to(sys.executable)
    return folder


def test_the_page_has_examples_of_every_command() -> None:
    shown = " ".join(command for command, _ in examples())
    for command in ("content-type", "extract", "match", "link", "explain", "tag", "-i", "--batch"):
        assert f"mimmo {command}" in shown


@pytest.mark.parametrize(("command", "output"), examples())
def test_an_example_prints_what_the_page_shows(command: str, output: str, place: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "STREAMS_HOME": str(place / "home"),
        "COLUMNS": "120",
    }
    script = command.replace("python -m models", f"{sys.executable} -m models")
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert doctest.OutputChecker().check_output(output, ended.stdout, FLAGS), ended.stdout
