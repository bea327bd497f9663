"""Any network that hears, by its manifest; and what is refused before it is installed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.embed.audio import Sound
from models.embed.embedders.mel import Mel, log_mel
from models.folders import read_manifest
from models.tags.adapters.adapter import Adapter, AdapterError
from models.tags.adapters.onnx_audio import OnnxAudio
from models.tags.adapters.trial import require_sane, sounds
from models.tags.aggregate import aggregated
from models.tags.heard import heard
from schemas.tag_name import TagName
from schemas.tags import AudioTags
from tests import tiny_hearing as tiny

pytest.importorskip("onnxruntime")
pytest.importorskip("scipy")

SAMPLES = {"input": "samples", "mel": None, "rate": tiny.RATE, "frames": 4_000, "hop": 2_000}


def opened(folder: Path) -> OnnxAudio:
    return OnnxAudio(read_manifest(folder), folder / "tiny.onnx")


def tone(seconds: float, hertz: float = 440.0, rate: int = tiny.RATE) -> Sound:
    time = np.arange(int(seconds * rate)) / rate
    return Sound(np.sin(2 * np.pi * hertz * time)[None].astype(np.float32), rate)


def sigmoid(numbers: Any) -> Any:
    return 1 / (1 + np.exp(-numbers))


def test_each_segment_has_a_score_of_each_label(tmp_path: Path) -> None:
    adapter: Adapter[Sound] = opened(tiny.write(tmp_path))
    sound = tone(1.0)
    bands = log_mel(sound.mono(), Mel(**tiny.settings()["mel"]))
    # 63 frames: three whole segments, and a fourth that ends with the sound.
    cut = np.stack([bands[place : place + 20].mean(0) for place in (0, 20, 40, 43)])
    wanted = sigmoid(cut @ tiny.mel_weights())
    told = adapter.tags(sound)
    assert list(told) == list(tiny.LABELS)
    assert np.allclose(np.array(list(told.values())).T, wanted, atol=1e-5)


def test_a_network_of_samples_hears_segments_that_overlap(tmp_path: Path) -> None:
    weights = np.array([[0.5, 1.0, -2.0]], dtype=np.float32)
    # The mean over an axis of one leaves (batch, samples); a product needs one number of each.
    content = tiny.network(weights, ("batch", 1, "samples"), [2])
    adapter = opened(tiny.write(tmp_path, content, adapter=tiny.settings(**SAMPLES)))
    steps = np.concatenate((np.zeros(4_000), np.ones(4_000))).astype(np.float32)
    told = adapter.tags(Sound(steps[None], tiny.RATE))
    assert np.allclose(told["Hip-Hop"], sigmoid(np.array([0.0, 0.5, 1.0])), atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "axes", "order"),
    [
        (("batch", tiny.BANDS, 20), [2], "bands-frames"),
        (("batch", 1, 20, tiny.BANDS), [1, 2], "frames-bands"),
        ((3, 20, tiny.BANDS), [1], "frames-bands"),
        ((64, 20, tiny.BANDS), [1], "frames-bands"),
    ],
)
def test_axes_channels_and_a_fixed_batch_make_no_difference(
    tmp_path: Path, shape: Sequence[str | int], axes: list[int], order: str
) -> None:
    usual = opened(tiny.write(tmp_path / "usual"))
    content = tiny.network(tiny.mel_weights(), shape, axes)
    folder = tiny.write(tmp_path / "other", content, adapter=tiny.settings(axes=order))
    sound = tone(2.5)
    expected, told = usual.tags(sound), opened(folder).tags(sound)
    assert len(told["guitar"]) == 8
    for label in tiny.LABELS:
        assert np.allclose(told[label], expected[label], atol=1e-6)


def test_softmax_shares_one_out_among_labels(tmp_path: Path) -> None:
    told = opened(tiny.write(tmp_path, adapter=tiny.settings(activation="softmax"))).tags(tone(1))
    assert np.allclose(np.array(list(told.values())).sum(0), 1)


def test_a_short_sound_of_another_rate_is_heard(tmp_path: Path) -> None:
    told = opened(tiny.write(tmp_path)).tags(tone(0.01, rate=44_100))
    assert [len(scores) for scores in told.values()] == [1, 1, 1]


def test_what_is_heard_has_names_that_say_what_made_them(tmp_path: Path) -> None:
    adapter = opened(tiny.write(tmp_path))
    sound = tone(1.0)
    told = heard(adapter, sound, "ab" * 32)
    assert told.scores == aggregated(adapter.tags(sound))
    tags = AudioTags.model_validate_json(told.tags.to_json())
    assert tags == told.tags
    assert (tags.segments, tags.seconds, tags.model) == (4, 1.0, "tiny@1.0.0")
    sha256 = read_manifest(tmp_path).files["model"].sha256
    assert sha256 is not None
    names = {TagName.parse(tag.name).tag for tag in tags.tags}
    assert names == {"guitar", "hip_hop", "female_vocalists"}
    (prefix,) = tags.origins
    assert prefix == f"nom:onnx_tiny_{sha256[:12]}_tiny_r1"
    assert tags.origins[prefix].embedder_build == sha256
    assert tags.origins[prefix].framework_version
    assert all(tag.tier and tag.variance is not None for tag in tags.tags)


def test_what_else_decides_changes_the_checksum_of_the_configuration(tmp_path: Path) -> None:
    usual = opened(tiny.write(tmp_path / "a")).maker
    other = opened(tiny.write(tmp_path / "b", adapter=tiny.settings(hop=10))).maker
    assert usual.prefix == other.prefix
    assert usual.origin.configuration != other.origin.configuration


def test_a_network_that_can_be_used_answers_about_every_sound(tmp_path: Path) -> None:
    told = require_sane(opened(tiny.write(tmp_path)))
    assert told.keys() == sounds().keys()
    assert all(0 <= score <= 1 for scores in told.values() for score in scores.values())


def mel_network(last: str = "Identity", factor: float = 1.0, labels: int = 3) -> bytes:
    weights = factor * tiny.mel_weights(labels)
    return tiny.network(weights.astype(np.float32), ("batch", "frames", tiny.BANDS), [1], last)


@pytest.mark.parametrize(
    ("content", "changes", "why"),
    [
        (mel_network("Sqrt"), {}, "no finite number"),
        (mel_network(labels=2), {}, r"gives \(4, 2\), not \(4, 3\)"),
        (mel_network(factor=50), {"activation": "none"}, "is its `activation` sigmoid or softmax"),
        (mel_network(factor=0), {}, "says the same of a struck chord, noise, silence"),
        (mel_network(), {"input_name": "mel"}, r"inputs are \['sound'\], not \['mel'\]"),
        (mel_network(), {"output_name": "tags"}, r"no output 'tags', but \['scores'\]"),
        (mel_network(), SAMPLES, "it fails"),
        (mel_network(), {"mel": {**tiny.settings()["mel"], "bands": 9}}, "it fails"),
        (b"\x08\x08nothing at all", {}, "cannot load it"),
        (b"", {}, "cannot load it"),
    ],
)
def test_a_network_that_answers_nonsense_is_refused(
    tmp_path: Path, content: bytes, changes: dict[str, Any], why: str
) -> None:
    folder = tiny.write(tmp_path, content, adapter=tiny.settings(**changes))
    with pytest.raises(AdapterError, match=why):
        require_sane(opened(folder))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"head": "a_b"}, "head: "),
        ({"input": "picture"}, "input: "),
        ({"activation": None}, "activation: Field required"),
        ({"mel": None}, "`log-mel` needs the table `mel`"),
        ({"rate": 16_000}, "`log-mel` needs the table `mel`"),
        ({"frames": 0}, "frames: "),
        ({"frames": 1_000, "hop": 1}, "overlap more than 64 times"),
        ({"frames": 1 << 30}, "frames: "),
        ({"mel": {"bands": 100_000}}, "mel.bands: "),
        ({"mel": {"lowest": 9_000.0}}, "the lowest first"),
        ({"mel": {"window": 1_024}}, "does not fit"),
        ({"code": "os.system"}, "code: Extra inputs"),
    ],
)
def test_a_description_that_cannot_be_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(AdapterError, match=rf"tiny: \[settings\.adapter\]: .*{why}"):
        opened(tiny.write(tmp_path, adapter=tiny.settings(**changes)))


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([], "0 labels"),
        (["Hip-Hop", "hip hop", "jazz"], "'Hip-Hop' and 'hip hop' would be one tag"),
        (["гитара", "jazz", "rock"], "no label that a tag can be made of"),
        (["a" * 200, "jazz", "rock"], "more than 128"),
    ],
)
def test_labels_of_which_no_tags_can_be_made_are_refused(
    tmp_path: Path, labels: list[str], why: str
) -> None:
    with pytest.raises(AdapterError, match=why):
        opened(tiny.write(tmp_path, labels=labels))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"stage": "classify"}, "does not hear"),
        ({"runtime": "gguf"}, "does not hear"),
        ({"files": {}}, "names no file `model`"),
        ({"name": "a^b"}, "no name and no version"),
    ],
)
def test_a_manifest_of_something_else_is_refused(
    tmp_path: Path, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(AdapterError, match=why):
        opened(tiny.write(tmp_path, **fields))
