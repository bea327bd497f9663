"""The tutorial of `docs/training.md`, typed as it stands there, on a small dump of invented names.

The names have shelf marks that what ships has never seen (`shelf_marks`); three servers stand for
language models.
"""

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.torrents import mix
from tests.support import ROOT
from tests.training.labels.standin import by_name, serving
from tests.training.shelf_marks import QUICK, dumped, invented, row, voter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BLOCK = re.compile(r"<!-- tutorial: (\w+) -->\n```bash\n(.*?)```", re.DOTALL)
BLOCKS = dict(BLOCK.findall((ROOT / "docs" / "training.md").read_text(encoding="utf-8")))

VOTERS = {"8081": 0.2, "8082": 0.15, "8083": 0.1}
"""Port in the document -> how often the voter there errs."""

PRIVATE = 320
ORDINARY = 130


@dataclass(frozen=True)
class Place:
    """A folder with a dump, and how its commands are run."""

    folder: Path
    truth: dict[str, str]
    urls: dict[str, str]

    def typed(self, block: str) -> str:
        """Types a block of the document; returns what it prints on both outputs."""
        text = BLOCKS[block].replace("--recipe classifier-own", "--recipe ./quick.toml")
        for port, url in self.urls.items():
            text = text.replace(f"http://127.0.0.1:{port}", url)
        return self.run(["bash", "-euo", "pipefail", "-c", text])

    def run(self, command: list[str]) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        home = {"STREAMS_HOME": str(self.folder / "home"), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **home, "PATH": path},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rows(self, path: str) -> list[dict[str, Any]]:
        opener = gzip.open if path.endswith(".gz") else open
        with opener(self.folder / path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def answers(self, names: list[str]) -> list[dict[str, Any]]:
        """What `mimmo` answers."""
        (self.folder / "names.txt").write_text("\n".join(names), encoding="utf-8")
        printed = self.run(["mimmo", "--batch", "names.txt", "--fields", "medium,subcategory"])
        return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]

    def right(self) -> float:
        """The share of what was read whose subcategory `mimmo` says."""
        read = self.rows("read.jsonl")
        said = self.answers([row["name"] for row in read])
        pairs = zip(said, read, strict=True)
        return sum(answer["subcategory"] == row["sub"] for answer, row in pairs) / len(read)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    pytest.importorskip("torch")
    truth = dict(invented(PRIVATE)) | {case["name"]: case["sub"] for case in mix(ORDINARY)}
    names = list(truth)
    random.Random(1).shuffle(names)
    dumped(tmp_path / "torrents.csv.gz", names)
    (tmp_path / "quick.toml").write_text(QUICK)
    with ExitStack() as servers:
        urls = {
            port: servers.enter_context(serving(by_name(voter(truth, errors, port)))).url
            for port, errors in VOTERS.items()
        }
        yield Place(tmp_path, truth, urls)


def read_by_a_person(place: Place) -> None:
    """Writes what a person would into each line: the right class of a name that was drawn."""
    with (place.folder / "read.jsonl").open("w", encoding="utf-8") as lines:
        for drawn in place.rows("READ/sample.jsonl"):
            name = drawn["name"]
            read = drawn | row(name, place.truth[name])
            lines.write(json.dumps(read, ensure_ascii=False) + "\n")


def test_every_block_of_the_tutorial_is_typed_below() -> None:
    steps = ["sample", "label", "judge", "export", "train", "compare", "activate", "back"]
    assert list(BLOCKS) == steps


def test_from_a_dump_to_a_better_model(place: Place) -> None:
    place.typed("sample")
    read, sample = place.rows("READ/sample.jsonl"), place.rows("SAMPLE/sample.jsonl")
    assert len(read) == 200
    assert len(sample) > 150
    assert not {row["name"] for row in read} & {row["name"] for row in sample}
    assert any(row["files"] for row in read), "lines with files are read, too"
    read_by_a_person(place)

    assert "small" in place.typed("label")
    assert re.search(r"large", place.typed("judge"))
    told = place.typed("export")
    labels = place.rows("LABELS/names/p2p_labelled.jsonl.gz")
    agreed = [row["sub"] == place.truth[row["name"]] for row in labels]
    assert sum(agreed) / len(agreed) > 0.9, "a vote is more often right than its best voter"
    assert {row["level"] for row in labels} == {"high", "medium"}
    assert "LABELS/disagreements.jsonl" in told

    before = place.right()
    place.typed("train")
    assert (place.folder / "MINE" / "weights").is_dir()
    assert place.right() == before, "nothing changes until it is activated"
    compared = place.typed("compare")
    assert "AFTER is not worse" in compared
    comparison = json.loads((place.folder / "MINE" / "comparison.json").read_text())
    assert comparison["is_accepted"]

    place.typed("activate")
    assert place.right() > before + 0.15
    shelved = [answer["subcategory"] for answer in place.answers(["LP/101 Mikalo Vorfel Zanti"])]
    assert shelved == ["album"]
    place.typed("back")
    assert place.right() == before
    shutil.rmtree(place.folder / "home", ignore_errors=True)
