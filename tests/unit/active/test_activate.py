"""Weights of one's own: made active, asked, mended, taken back; and what is refused on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models import active, added, folders, installing, loading, registry
from models.active import Origin, Stage, chosen
from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.llm import llama
from models.match.dump import Dump
from models.match.entities import Kind
from models.oneshot.mimmo import LlmChoice, Mimmo
from schemas import Method, Subcategory
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index
from tests.own_weights import experiment
from tests.support import ROOT
from tests.unit.extract import tiny_gguf

NAME = "ada quill songs for the harbour"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tmp_path / "home" / "weights"


def test_what_ships_answers_where_nothing_was_activated(weights: Path) -> None:
    for stage, name in active.SHIPPED.items():
        told = chosen(stage, weights)
        assert (told.manifest.name, told.origin, told.is_shipped) == (name, Origin.SHIPS, True)


def test_a_classifier_answers_as_the_one_it_is_a_copy_of_under_a_name_of_its_own(
    weights: Path, tmp_path: Path
) -> None:
    done = installing.activate(str(experiment("classify", tmp_path / "Mine 1")), weights)
    assert done.is_changed
    assert done.before == "classify@2.0.0, revision 7"
    own = chosen(Stage.CLASSIFY, weights)
    assert (own.manifest.name, own.manifest.revision, own.origin) == (
        "mine-1",
        added.FIRST_REVISION,
        Origin.ACTIVE,
    )
    classifier = loading.classifier(own)
    subject = NamedSubject(NAME)
    assert classifier.classify([subject]) == Classifier.load().classify([subject])
    assert (classifier.model, classifier.revision) == ("mine-1@2.0.0", 100)


def test_what_was_loaded_bears_its_own_name_whatever_is_activated_after(
    weights: Path, tmp_path: Path
) -> None:
    installing.activate(str(experiment("classify", tmp_path / "first")), weights)
    loaded = loading.classifier(chosen(Stage.CLASSIFY, weights))
    other = experiment("classify", tmp_path / "second", changes={"version": "3.0.0"})
    installing.activate(str(other), weights)
    assert (loaded.model, loaded.revision) == ("first@2.0.0", 100)
    now = loading.classifier(chosen(Stage.CLASSIFY, weights))
    assert (now.model, now.revision) == ("second@3.0.0", 101)
    path = weights / "second.toml"
    path.write_text(path.read_text().replace("revision = 101", "revision = 102"))
    with pytest.raises(active.ActiveBroken, match="is not the manifest that was activated"):
        chosen(Stage.CLASSIFY, weights)


def test_results_of_a_tagger_bear_its_name_and_revision(weights: Path, tmp_path: Path) -> None:
    installing.activate(str(experiment("tagger", tmp_path / "mine")), weights)
    extractor = loading.extractor(chosen(Stage.TAGGER, weights))
    assert (extractor.model, extractor.revision) == ("mine@2.0.0", 100)
    assert extractor.method is Method.TAGGER
    ships = loading.extractor(active.shipped(Stage.TAGGER))
    assert (ships.model, ships.revision) == (Extractor.load().model, Extractor.load().revision)
    asked = [ExtractSubject(NAME, None, Subcategory.ALBUM)]
    assert extractor.extract(asked) == ships.extract(asked)


def test_a_tagger_may_come_with_figures_of_whom_to_believe(weights: Path, tmp_path: Path) -> None:
    folder = experiment("tagger", tmp_path / "mine")
    ships = ROOT / "models" / "extract" / "evidence" / "trust.toml"
    trust = folder / "weights" / "trust.toml"
    trust.write_text(ships.read_text().replace("\ngate = ", "\ngate = 0.123 # was "))
    entry = f'path = "weights/trust.toml"\nsha256 = "{registry.sha256_of(trust)}"\nlocal = true\n'
    with (folder / "manifest.toml").open("a") as manifest:
        manifest.write(f"\n[files.trust]\n{entry}")
    installing.activate(str(folder), weights)
    assert loading.extractor(chosen(Stage.TAGGER, weights)).gate == 0.123


def test_weights_of_the_matcher_decide_links(weights: Path, tmp_path: Path) -> None:
    sample = Path(make.__file__).parent
    dumps = [Dump(sample / f"{kind}.tar.xz", kind) for kind in (Kind.ARTIST, Kind.RELEASE_GROUP)]
    import_index(tmp_path / "index", Sources(*dumps))
    changes = {"settings": {"high": 0.5}}
    installing.activate(str(experiment("match", tmp_path / "mine", changes=changes)), weights)
    matcher = loading.matcher(chosen(Stage.MATCH, weights), tmp_path / "index")
    assert (matcher.model.label, matcher.revision) == ("mine@2.0.0", 100)
    assert matcher.scorer.high == 0.5


def test_a_gguf_model_that_was_added_is_activated_by_its_name(
    weights: Path, tmp_path: Path
) -> None:
    file = tiny_gguf.write(tmp_path / "tiny.gguf")
    try:
        added.add(file, weights)
    except llama.LlamaUnavailable as error:
        pytest.skip(str(error))
    done = installing.activate("tiny", weights)
    assert done.weights.stage is Stage.LLM
    assert loading.llm(chosen(Stage.LLM, weights)).model.startswith("tiny@")


def test_the_library_asks_what_is_active(weights: Path, tmp_path: Path) -> None:
    only_other = {"labels": {"medium": ["other", "video", "software", "book", "audio"]}}
    installing.activate(str(experiment("classify", tmp_path / "odd", changes=only_other)), weights)
    own, ships = Mimmo(LlmChoice(weights=weights)), Mimmo(LlmChoice(weights=tmp_path / "none"))
    assert ships.classify(NAME).medium == "audio"
    assert own.classify(NAME).medium == "other"


def test_activating_again_changes_nothing_and_mends_what_is_damaged(
    weights: Path, tmp_path: Path
) -> None:
    folder = str(experiment("classify", tmp_path / "mine"))
    installing.activate(folder, weights)
    before = {path.name: path.read_bytes() for path in weights.glob("*.toml")}
    assert not installing.activate(folder, weights).is_changed
    assert {path.name: path.read_bytes() for path in weights.glob("*.toml")} == before
    (weights / "mine" / "model.onnx").write_bytes(b"damaged")
    installing.activate(folder, weights)
    assert loading.classifier(chosen(Stage.CLASSIFY, weights)).revision == 100


def test_other_weights_from_a_folder_of_the_same_name_are_another_model(
    weights: Path, tmp_path: Path
) -> None:
    installing.activate(str(experiment("match", tmp_path / "a" / "mine")), weights)
    other = experiment("match", tmp_path / "b" / "mine", changes={"settings": {"bias": 1.5}})
    done = installing.activate(str(other), weights)
    assert (done.weights.manifest.name, done.weights.manifest.revision) == ("mine-101", 101)
    assert done.before == "mine@2.0.0, revision 100"
    assert added.names(weights) == ["mine", "mine-101"]
    with pytest.raises(installing.NotActivated, match="another model named mine"):
        installing.activate(
            str(experiment("match", tmp_path / "c", changes={"settings": {"bias": 2.5}})),
            weights,
            "mine",
        )


def test_the_environment_names_a_model_above_what_is_active(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installing.activate(str(experiment("match", tmp_path / "mine")), weights)
    monkeypatch.setenv("STREAMS_MATCH_MODEL", "match")
    assert chosen(Stage.MATCH, weights).is_shipped
    assert chosen(Stage.MATCH, weights, "mine").manifest.name == "mine"
    monkeypatch.setenv("STREAMS_MATCH_MODEL", "nothing")
    with pytest.raises(active.ActiveBroken, match="unset STREAMS_MATCH_MODEL"):
        chosen(Stage.MATCH, weights)
    monkeypatch.setenv("STREAMS_CLASSIFY_MODEL", "mine")
    with pytest.raises(active.ActiveBroken, match="is no model of classify"):
        chosen(Stage.CLASSIFY, weights)


def test_reset_lets_what_ships_answer_again_and_forgets_no_other_stage(
    weights: Path, tmp_path: Path
) -> None:
    for name in ("match", "tagger"):
        installing.activate(str(experiment(name, tmp_path / f"my-{name}")), weights)
    assert installing.reset(Stage.MATCH, weights) == "my-match"
    assert installing.reset(Stage.MATCH, weights) is None
    assert chosen(Stage.MATCH, weights).is_shipped
    assert chosen(Stage.TAGGER, weights).manifest.name == "my-tagger"
    installing.activate("tagger", weights)
    assert not (weights / active.FILE).exists(), "no file is read where nothing is active"


def damaged(weights: Path) -> None:
    (weights / "mine" / "model.onnx").write_bytes(b"another file")


def missing(weights: Path) -> None:
    (weights / "mine" / "ngrams.npz").unlink()


def gone(weights: Path) -> None:
    shutil.rmtree(weights / "mine")


def without_manifest(weights: Path) -> None:
    (weights / "mine.toml").unlink()


def foreign(weights: Path) -> None:
    manifest = weights / "mine.toml"
    manifest.write_text(manifest.read_text().replace("threshold = 0.32", "threshold = 0.99"))


def torn(weights: Path) -> None:
    (weights / active.FILE).write_text('[classify]\nmodel = "mi')


def strange(weights: Path) -> None:
    (weights / active.FILE).write_text('[nothing]\nmodel = "mine"\n')


@pytest.mark.parametrize("harm", [damaged, missing, gone, without_manifest, foreign, torn, strange])
def test_active_weights_that_cannot_be_used_are_an_error_that_names_the_way_back(
    weights: Path, tmp_path: Path, harm: object
) -> None:
    installing.activate(str(experiment("classify", tmp_path / "mine")), weights)
    assert callable(harm)
    harm(weights)
    with pytest.raises(active.ActiveBroken, match="python -m models activate --reset") as caught:
        loading.classifier(chosen(Stage.CLASSIFY, weights))
    assert "classify" in str(caught.value) or active.FILE in str(caught.value)
    with pytest.raises(active.ActiveBroken):
        Mimmo(LlmChoice(weights=weights)).classify(NAME)
    installing.reset(Stage.CLASSIFY, weights)
    assert chosen(Stage.CLASSIFY, weights).is_shipped


def test_what_cannot_answer_never_becomes_active(weights: Path, tmp_path: Path) -> None:
    installing.activate(str(experiment("match", tmp_path / "before")), weights)
    noted = (weights / active.FILE).read_bytes()
    lacking = experiment("match", tmp_path / "lacking")
    text = (lacking / "manifest.toml").read_text()
    (lacking / "manifest.toml").write_text(text.replace("weight_common", "weight_commoner"))
    strange_labels = {"labels": {"medium": ["music", "films"]}}
    for folder, said in (
        (lacking, "weight_common"),
        (experiment("classify", tmp_path / "labels", changes=strange_labels), "music"),
        (tmp_path, "is no experiment"),
        (tmp_path / "nowhere", "is no folder"),
    ):
        with pytest.raises(registry.WeightsError, match=said):
            installing.activate(str(folder), weights)
    network = experiment("classify", tmp_path / "network")
    (network / "weights" / "model.onnx").write_bytes(b"no network")
    with pytest.raises(installing.NotActivated, match="is not the file"):
        installing.activate(str(network), weights)
    assert (weights / active.FILE).read_bytes() == noted


def test_what_the_gate_refused_is_not_activated(weights: Path, tmp_path: Path) -> None:
    folder = experiment("classify", tmp_path / "mine", place="candidate")
    with pytest.raises(installing.NotActivated, match="the same training command"):
        installing.activate(str(folder), weights)
    verdict = {"is_accepted": False, "why": "medium is 3.00 points lower"}
    (folder / "comparison.json").write_text(json.dumps(verdict))
    with pytest.raises(folders.Refused, match=r"3\.00 points lower"):
        installing.activate(str(folder), weights)
    assert not (weights / active.FILE).exists()
    (folder / "candidate").rename(folder / "weights")  # as --force does
    installing.activate(str(folder), weights)
    assert chosen(Stage.CLASSIFY, weights).manifest.name == "mine"


@pytest.mark.parametrize(
    "at",
    [
        "models.added.place",
        "models.added._written",
        "models.installing.answers",
        "models.active.activate",
        "pathlib.Path.replace",
    ],
)
def test_a_kill_leaves_what_was_active_and_the_same_command_goes_on(
    weights: Path, tmp_path: Path, at: str
) -> None:
    """SIGKILL as the step begins; the folder of weights is then as it lies on the disk."""
    installing.activate(str(experiment("classify", tmp_path / "before")), weights)
    changes = {"calibration": {"threshold": 0.5}}
    folder = experiment("classify", tmp_path / "after", changes=changes)
    module, name = at.rsplit(".", 1)
    script = f"""
import os, pathlib, signal
import models.added, models.active, models.installing
def kill(*given, **more): os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = kill
models.installing.activate({str(folder)!r}, pathlib.Path({str(weights)!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    own = chosen(Stage.CLASSIFY, weights)
    assert own.manifest.name == "before"
    assert loading.classifier(own).revision == 100
    assert installing.activate(str(folder), weights).weights.manifest.name.startswith("after")
    assert chosen(Stage.CLASSIFY, weights).manifest.calibration["threshold"] == 0.5
