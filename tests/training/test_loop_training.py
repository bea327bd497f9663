"""A round that trains: killed on the way, compared, told in its card, and used when asked to."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.training.loop.rounds import Ending, Round
from tests.support import ROOT
from tests.training.shelf_marks import QUICK, invented, row

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

RECIPE = """
evaluation = "evaluation.jsonl"
fewest = 50
[gather]
read = ["read.jsonl"]
[train]
classifier = "quick.toml"
"""


def lines(path: Path, names: dict[str, str]) -> None:
    rows = [json.dumps(row(name, sub)) for name, sub in names.items()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("torch")
    lines(tmp_path / "read.jsonl", dict(invented(240, seed=1)))
    lines(tmp_path / "evaluation.jsonl", dict(invented(120, seed=2)))
    (tmp_path / "loop.toml").write_text(RECIPE)
    (tmp_path / "quick.toml").write_text(QUICK)
    return tmp_path


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    words = ["--recipe", "loop.toml", "--home", "LOOP", "--once", *options]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "STREAMS_HOME": str(folder / "home"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "models.training", "loop", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = running.communicate(timeout=600)
    return running.returncode, told


def test_a_round_trains_what_is_better_and_the_next_one_has_nothing_to_learn(
    folder: Path,
) -> None:
    training = folder / "LOOP" / "rounds" / "0001" / "classifier" / "progress.jsonl"
    killed = started(folder)
    while not training.is_file() and killed.poll() is None:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    ended(killed)
    first = Round(folder / "LOOP" / "rounds" / "0001")
    assert list(first.done) == ["gather", "label", "combine"], "killed while it trained"

    code, told = ended(started(folder, "--activate"))
    assert code == 0, told
    assert first.ending is Ending.TRAINED
    card = (first.folder / "CARD.md").read_text(encoding="utf-8")
    assert "**Accepted.**" in card
    assert "| all | " in card
    assert "McNemar" in card
    assert "evaluation.jsonl" in card
    assert (folder / "home" / "weights" / "active.toml").is_file()

    code, told = ended(started(folder))
    assert code == 0, told
    assert "fewer than 50 rows are new; nothing was trained" in told
    assert not (folder / "LOOP" / "rounds" / "0002" / "classifier").exists()


def test_what_is_worse_is_refused_and_nothing_is_changed(folder: Path) -> None:
    """The people who read these names mixed the marks up."""
    mixed = {"movie": "ebook", "album": "movie", "ebook": "application", "application": "album"}
    wrong = {name: mixed[sub] for name, sub in invented(240, seed=1)}
    lines(folder / "read.jsonl", wrong)
    code, told = ended(started(folder, "--activate"))
    assert code == 3, told
    first = Round(folder / "LOOP" / "rounds" / "0001")
    assert first.ending is Ending.REFUSED
    assert "**Refused.**" in (first.folder / "CARD.md").read_text(encoding="utf-8")
    assert not (folder / "home" / "weights" / "active.toml").exists()
