"""From labelled names and a decoder of random weights to a model that a worker asks."""

import json
import os
from pathlib import Path

import pytest

from models.registry import sha256_of
from models.training.experiment.results import read_manifest
from tests.training.conftest import training

pytestmark = pytest.mark.slow

SMALL = ("--set", "pairs=64", "--set", "training.epochs=1", "--set", "measured.cases=6")


@pytest.fixture(scope="module", params=["llama", "qwen2"])
def experiment(request, bases, data, tmp_path_factory):
    """A tiny recipe, trained to its end; what is active may not be here to compare with."""
    folder = tmp_path_factory.mktemp("trained") / "experiment"
    done = training(
        *("llm", "--data", data, "--recipe", "llm-tiny", "--base", bases[request.param]),
        *("--out", folder, "--force"),
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_a_tiny_recipe_beats_its_base(experiment):
    metrics = read_manifest(experiment).metrics
    before, after = metrics["untaught"], metrics["held_out"]
    assert after["loss"] < 0.25 * before["loss"]
    assert after["all"]["exact"] >= before["all"]["exact"] + 50
    assert after["all"]["year"]["right"] >= 90


def test_llama_cpp_answers_as_torch_does(experiment):
    pytest.importorskip("llama_cpp")
    tried = read_manifest(experiment).metrics["llama"]
    assert tried["asked"] >= 30
    assert tried["agreed"] >= 0.9 * tried["asked"]  # eight bits may turn a toss-up


def test_an_experiment_holds_everything(experiment):
    names = {path.name for path in experiment.iterdir()}
    assert {"recipe.toml", "data.json", "environment.json", "CARD.md", "loss.png"} <= names
    manifest = read_manifest(experiment)
    assert manifest.files["base"].sha256 == sha256_of(experiment / "weights/model.gguf")
    learnt_from = {Path(file.name).name for file in manifest.data}
    assert {"p2p_labelled.jsonl.gz", "model.safetensors", "tokenizer.json"} <= learnt_from


def test_it_is_activated_and_a_worker_asks_it(experiment, tmp_path):
    pytest.importorskip("llama_cpp")
    from models import active, installing, loading
    from models.active import Stage
    from models.extract.llm.form import TaughtForm
    from models.extract.subject import ExtractSubject
    from schemas import Subcategory

    weights = tmp_path / "weights"
    done = installing.activate(str(experiment), weights)
    assert done.weights.manifest.revision >= 100
    chosen = active.chosen(Stage.LLM, weights)
    asked = loading.llm(chosen)
    subject = ExtractSubject("Harbour.Signal.2004.1080p.WEB.x264-GRP", None, Subcategory.MOVIE)
    assert isinstance(asked._engine._form, TaughtForm)
    assert asked.answer([subject])
    assert asked.revision >= 100


def test_what_is_made_can_be_added_as_a_file_too(experiment, tmp_path):
    pytest.importorskip("llama_cpp")
    from models import added
    from models.extract.llm import gguf
    from models.extract.llm.form import TaughtForm
    from models.extract.subject import ExtractSubject
    from schemas import Subcategory

    added.add(experiment / "weights/model.gguf", tmp_path / "weights", "mine")
    subject = ExtractSubject("Harbour.Signal.2004.1080p.WEB.x264-GRP", None, Subcategory.MOVIE)
    asked = gguf.load(tmp_path / "weights", "mine")
    assert isinstance(asked._engine._form, TaughtForm)
    assert asked.answer([subject])


@pytest.mark.parametrize("end", ["raise OSError('no AVX here')", "os.kill(os.getpid(), 4)"])
def test_a_llama_cpp_that_dies_does_not_stop_training(end, bases, data, tmp_path, monkeypatch):
    package = tmp_path / "broken/llama_cpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f"import os\n{end}\n")
    path = os.pathsep.join([str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    folder = tmp_path / "experiment"
    base = ("--base", bases["llama"])
    command = ("llm", "--data", data, "--recipe", "llm-tiny", *base, "--out", folder, *SMALL)
    done = training(*command)
    assert done.returncode == 3, done.stderr
    assert "llama.cpp was not asked" in done.stderr
    assert (folder / "candidate/model.gguf").is_file()
    verdict = json.loads((folder / "comparison.json").read_text())
    assert not verdict["is_accepted"]
    assert "not compared with what is active" in verdict["why"]
    assert "loss" in verdict["why"]
    assert training(*command, "--force").returncode == 0
    assert (folder / "weights/model.gguf").is_file()


def test_what_cannot_be_compared_is_refused_unless_forced(bases, data, tmp_path, monkeypatch):
    folder = tmp_path / "experiment"
    base = ("--base", bases["llama"])
    settings = ("--set", "measured.agreement=0", *SMALL)
    command = ("llm", "--data", data, "--recipe", "llm-tiny", *base, "--out", folder, *settings)
    monkeypatch.setenv("STREAMS_HOME", str(tmp_path / "home"))  # nothing to compare with
    done = training(*command)
    assert done.returncode == 3, done.stderr
    assert not (folder / "weights").exists()
    assert training(*command, "--force").returncode == 0
    assert (folder / "weights/model.gguf").is_file()


def test_a_missing_base_is_said_before_anything_is_read(data, tmp_path):
    done = training(
        "llm",
        "--data",
        data,
        "--recipe",
        "llm-tiny",
        "--base",
        tmp_path / "none",
        "--out",
        tmp_path / "experiment",
    )
    assert done.returncode == 1
    assert "--base is a folder as transformers writes it, or a GGUF file" in done.stderr
    assert not (tmp_path / "experiment").exists()
