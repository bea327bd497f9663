"""Rounds, the lock of their folder, and the recipe of a loop."""

import subprocess
import sys
from pathlib import Path

import pytest

from streams.training.loop.lock import Locked, locked
from streams.training.loop.recipe import RecipeInvalid, load
from streams.training.loop.rounds import STATE, Ending, StateDamaged, current
from tests.support import ROOT


def test_a_round_goes_on_until_it_has_ended(tmp_path: Path) -> None:
    first = current(tmp_path)
    assert first.folder.name == "0001"
    first.begin()
    first.finish("gather", {"unsure": 3})
    again = current(tmp_path)
    again.begin()
    assert (again.number, again.done) == (1, {"gather": {"unsure": 3}})
    again.end(Ending.TOO_FEW)
    assert first.ending is Ending.TOO_FEW
    assert current(tmp_path).number == 2


def test_a_state_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    damaged = current(tmp_path)
    damaged.begin()
    (damaged.folder / STATE).write_text("{")
    with pytest.raises(StateDamaged, match=r"delete .*0001"):
        current(tmp_path)


def test_two_loops_do_not_work_in_one_folder_and_a_killed_one_holds_nothing(
    tmp_path: Path,
) -> None:
    holding = (
        "import time; from pathlib import Path\n"
        "from streams.training.loop.lock import locked\n"
        f"with locked(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holding], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=f"process {other.pid}"), locked(tmp_path):
            pass
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    with locked(tmp_path), pytest.raises(Locked), locked(tmp_path):
        pass


def recipe(folder: Path, text: str) -> Path:
    path = folder / "loop.toml"
    path.write_text(text)
    return path


def test_paths_of_a_recipe_are_taken_from_its_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for folder in (tmp_path / "labels", elsewhere):
        (folder / "names").mkdir(parents=True)
        (folder / "names" / "p2p_labelled.jsonl.gz").touch()
    for name in ("read.jsonl", "doubts.jsonl", "voters.toml"):
        (tmp_path / name).touch()
    (tmp_path / "own.toml").write_text('base = "classifier-own"\n')
    path = recipe(
        tmp_path,
        f'data = ["labels", "{elsewhere}"]\nevaluation = "read.jsonl"\n'
        '[gather]\nread = ["doubts.jsonl"]\n[label]\nendpoints = "voters.toml"\n'
        '[train]\nclassifier = "own.toml"\ntagger = "tagger"\n',
    )
    loaded = load(path)
    assert loaded.data == (tmp_path / "labels", elsewhere)
    assert loaded.label.endpoints == tmp_path / "voters.toml"
    assert loaded.label.is_asked
    assert loaded.evaluation == tmp_path / "read.jsonl"
    assert loaded.gather.read == (tmp_path / "doubts.jsonl",)
    assert loaded.train.classifier == str(tmp_path / "own.toml")
    assert loaded.train.tagger == "tagger"


TRAINED = '[train]\nclassifier = "classifier-tiny"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gather = 5\n" + TRAINED, "gather"),
        ("[gather]\npostgress = true\n" + TRAINED, "gather.postgress is no key; there are: post"),
        ("speed = 1\n" + TRAINED, "speed is no key; there are: name, data, evaluation, fewest"),
        ("[gather]\npostgres = true\n", "name what is trained"),
        (TRAINED, "say where names come from"),
        ("fewest = 0\n[gather]\npostgres = true\n" + TRAINED, "fewest: "),
        ("name =", "end of document"),
    ],
)
def test_what_does_not_fit_in_a_recipe_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RecipeInvalid, match=said):
        load(recipe(tmp_path, text))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ('data = ["LABELZ"]', "data: .*LABELZ is no folder"),
        ('data = ["sample"]', "data: .*sample is no data folder"),
        ('evaluation = "raed.jsonl"', r"evaluation: .*raed\.jsonl is no file"),
        ('gather.read = ["raed.jsonl"]', r"gather\.read: .*raed\.jsonl is no file"),
        ('gather.dumps = ["dmup.csv"]', r"gather\.dumps: .*dmup\.csv is not there"),
        ('label.endpoints = "voters.toml"', r"label\.endpoints: .*voters\.toml is no file"),
        ('label.options = ["--endpoints", "x.toml"]', "label: .*a key of its own"),
        ('train.classifier = "clasifier-own"', "train.classifier: .*did you mean classifier-own"),
        ('train.classifier = "tagger-own"', "train.classifier: .* is a recipe of `tagger`"),
        ('train.tagger = "none.toml"', r"train\.tagger: .*none\.toml is not there"),
    ],
)
def test_what_a_recipe_names_must_be_there(tmp_path: Path, key: str, said: str) -> None:
    (tmp_path / "sample").mkdir()
    keys = [key, "gather.postgres = true"]
    keys += [] if key.startswith("train") else ['train.classifier = "classifier-tiny"']
    with pytest.raises(RecipeInvalid, match=said):
        load(recipe(tmp_path, "\n".join(keys)))


def test_a_recipe_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeInvalid, match="--recipe is a TOML file"):
        load(tmp_path / "none.toml")
