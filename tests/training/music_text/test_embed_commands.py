"""Sounds go into a store by a command, and a text finds them by another."""

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
from models.embed.store import Store
from tests.support import ROOT
from tests.training.conftest import require_training, training
from tests.training.music_text import planted
from tests.training.music_text.test_embedders import chord, noise

pytestmark = pytest.mark.usefixtures("torch_needed")

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


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, bert: Path, weights: Path) -> Path:
    """A text network whose store says that musicnn made its vectors."""
    require_training("onnx")
    folder = tmp_path_factory.mktemp("searched")
    data = planted.write(folder / "data", 320, embedder=Musicnn(weights).version)
    base = ["--set", f"tower.base={bert}", "--data", data, "--out", folder / "model"]
    recipe = ["--recipe", "music-text-tiny", "--set", "clips.rate=5e-3", "--set", "songs.epochs=1"]
    told = training("music-text", *recipe, *base)
    assert told.returncode == 0, told.stderr
    return folder / "model"


def test_a_text_finds_the_sounds_of_a_store(model: Path, run: Run) -> None:
    store = model.parent / "data" / "clips"
    code, out, told = run("search", store, "sad piano", "--model", model, "-n", "5", "--json")
    assert code == 0, told
    rows = list(map(json.loads, out.splitlines()))
    assert len(rows) == 5
    cosines = [row["cosine"] for row in rows]
    assert cosines == sorted(cosines, reverse=True)
    assert sum("piano" in row["texts"][0] for row in rows) >= 3  # an eighth of all are


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
    planted.write(tmp_path, 8)
    for where, text_network, said in (
        (tmp_path / "clips", model, "does not fit"),
        (tmp_path / "nowhere", model, "has no sounds"),
        (model.parent / "data" / "clips", tmp_path, "has no finished text network"),
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
