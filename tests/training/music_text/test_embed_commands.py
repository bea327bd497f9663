"""Sounds go into a store by a command, and a text finds them by another."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from models.embed.__main__ import COMMANDS, main
from models.embed.audio import Sound
from models.embed.commands import searching
from models.embed.embedders.embedder import embed
from models.embed.embedders.musicnn import Musicnn
from models.embed.store import About, Entry, Store, fill
from models.registry import sha256_of
from models.training.experiment.folder import MANIFEST
from models.training.experiment.toml import to_toml
from tests.support import ROOT
from tests.training.conftest import require_training
from tests.training.music_text.conftest import PIECES
from tests.training.music_text.test_embedders import chord, noise

LENGTHS = (3, 4, 5, 6)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    weights: Path,
) -> Run:
    """Runs a command in this process; returns exit code, output and errors."""
    monkeypatch.setattr(searching, "HOME", tmp_path / "home")

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--weights", str(weights)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def write(path: Path, sound: Sound) -> None:
    soundfile = pytest.importorskip("soundfile")
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound.samples.T, sound.rate)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Clips of struck chords and of noise, one that is not there, and one that is no sound."""
    rows = []
    for length in LENGTHS:
        for kind, sound in (("chord", chord(length)), ("noise", noise(length))):
            write(tmp_path / f"{kind}{length}.flac", sound)
            audio = f"{kind}{length}.flac"
            row = {"id": f"{kind}{length}", "work": kind, "texts": [kind, f"a {kind}"]}
            rows.append(row | {"audio": audio})
    (tmp_path / "text.flac").write_text("no sound", encoding="utf-8")
    for name in ("text", "absent"):
        rows.insert(1, {"id": name, "work": name, "texts": [name], "audio": f"{name}.flac"})
    part = {"id": "part", "work": "noise", "texts": ["a part"], "audio": "noise6.flac"}
    rows.append(part | {"start": 2.0, "seconds": 3.0})
    path = tmp_path / "clips.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_fill_keeps_what_the_network_says_and_leaves_out_what_is_no_sound(
    clips: Path, weights: Path, tmp_path: Path, run: Run
) -> None:
    code, _, told = run("fill", clips, "--out", tmp_path / "store")
    assert code == 0, told
    assert "left out: text: " in told
    assert "left out: absent: " in told
    assert "9 of 11 clips, 600 numbers each" in told
    store = Store(tmp_path / "store")
    assert [entry.id for entry in store.entries][:2] == ["chord3", "noise3"]
    assert store.entries[0].texts == ("chord", "a chord")
    expected = embed(Musicnn(weights), chord(3))
    assert np.allclose(store.rows([0])[0], expected, atol=1e-3)  # FLAC has 16 bits
    part = noise(6).samples[:, 32_000:80_000]
    assert np.allclose(store.rows([8])[0], embed(Musicnn(weights), Sound(part, 16_000)), atol=1e-3)
    code, _, told = run("fill", clips, "--out", tmp_path / "store", "--half")
    assert code == 1
    assert "holds another store" in told


def test_fill_goes_on_after_a_kill(clips: Path, weights: Path, tmp_path: Path, run: Run) -> None:
    command = ["fill", str(clips), "--out", str(tmp_path / "store")]
    process = subprocess.Popen(
        [sys.executable, "-m", "models.embed", *command, "--weights", str(weights)], cwd=ROOT
    )
    index = tmp_path / "store" / "index.jsonl"
    while process.poll() is None and not (index.is_file() and index.stat().st_size):
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert run(*command)[0] == 0
    assert run("fill", clips, "--out", tmp_path / "whole")[0] == 0
    killed, whole = Store(tmp_path / "store"), Store(tmp_path / "whole")
    assert killed.entries == whole.entries
    assert np.array_equal(killed.vectors, whole.vectors)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a"}', "line 1: work: Field required"),
        ("no JSON", "line 1"),
        ("", "has no sounds"),
        ('{"id": "a", "work": "a", "texts": [], "audio": "a.flac"}', "line 1: texts"),
    ],
)
def test_rows_that_are_no_clips_are_refused_with_their_line(
    tmp_path: Path, run: Run, line: str, said: str
) -> None:
    path = tmp_path / "clips.jsonl"
    path.write_text(line, encoding="utf-8")
    code, _, told = run("fill", path, "--out", tmp_path / "store")
    assert code == 1
    assert said in told


WORDS = ["piano", "drums", "sad", "angry", "slow", "fast"]


def table() -> np.ndarray:
    """A vector a piece: of nothing for those that are no words."""
    rows = np.random.default_rng(7).standard_normal((len(PIECES) + len(WORDS), 600))
    rows[: len(PIECES)] = 1e-3
    return rows.astype(np.float32)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Path:
    """A text network: the mean of the vectors of words, as if musicnn's sounds lay there."""
    require_training("onnx")
    from onnx import TensorProto, helper, numpy_helper

    from models.training.classifier.vocabulary import build

    folder = tmp_path_factory.mktemp("model")
    (folder / "weights").mkdir()
    build([*PIECES, *WORDS]).save(str(folder / "weights" / "tokenizer.json"))
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["words"], axis=0),
        helper.make_node("ReduceSum", ["words", "across"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["vector"], axis=-1, p=2),
    ]
    kept = [
        numpy_helper.from_array(table(), "table"),
        numpy_helper.from_array(np.array([1], np.int64), "across"),
    ]
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("ids", "mask")]
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", 600])
    graph = helper.make_graph(nodes, "words", inputs, [vector], kept)
    opset = [helper.make_opsetid("", 18)]
    network = helper.make_model(graph, opset_imports=opset, ir_version=9)
    (folder / "weights" / "model.onnx").write_bytes(network.SerializeToString())
    manifest = {
        "name": "music-text-musicnn",
        "version": "1",
        "revision": 1,
        "stage": "embed",
        "runtime": "onnx",
        "licence": "Apache-2.0",
        "summary": "Of a test.",
        "files": {
            role: {"path": f"weights/{name}", "sha256": sha256_of(folder / "weights" / name)}
            for role, name in (("model", "model.onnx"), ("tokenizer", "tokenizer.json"))
        },
        "settings": {
            "target": "musicnn",
            "longest": 32,
            "embedder": Musicnn(weights).version,
        },
    }
    (folder / MANIFEST).write_text(to_toml(manifest), encoding="utf-8")
    return folder


def stored(folder: Path, embedder: str) -> Path:
    """A store of a sound for each two words."""
    pairs = list(itertools.combinations(WORDS, 2))
    about = About(
        target="musicnn", dimensions=600, rows=len(pairs), embedder=embedder, is_stub=False
    )
    rows = dict(zip(WORDS, table()[len(PIECES) :], strict=True))
    vectors = {" ".join(pair): sum(rows[word] for word in pair) for pair in pairs}
    entries = [Entry(id=name, work=name, texts=(f"a {name}",)) for name in vectors]
    list(fill(folder, about, entries, lambda entry: vectors[entry.id] / 40))
    return folder


def test_a_text_finds_the_sounds_of_a_store(
    model: Path, weights: Path, tmp_path: Path, run: Run
) -> None:
    store = stored(tmp_path / "store", Musicnn(weights).version)
    code, out, told = run("search", store, "sad piano", "--model", model, "-n", "9", "--json")
    assert code == 0, told
    rows = list(map(json.loads, out.splitlines()))
    assert rows[0] == {"id": "piano sad", "cosine": rows[0]["cosine"], "texts": ["a piano sad"]}
    cosines = [row["cosine"] for row in rows]
    assert cosines == sorted(cosines, reverse=True)
    # Both words, then one of them, and never neither.
    assert all({"sad", "piano"} & set(row["id"].split()) for row in rows)
    code, out, _ = run("search", store, "angry drums", "--model", model, "-n", "1")
    assert code == 0
    assert "drums angry" in out


def test_a_folder_is_heard_once_and_what_is_new_or_gone_is_seen(
    model: Path, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "music"
    write(folder / "Low Tide" / "01_paper-boat.wav", chord(4))
    write(folder / "hiss.wav", noise(4))
    (folder / "hiss.txt").write_text("a noise\nsomething hisses\n", encoding="utf-8")

    def search() -> dict[str, list[str]]:
        code, out, told = run("search", folder, "sad piano", "--model", model, "--json")
        assert code == 0, told
        assert ("heard: " in told) == is_heard
        return {row["id"]: row["texts"] for row in map(json.loads, out.splitlines())}

    is_heard = True
    boat = "Low Tide/01_paper-boat.wav"
    both = {boat: ["Low Tide, 01 paper boat"], "hiss.wav": ["a noise", "something hisses"]}
    assert search() == both
    is_heard = False
    assert search() == both
    (folder / "hiss.wav").unlink()
    write(folder / "Low Tide" / "02.wav", noise(3))
    is_heard = True
    assert set(search()) == {boat, "Low Tide/02.wav"}


def test_what_does_not_fit_is_said(model: Path, tmp_path: Path, run: Run) -> None:
    store = stored(tmp_path / "store", "another network")
    for where, text_network, said in (
        (store, model, "does not fit"),
        (tmp_path / "nowhere", model, "has no sounds"),
        (store, tmp_path, "has no finished text network"),
    ):
        code, _, told = run("search", where, "piano", "--model", text_network)
        assert code == 1
        assert said in told


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    usage = capsys.readouterr().out
    for name, (module, _) in COMMANDS.items():
        assert f"  {name} " in usage
        assert f"  python -m models.embed {name} " in import_module(module).make().format_help()
    assert main(["nonsense"]) == 2
    assert "no command 'nonsense'" in capsys.readouterr().err
