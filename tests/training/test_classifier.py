"""The classifier from labelled names alone: it learns, can be killed, and forgets nothing."""

import gzip
import json
import os
import re
import signal
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from models.registry import Manifest
from models.training.experiment.results import read_manifest
from schemas.media import Medium
from tests.support import ROOT
from tests.training import invented_names
from tests.training.conftest import command_line, training

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("torch_needed"),
]

TINY = ["classifier", "--recipe", "classifier-tiny", "--force"]
SHORT = ["small.training.epochs=2", "linear.epochs=1", "rows.limit=150"]
ONE_THREAD = ["machine.threads=1", "machine.checkpoint_seconds=0.05"]
BRIEF = [*TINY, *(word for setting in (*SHORT, *ONE_THREAD) for word in ("--set", setting))]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invented_names.write(tmp_path_factory.mktemp("tiny") / "data", 1500)


@pytest.fixture(scope="module")
def made_at(data: Path) -> Path:
    out = data.parent / "made"
    told = training(*TINY, "--data", data, "--out", out)
    assert told.returncode == 0, told.stderr
    return out


def answers(folder: Path, names: list[str]) -> list[Medium]:
    from models.classify.ensemble import Ensemble

    manifest = read_manifest(folder)
    assert manifest is not None
    both = Ensemble.load(manifest, folder=folder / "weights")
    logits = both.logits([(name, ()) for name in names])
    media = list(Medium)
    return [media[index] for index in logits[:, : len(media)].argmax(1)]


def nearest_centroid(learnt: list[dict[str, Any]], asked: list[str]) -> list[str]:
    """A bag of words: the class whose words, by their share of it, a name shares most."""
    words_of: dict[str, Counter[str]] = defaultdict(Counter)
    for row in learnt:
        words_of[row["medium"]].update(set(words(row["name"])))
    counts = Counter(row["medium"] for row in learnt)
    lengths = {
        medium: sum((seen / counts[medium]) ** 2 for seen in bag.values()) ** 0.5
        for medium, bag in words_of.items()
    }

    def near(medium: str, name: str) -> float:
        bag = words_of[medium]
        return sum(bag[word] / counts[medium] for word in set(words(name))) / lengths[medium]

    return [max(words_of, key=lambda medium: near(medium, name)) for name in asked]


def words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.lower())


def test_a_tiny_recipe_beats_the_commonest_class_and_a_bag_of_words(
    made_at: Path, data: Path
) -> None:
    learnt = list(invented_names.rows(1500, seed=1))
    asked = list(invented_names.rows(500, seed=2))
    names, wanted = [str(row["name"]) for row in asked], [str(row["medium"]) for row in asked]

    def share(said: list[Any]) -> float:
        return sum(a == b for a, b in zip(said, wanted, strict=True)) / len(wanted)

    commonest = Counter(str(row["medium"]) for row in learnt).most_common(1)[0][0]
    tiny = share(answers(made_at, names))
    baselines = {
        "the commonest class": share([commonest] * len(names)),
        "nearest centroid of a bag of words": share(nearest_centroid(learnt, names)),
    }
    assert all(tiny > baseline + 0.01 for baseline in baselines.values()), (tiny, baselines)


def test_an_experiment_leaves_all_that_is_needed_to_make_it_again(made_at: Path) -> None:
    names = {path.name for path in made_at.iterdir()}
    assert names >= {
        "recipe.toml",
        "environment.json",
        "data.json",
        "progress.jsonl",
        "weights",
        "manifest.toml",
        "evaluation.json",
        "CARD.md",
    }
    manifest = read_manifest(made_at)
    assert isinstance(manifest, Manifest)
    assert all((made_at / file.path).is_file() for file in manifest.files.values())
    assert json.loads((made_at / "data.json").read_text(encoding="utf-8"))[0]["rows"] == 1500


def test_what_is_made_is_not_made_again(made_at: Path, data: Path) -> None:
    before = (made_at / "weights" / "model.onnx").stat().st_mtime_ns
    told = training(*TINY, "--data", data, "--out", made_at)
    assert told.returncode == 0
    assert "already made" in told.stderr
    assert (made_at / "weights" / "model.onnx").stat().st_mtime_ns == before


def test_another_recipe_in_the_same_folder_is_refused(made_at: Path, data: Path) -> None:
    told = training(*TINY, "--data", data, "--out", made_at, "--set", "seed=5")
    assert told.returncode == 1
    assert "seed: 1 is now 5" in told.stderr


def losses(folder: Path) -> dict[tuple[str, int], float]:
    lines = (folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {(row["part"], row["step"]): row["loss"] for row in rows if "loss" in row}


def started(arguments: list[str | Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_line(arguments), cwd=ROOT, stderr=subprocess.PIPE, text=True, process_group=0
    )


def wait_for(folder: Path, part: str) -> None:
    """Until a part has a checkpoint."""
    end = time.monotonic() + 300
    while not list((folder / "checkpoints").glob(f"{part}.*.pt")):
        assert time.monotonic() < end, f"{part} has not begun"
        time.sleep(0.02)


def test_a_killed_training_ends_like_one_that_was_not(data: Path) -> None:
    options: list[str | Path] = [*BRIEF, "--data", data, "--out"]
    whole, broken = data.parent / "whole", data.parent / "broken"
    assert training(*options, whole).returncode == 0
    for part in ("small", "small-8-bits"):
        process = started([*options, broken])
        wait_for(broken, part)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    told = training(*options, broken)
    assert told.returncode == 0, told.stderr
    expected = losses(whole)
    assert losses(broken) == pytest.approx(expected, abs=1e-6)
    for name in ("model.onnx", "ngrams.npz", "tokenizer.json"):
        files = [(folder / "weights" / name).read_bytes() for folder in (whole, broken)]
        assert files[0] == files[1], name


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(data: Path) -> None:
    out = data.parent / "interrupted"
    options: list[str | Path] = [*BRIEF, "--data", data, "--out", out]
    process = started(options)
    wait_for(out, "small")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on" in told
    assert "Traceback" not in told
    told_after = training(*options)
    assert told_after.returncode == 0
    assert "small: going on from step" in told_after.stderr


def test_names_of_ones_own_are_learnt_and_what_ships_is_not_forgotten(tmp_path: Path) -> None:
    """Names that what ships takes for something else: the new recipe learns them."""
    from models.classify.ensemble import Ensemble

    rows = [
        {"name": f"Zanquil {word} {number}", "medium": "book", "sub": "comic", "nsfw": False}
        for word in ("Ostrel", "Varnok", "Peltime", "Quorbin", "Hestrak")
        for number in range(1, 21)
    ]
    path = tmp_path / "data" / invented_names.LABELLED
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    # Few rehearsed names make few steps, which must be longer than those of the recipe.
    settings = ["rows.rehearsed=400", "small.training.rate=1e-3", "machine.threads=1"]
    settings += ["linear.rate=0.02", "linear.epochs=16"]
    options = [word for setting in settings for word in ("--set", setting)]
    command: list[str | Path] = ["classifier", "--recipe", "classifier-own", "--force", *options]
    told = training(*command, "--data", tmp_path / "data", "--out", tmp_path / "own")
    assert told.returncode == 0, told.stderr
    asked = [f"Zanquil Ostrel {number}" for number in range(30, 40)]
    assert answers(tmp_path / "own", asked).count(Medium.BOOK) >= 9
    others = [str(row["name"]) for row in invented_names.rows(300, seed=9)]
    shipped = Ensemble.load().logits([(name, ()) for name in others])
    before = [list(Medium)[index] for index in shipped[:, : len(Medium)].argmax(1)]
    after = answers(tmp_path / "own", others)
    assert sum(a == b for a, b in zip(before, after, strict=True)) >= 0.97 * len(others)
