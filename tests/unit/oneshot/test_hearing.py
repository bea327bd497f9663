"""`mimmo hear`: tags of sounds; and networks of one's own that are brought in for it."""

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import added, registry
from models.registry import FileState, Manifest, sha256_of, state
from models.tags.adapters import installing
from models.tags.adapters.onnx_audio import OnnxAudio
from schemas.tags import AudioTags
from tests import tiny_hearing as tiny
from tests.unit.oneshot.conftest import Calls

pytest.importorskip("onnxruntime")
pytest.importorskip("scipy")
pytest.importorskip("soundfile")


@pytest.fixture
def weights(tmp_path: Path) -> str:
    return str(tmp_path / "weights")


@pytest.fixture
def hearing(mimmo: Calls, tmp_path: Path, weights: str) -> Calls:
    """`mimmo hear` with two networks, `tiny` and `other`, that hear the contrary."""
    turned = tiny.network(-tiny.mel_weights(), ("batch", "frames", tiny.BANDS), [1])
    folders = (tiny.write(tmp_path / "tiny"), tiny.write(tmp_path / "b", turned, name="other"))
    for folder in folders:
        assert mimmo("fetch", "--from", str(folder), "--weights", weights).code == 0

    def call(*arguments: str) -> Any:
        named = () if "--model" in arguments else ("--model", "tiny")
        return mimmo("hear", *arguments, *named, "--weights", weights)

    return call


def tune(path: Path, seconds: float = 2.0, hertz: float = 440.0, rate: int = 16_000) -> Path:
    """A tone as a WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(int(seconds * rate)) / rate
    whole = (8_000 * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
    return path


def below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_sound_has_a_table_of_tags(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "low.wav", hertz=150.0)
    ended = hearing(str(path))
    assert ended.code == 0, ended.err
    first, *lines = ended.out.splitlines()
    assert first == f"{path}  2 s, 7 segments"
    label, score, deviation, tier = lines[0].split()
    assert (label, tier) == ("guitar", "high")
    assert 0.7 < float(score) < 1
    assert deviation.startswith("±0.0")
    assert len(lines) == 3
    assert len(hearing(str(path), "--top", "1").out.splitlines()) == 2


def test_json_has_every_tag_with_what_made_it(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "tune.wav")
    told = json.loads(hearing(str(path), "--json").out)
    assert (told["file"], told["sha256"]) == (str(path), sha256_of(path))
    (result,) = told["results"]
    tags = AudioTags.model_validate(result)
    assert (tags.sha256, tags.revision) == (sha256_of(path), 100)
    assert len(tags.tags) == 3
    assert "agreement" not in told


def test_several_models_are_held_against_each_other(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "low.wav", hertz=150.0)
    both = ("--model", "tiny", "--model", "other")
    told = json.loads(hearing(str(path), "--json", *both).out)
    assert [result["model"] for result in told["results"]] == ["tiny@1.0.0", "other@1.0.0"]
    stands = {label["label"]: label["stand"] for label in told["agreement"]}
    assert stands == {
        "guitar": "contradict",
        "hip_hop": "agree",
        "female_vocalists": "contradict",
    }
    line = next(line for line in hearing(str(path), *both).out.splitlines() if "guitar" in line)
    assert "contradict" in line
    assert "tiny 0." in line
    assert "other 0." in line


def test_a_folder_is_heard_in_order_and_what_is_no_sound_is_told(
    hearing: Calls, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    tune(music / "b.wav")
    tune(music / "a" / "two.WAV")
    (music / "cover.jpg").write_bytes(b"no sound")
    (music / "c.mp3").write_bytes(b"nothing" * 99)
    (music / "circle").symlink_to(music)
    before = below(music)
    ended = hearing(str(music), "--json")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [Path(line["file"]).name for line in lines] == ["b.wav", "c.mp3", "two.WAV"]
    assert ["error" in line for line in lines] == [False, True, False]
    assert ended.code == 1
    assert "c.mp3 is no sound that can be read" in ended.err
    assert "object at 0x" not in ended.err
    assert below(music) == before, "nothing is written"


def test_sidecars_are_written_where_they_are_asked_for(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "music" / "tune.wav")
    before = path.read_bytes()
    folder = tmp_path / "tags"
    ended = hearing(str(path), "--sidecar", str(folder))
    written = folder / f"{sha256_of(path)}.tags.json"
    assert ended.out == f"{path} -> {written}\n"
    told = json.loads(written.read_text(encoding="utf-8"))
    assert told["sha256"] == sha256_of(path)
    assert AudioTags.model_validate(told["results"][0]).sha256 == told["sha256"]
    assert path.read_bytes() == before
    assert below(folder) == {written}


def test_seconds_bound_what_is_heard(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "tune.wav", seconds=4.0)
    told = json.loads(hearing(str(path), "--json", "--seconds", "1").out)
    assert told["results"][0]["seconds"] == 1.0


def test_what_is_missing_is_said_with_what_to_type(
    mimmo: Calls, hearing: Calls, tmp_path: Path, weights: str
) -> None:
    path = str(tune(tmp_path / "tune.wav"))
    ended = mimmo("hear", path, "--weights", weights)
    assert ended.code == 1
    assert "musicnn-msd.onnx is missing; run `python -m models fetch musicnn`" in ended.err
    assert hearing(path, "--model", "nobody").code == 1
    ended = hearing(path, "--model", "classify")
    assert ended.code == 1
    assert "classify does not hear" in ended.err
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = hearing(str(empty), str(tmp_path / "nowhere.wav"))
    assert ended.code == 1
    assert "no sounds in this folder" in ended.err
    assert "nowhere.wav: No such file" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.wav", "--top", "0"),
        ("a.wav", "--seconds", "0"),
        ("a.wav", "--seconds", "nan"),
        ("a.wav", "--json", "--all"),
        ("a.wav", "--model", "tiny", "--model", "tiny"),
    ],
)
def test_wrong_usage_is_told_as_such(mimmo: Calls, arguments: tuple[str, ...]) -> None:
    assert mimmo("hear", *arguments).code == 2


def test_extras_that_are_not_installed_are_named_before_anything_is_heard(
    hearing: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import util

    there = util.find_spec
    monkeypatch.setattr(
        util, "find_spec", lambda name: None if name == "soundfile" else there(name)
    )
    ended = hearing(str(tune(tmp_path / "tune.wav")))
    assert ended.code == 1
    assert ended.err.strip().endswith("uv pip install 'mimmo-streams[music]'")


def test_a_name_that_a_terminal_would_obey_is_shown_as_text(hearing: Calls, tmp_path: Path) -> None:
    path = tune(tmp_path / "Low\x1b[2JTide.wav")
    ended = hearing(str(path))
    assert ended.code == 0
    assert "\x1b" not in ended.out
    assert json.loads(hearing(str(path), "--json").out)["file"] == str(path)


def test_a_link_to_nothing_stops_nobody(hearing: Calls, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    tune(folder / "a.wav")
    (folder / "b.wav").symlink_to(tmp_path / "gone.wav")
    ended = hearing(str(folder), "--json")
    assert ended.code == 1
    assert [("error" in json.loads(line)) for line in ended.out.splitlines()] == [False, True]


def test_a_network_is_brought_in_with_its_licence_and_hashes(
    mimmo: Calls, tmp_path: Path, weights: str
) -> None:
    folder = tiny.write(tmp_path / "mine")
    sha256 = sha256_of(folder / "tiny.onnx")
    ended = mimmo("fetch", "--from", str(folder), "--name", "mine", "--weights", weights)
    assert ended.code == 0, ended.err
    assert "licence CC0-1.0; revision 100" in ended.out
    assert sha256 in ended.out
    assert "`mimmo hear --model mine FILE` asks it" in ended.out
    manifest = added.load("mine", Path(weights))
    assert state(manifest, "model", Path(weights)) is FileState.OK
    mimmo("fetch", "--from", str(folder), "--name", "mine", "--weights", weights)
    assert added.load("mine", Path(weights)) == manifest, "the same again changes nothing"
    assert "mine@1.0.0" in mimmo("list", "--weights", weights).out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"content": b"\x08\x08no network"}, "ONNX Runtime cannot load it"),
        ({"labels": ["a", "b"]}, "it gives (4, 3), not (4, 2)"),
        ({"stage": "extract"}, "does not hear"),
        ({"name": "musicnn"}, None),
        ({"files": {"model": {"path": "gone.onnx", "sha256": "0" * 64}}}, "is missing"),
        ({"files": {"model": {"path": "tiny.onnx", "sha256": "0" * 64}}}, "is not the file"),
        (
            {"files": {"model": {"path": "tiny.onnx", "made_from": "model", "recipe": "musicnn"}}},
            "must lie in the folder",
        ),
    ],
)
def test_a_network_that_cannot_be_used_is_not_installed(
    mimmo: Calls, tmp_path: Path, weights: str, change: dict[str, Any], why: str | None
) -> None:
    folder = tiny.write(tmp_path / "mine", **change)
    ended = mimmo("fetch", "--from", str(folder), "--weights", weights)
    if why is None:  # the name of a model that ships gives way to that of the folder
        assert ended.code == 0, ended.err
        assert added.names(Path(weights)) == ["mine"]
        return
    assert ended.code == 1
    assert why in ended.err
    assert not Path(weights).is_dir() or added.names(Path(weights)) == []


def test_a_network_is_tried_without_what_lies_beside_it(
    mimmo: Calls, tmp_path: Path, weights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny.write(tmp_path / "mine")
    (folder / "beside.bin").touch()
    there = []

    def network(manifest: Manifest, path: Path) -> OnnxAudio:
        there.extend(sorted(beside.name for beside in path.parent.iterdir()))
        return OnnxAudio(manifest, path)

    monkeypatch.setattr(installing, "OnnxAudio", network)
    ended = mimmo("fetch", "--from", str(folder), "--weights", weights)
    assert ended.code == 0, ended.err
    assert there == ["tiny.onnx"]
    assert not list(Path(weights).glob("trial-*"))


def test_a_network_that_hears_is_not_activated(mimmo: Calls, tmp_path: Path, weights: str) -> None:
    folder = tiny.write(tmp_path / "mine")
    ended = mimmo("activate", str(folder), "--weights", weights)
    assert ended.code == 1
    assert "`python -m models fetch --from FOLDER` installs it" in ended.err
    assert mimmo("fetch", "--from", str(folder), "--weights", weights).code == 0
    ended = mimmo("activate", "tiny", "--weights", weights)
    assert ended.code == 1
    assert "mimmo hear --model tiny" in ended.err


def test_a_fetch_without_a_name_leaves_optional_models_alone(mimmo: Calls, weights: str) -> None:
    assert "musicnn" not in registry.names()
    assert registry.optional_names() == ["musicnn"]
    shown = mimmo("list", "--weights", weights).out
    assert "`python -m models fetch musicnn` brings it" in shown
