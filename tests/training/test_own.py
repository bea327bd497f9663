"""Classes of one's own, from examples to answers, through the command."""

import json
import shutil
from pathlib import Path

import pytest

from models import loading
from models.active import Stage, shipped
from models.installing import read_manifest
from models.training.classifier.data import near_copy
from models.training.compare.weights import of_folder
from models.training.experiment.errors import TrainingError
from models.training.own import background, command, examples
from models.training.own.negatives import counterparts, invented
from models.training.own.threshold import Curve, at_share, calibrated
from tests.training.conftest import training

HERE = Path(__file__).parent
SHEET_MUSIC, KNITTING = HERE / "sheet_music", HERE / "knitting_patterns"

TINY = (
    "--set=background.invented=500",
    "--set=background.counterparts=2",
    "--set=background.variants=2",
    "--set=fitting.steps=30",
    "--set=fitting.folds=4",
)


@pytest.mark.parametrize(
    ("learnt", "held"),
    [
        (SHEET_MUSIC / "sheet_music.jsonl", SHEET_MUSIC / "held-out.jsonl"),
        (SHEET_MUSIC / "sheet_music.jsonl", SHEET_MUSIC / "held-out-2.jsonl"),
        (SHEET_MUSIC / "sheet_music.jsonl", SHEET_MUSIC / "held-out-3.jsonl"),
        (KNITTING / "knitting_patterns.jsonl", KNITTING / "held-out.jsonl"),
    ],
)
def test_no_work_is_learnt_from_and_measured_on(learnt: Path, held: Path) -> None:
    own = [example for example in examples.read(learnt) if example.is_own]
    other = [example for example in examples.read(held) if example.is_own]
    assert not examples.families(own) & examples.families(other)
    assert not {near_copy(row.name) for row in own} & {near_copy(row.name) for row in other}


def test_the_bar_has_its_numbers() -> None:
    learnt = examples.read(SHEET_MUSIC / "sheet_music.jsonl")
    held = examples.read(SHEET_MUSIC / "held-out.jsonl")
    assert sum(row.is_own for row in learnt) == 60
    assert sum(row.is_own for row in held) == 40
    assert sum(not row.is_own for row in held) >= 120


def test_negatives_are_the_same_by_the_same_seed() -> None:
    import random

    own = examples.read(KNITTING / "knitting_patterns.jsonl")
    first, again = (list(invented(40, random.Random(3))) for _ in range(2))
    assert first == again
    assert len(first) == 40
    assert not any(row.is_own for row in counterparts(own, 1, random.Random(3)))


def test_the_line_reaches_what_is_asked_for() -> None:
    import numpy as np

    scores, own = np.array([5.0, 4.0, 3.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    curve = Curve.of(scores, own)
    assert curve.reaching("precision", 1.0) == 1
    assert curve.reaching("precision", 0.75) == 3
    assert curve.reaching("recall", 0.9) == 3
    assert curve.reaching("precision", 1.1) is None
    scale = calibrated(scores, own)
    assert scale.probability(5.0) > scale.probability(3.0) > scale.probability(1.0)


def test_confidence_is_for_the_share_that_is_expected() -> None:
    import numpy as np

    own = np.array([True] * 50 + [False] * 50)
    scores = np.concatenate([np.linspace(0, 4, 50), np.linspace(-2, 2, 50)])
    weights = at_share(own, 0.01)
    assert weights[own].sum() == pytest.approx(1.0)
    assert weights.sum() == pytest.approx(100.0)
    rare = calibrated(scores, own.astype(float), weights)
    usual = calibrated(scores, own.astype(float))
    assert rare.probability(1.0) < 0.1 < usual.probability(1.0)
    evenly, rarely = (Curve.of(scores, own.astype(float), of) for of in (None, weights))
    line, higher = evenly.line("precision", 0.9), rarely.line("precision", 0.9)
    assert line is not None
    assert higher is not None
    assert line < higher


def test_what_may_be_of_the_class_is_no_background() -> None:
    import numpy as np

    scores = np.array([9.0, 5.0, 1.0, 8.0, 7.0, 6.0, 2.0])
    own = np.array([True, True, True, False, False, False, False])
    may_be = np.array([False, False, False, True, False, True, True])
    assert background.suspects(scores, own, may_be, 5).nonzero()[0].tolist() == [3, 5]
    assert background.suspects(scores, own, may_be, 1).nonzero()[0].tolist() == [3]


def test_a_sample_is_read_with_its_files(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    rows = [
        {"id": "a", "name": f"Harbour Light {word}", "files": [["a/b.flac", 5]]}
        for word in ("one", "two", "three", "four", "five", "six", "seven", "eight")
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    read = list(background.read(path))
    assert len(read) > 4
    assert read[0].subject.files is not None
    assert read[0].subject.files[0].path == "a/b.flac"
    path.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(TrainingError, match="line 1 is no row of names"):
        list(background.read(path))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"name": 3}', "line 2: no name"),
        ('{"name": "x y", "own": "no"}', "line 2: `own` is not true or false"),
        ('{"name": "x y", "family": 3}', "line 2: `family` is no text"),
    ],
)
def test_a_line_that_is_no_example_is_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"Low Tide - full score\n{line}\n", encoding="utf-8")
    with pytest.raises(examples.BadExamples, match=told):
        examples.read(path)


@pytest.mark.parametrize(
    ("own", "code", "told"),
    [
        ({"parent": "book/album"}, 2, "no parent book/album; there are: audio/track"),
        ({"threshold": "often"}, 2, "write `precision 0.95` or `recall 0.9`"),
        ({"examples": "elsewhere.jsonl"}, 1, "elsewhere.jsonl is not there: the recipe names it"),
        ({"name": "album"}, 2, "a class that ships is called album: give yours another name"),
        ({"name": "audio"}, 2, "a class that ships is called audio: give yours another name"),
        ({}, 1, "has examples of 1 families; 10 are needed"),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    own: dict[str, str],
    code: int,
    told: str,
) -> None:
    values = {"name": "scores", "examples": "rows.jsonl", **own}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f'name = "mine"\ntask = "own"\n[[own]]\n{lines}\n', encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text("Low Tide - full score\n", encoding="utf-8")
    arguments = ["--recipe", str(recipe), "--out", str(tmp_path / "out"), *TINY]
    assert command.run(arguments) == code
    assert told in capsys.readouterr().err


@pytest.mark.slow
def test_a_class_is_learnt_by_recipe_alone(tmp_path: Path) -> None:
    out = tmp_path / "experiment"
    recipe = Path(shutil.copytree(KNITTING, tmp_path / "mine")) / "recipe.toml"
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(text.replace("precision 0.8", "recall 0.8"), encoding="utf-8")
    arguments = ("own", "--recipe", recipe, "--out", out, *TINY)
    ended = training(*arguments, "--set=release.revision=100")
    assert ended.returncode == 0, ended.stderr
    assert "knitting_patterns, on its held-out examples:" in ended.stderr
    assert "the classes that ship were not judged" in ended.stderr
    assert f"next: python -m models activate {out}" in ended.stderr
    starts = [file for file in read_manifest(out).data if file.use == "start"]
    ships = shipped(Stage.CLASSIFY).manifest
    assert (f"{ships.label}, revision {ships.revision}: model", ships.files["model"].sha256) in {
        (file.name, file.sha256) for file in starts
    }
    measured = json.loads((out / "evaluation.json").read_text())["knitting_patterns"]["held_out"]
    assert (measured["examples"], measured["others"]) == (20, 20)
    # Who takes every name for the class is right on half of them.
    assert measured["precision"] > 50
    assert measured["found"] >= 5
    classifier = loading.classifier(shipped(Stage.CLASSIFY))
    taught = loading.classifier(of_folder(Stage.CLASSIFY, out))
    held = examples.read(KNITTING / "held-out.jsonl")
    subjects = [row.subject for row in held]
    pairs = list(zip(classifier.classify(subjects), taught.classify(subjects), strict=True))
    assert sum(new.own_class is not None for _, new in pairs) == (
        measured["found"] + measured["false"]
    )
    for old, new in pairs:
        if new.own_class is None:
            assert new == old, "the other answers stay as they were"
        else:
            assert (new.own_class, new.subcategory) == ("knitting_patterns", "book_other")
    assert "already made" in training(*arguments, "--set=release.revision=100").stderr
