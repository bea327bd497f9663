"""What is installed by activating: its revision, and what is refused on the way."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import activate_command, active, added, installing, registry
from models.active import Origin, Stage, chosen
from models.beside import start_name
from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment.errors import RecipeError
from models.training.experiment.recipe import load_recipe
from tests.own_weights import experiment


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tmp_path / "home" / "weights"


def test_what_cannot_answer_is_not_left_installed(weights: Path, tmp_path: Path) -> None:
    folder = experiment("classify", tmp_path / "mine")
    (
        folder / "weights" / Path(str(registry.load("classify").files["model"].path)).name
    ).write_bytes(b"no network")
    manifest = folder / "manifest.toml"
    sha256 = registry.load("classify").files["model"].sha256
    other = registry.sha256_of(
        folder / "weights" / Path(str(registry.load("classify").files["model"].path)).name
    )
    manifest.write_text(manifest.read_text().replace(str(sha256), other))
    with pytest.raises(installing.NotActivated, match="cannot answer"):
        installing.activate(str(folder), weights)
    assert added.names(weights) == []
    assert not (weights / "mine").exists()
    shutil.rmtree(folder)
    done = installing.activate(str(experiment("classify", folder)), weights)
    assert done.weights.manifest.name == "mine", "the name was not taken"


def own_head(folder: Path, weights: Path, **changes: Any) -> active.Weights:
    """A classifier that is installed, with a file of classes of one's own beside it."""
    folder = experiment("classify", folder, changes=changes)
    head = folder / "weights" / "own.npz"
    np.savez(head, names=np.array(["sheet_music"]))
    entry = f'path = "weights/own.npz"\nsha256 = "{registry.sha256_of(head)}"\nlocal = true\n'
    with (folder / "manifest.toml").open("a") as manifest:
        manifest.write(f"\n[files.own]\n{entry}")
    known = installing.read_manifest(folder)
    sources = {role: folder / file.path for role, file in known.files.items() if file.local}
    own = known.model_copy(update={"name": folder.name, "revision": 100})
    weights.mkdir(parents=True, exist_ok=True)
    installed = added.install(own, sources, weights)
    return active.Weights(Stage.CLASSIFY, installed, weights, Origin.ACTIVE)


def other_network(folder: Path) -> Path:
    """An experiment of a classifier whose network is another one than that which ships."""
    folder = experiment("classify", folder, changes={"version": "3.0.0"})
    path = next((folder / "weights").glob("*.onnx"))
    before = registry.sha256_of(path)
    path.write_bytes(b"another network")
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace(before, registry.sha256_of(path)))
    return folder


def test_classes_of_ones_own_do_not_bring_another_classifier_without_a_word(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "answers", lambda weights: None)
    own_head(tmp_path / "mine", weights)
    installing.activate("mine", weights)
    active.reset(Stage.CLASSIFY, weights)
    installing.activate(str(other_network(tmp_path / "other")), weights)
    with pytest.raises(installing.NotActivated, match=r"beside another classifier than other@3.0"):
        installing.activate("mine", weights)
    assert chosen(Stage.CLASSIFY, weights).manifest.name == "other"
    installing.activate("mine", weights, force=True)
    assert chosen(Stage.CLASSIFY, weights).manifest.name == "mine"


def test_classes_beside_a_classifier_that_ships_no_more_are_told_of_in_the_list(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ships = registry.load("classify")
    start = {"rows": 0, "use": "start", "sha256": str(ships.files["model"].sha256)}
    same = {**start, "name": start_name(ships, "model")}
    old = {**start, "name": "classify@1.0.0, revision 3: model", "sha256": "0" * 64}
    for number, (entry, is_stale) in enumerate(((same, False), (old, True))):
        installed = own_head(tmp_path / f"mine{number}", weights, data=[entry])
        active.activate(installed, weights)
        activate_command.tell(weights)
        told = capsys.readouterr().out
        assert ("learnt beside classify@1.0.0, revision 3, which" in told) is is_stale


def test_classes_of_ones_own_are_not_lost_without_a_word(weights: Path, tmp_path: Path) -> None:
    active.activate(own_head(tmp_path / "mine", weights), weights)
    other = experiment("classify", tmp_path / "other", changes={"version": "3.0.0"})
    with pytest.raises(installing.NotActivated, match=r"does not know sheet_music.*--force"):
        installing.activate(str(other), weights)
    assert chosen(Stage.CLASSIFY, weights).manifest.name == "mine"
    installing.activate(str(other), weights, force=True)
    assert chosen(Stage.CLASSIFY, weights).manifest.name == "other"


def test_what_is_refused_for_its_classes_is_not_left_installed(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active.activate(own_head(tmp_path / "mine", weights), weights)
    lacking = experiment("classify", tmp_path / "lacking", changes={"version": "3.0.0"})
    with pytest.raises(installing.NotActivated, match="does not know sheet_music"):
        installing.activate(str(lacking), weights)
    assert added.names(weights) == ["mine"]
    assert not (weights / "lacking").exists()


def compared(folder: Path, before: str) -> Path:
    verdict = {"is_accepted": True, "before": before}
    (folder / "comparison.json").write_text(json.dumps(verdict), encoding="utf-8")
    return folder


def test_weights_that_were_compared_with_others_than_they_replace_are_told_of(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ships = active.shipped(Stage.MATCH, weights).told
    first = compared(experiment("match", tmp_path / "first"), ships)
    other = experiment("match", tmp_path / "second", changes={"settings": {"bias": 1.5}})
    second = compared(other, ships)
    known = ["--weights", str(weights)]
    assert installing.outdated(first, weights) is None
    assert activate_command.run([str(first), *known]) == 0
    assert "held it against" not in capsys.readouterr().err
    assert installing.outdated(first, weights) is None, "it is active itself"
    assert installing.outdated(second, weights) == ships
    assert activate_command.run([str(second), *known]) == 0
    told = capsys.readouterr().err
    assert f"the gate held it against {ships}, and not against what it replaces" in told
    assert "python -m models.training compare match first active" in told
    assert activate_command.run([str(second), *known]) == 0
    assert "held it against" not in capsys.readouterr().err, "it replaces nothing"


def test_a_revision_that_results_cannot_bear_is_refused(weights: Path, tmp_path: Path) -> None:
    folder = experiment("match", tmp_path / "mine", changes={"revision": 20_261_128})
    with pytest.raises(installing.NotActivated, match="32000"):
        installing.activate(str(folder), weights)
    with pytest.raises(RecipeError, match="32000"):
        load_recipe(ClassifierRecipe, "classifier-tiny", ["release.revision=20261128"])


def test_the_last_revision_is_said_to_be_the_last(weights: Path, tmp_path: Path) -> None:
    last = experiment("match", tmp_path / "last", changes={"revision": 32_000})
    assert installing.activate(str(last), weights).weights.manifest.revision == 32_000
    with pytest.raises(added.NotAdded, match="32000"):
        installing.activate(str(experiment("classify", tmp_path / "next")), weights)


def test_a_revision_is_never_given_again(weights: Path, tmp_path: Path) -> None:
    """Results of the model that was taken away are stored under its revision."""
    installing.activate(str(experiment("match", tmp_path / "first")), weights)
    installing.reset(Stage.MATCH, weights)
    (weights / "first.toml").unlink()
    shutil.rmtree(weights / "first")
    folder = experiment("match", tmp_path / "second", changes={"revision": 100})
    assert installing.activate(str(folder), weights).weights.manifest.revision == 101


def test_a_damaged_manifest_of_another_model_is_told_of_and_stops_nothing(
    weights: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (weights / "broken").mkdir(parents=True)
    (weights / "broken.toml").write_text("not [ toml")
    done = installing.activate(str(experiment("match", tmp_path / "mine")), weights)
    assert done.weights.manifest.name == "mine"
    assert "broken.toml is no manifest" in caplog.text


def test_a_folder_that_is_not_there_is_not_taken_for_a_name(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(installing.NotActivated, match="nowhere is no folder"):
        installing.activate(str(tmp_path / "nowhere"), weights)
