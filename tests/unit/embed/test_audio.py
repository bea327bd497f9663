"""Sounds are read, resampled and cut so that all of them is heard."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.embed import audio
from models.embed.audio import AudioError, Sound, batches, read, starts, windows
from models.embed.embedders import mel
from tests.training.conftest import require_training


def sine(hertz: float, rate: int, seconds: float) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype("f4")


@pytest.mark.parametrize("length", [1, 3, 4, 5, 7, 8, 9, 40, 41])
@pytest.mark.parametrize("hop", [1, 3, 4])
def test_windows_hear_all_and_the_last_one_ends_with_the_sound(length: int, hop: int) -> None:
    places = starts(length, 4, hop)
    heard = {moment for place in places for moment in range(place, place + 4)}
    assert set(range(length)) <= heard
    assert places == sorted(set(places))
    if length >= 4:
        assert places[-1] + 4 == length
    assert windows(np.arange(length, dtype=np.float32), 4, hop).shape == (len(places), 4)


def test_a_hop_longer_than_a_window_leaves_out_what_is_between() -> None:
    assert starts(20, 4, 8) == [0, 8, 16]


def test_what_is_shorter_than_a_window_is_repeated() -> None:
    cut = windows(np.array([[1.0, 2.0, 3.0]], dtype=np.float32), 7, 7)
    assert cut.tolist() == [[[1, 2, 3, 1, 2, 3, 1]]]


def test_lengths_that_are_not_positive_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        starts(0, 4, 4)


def test_one_channel_is_both_and_two_make_one() -> None:
    low, high = sine(100, 8000, 0.1), sine(300, 8000, 0.1)
    sound = Sound(np.stack((low, high)), 8000)
    assert np.allclose(sound.mono(), (low + high) / 2)
    assert np.array_equal(Sound(low[None], 8000).stereo(), np.stack((low, low)))
    assert sound.seconds == pytest.approx(0.1)


def test_a_file_is_read_as_it_was_written_and_resampled(tmp_path: Path) -> None:
    require_training("soundfile")
    require_training("scipy")
    path = tmp_path / "a.wav"
    samples = sine(440, 44_100, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        whole = np.round(np.repeat(samples, 2) * 32767).astype("<i2")
        file.writeframes(whole.tobytes())
    sound = read(path)
    assert sound.samples.shape == (2, 44_100)
    assert np.allclose(sound.samples[0], samples, atol=1e-4)
    lower = sound.at(16_000)
    assert lower.samples.shape == (2, 16_000)
    middle = slice(500, 15_500)  # a filter has nothing to read beyond the ends
    assert np.allclose(lower.samples[0][middle], sine(440, 16_000, 1)[middle], atol=5e-3)
    assert read(path, seconds=0.5).samples.shape == (2, 22_050)


def write_wave(path: Path, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2000))
    return path


@pytest.mark.parametrize("rate", [999, 768_001, 2_147_483_647])
def test_a_rate_that_no_sound_has_is_refused(tmp_path: Path, rate: int) -> None:
    require_training("soundfile")
    with pytest.raises(AudioError, match="samples a second"):
        read(write_wave(tmp_path / "a.wav", rate))


def test_what_does_not_fit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_training("soundfile")
    monkeypatch.setattr(audio, "_MOST_SAMPLES", 500)
    path = write_wave(tmp_path / "a.wav", 8_000)
    with pytest.raises(AudioError, match="too many"):
        read(path)
    assert read(path, seconds=0.05).samples.shape == (1, 400)


def test_what_is_no_file_or_has_no_header_or_begins_behind_its_end_is_refused(
    tmp_path: Path,
) -> None:
    require_training("soundfile")
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "x.raw").write_bytes(bytes(2000))
    for name, why in (("pipe.wav", "no file"), ("x.raw", "does not say")):
        with pytest.raises(AudioError, match=why):
            read(tmp_path / name)
    with pytest.raises(AudioError, match="no sound"):
        read(write_wave(tmp_path / "a.wav", 8_000), start=1e308)


def test_channels_are_mixed_before_they_are_resampled() -> None:
    require_training("scipy")
    sound = Sound(np.stack((sine(100, 8000, 1.0), sine(300, 8000, 1.0))), 8000)
    assert np.allclose(sound.mono_at(4000), sound.at(4000).mono(), atol=1e-5)


def test_windows_come_in_batches() -> None:
    values = np.arange(50, dtype=np.float32)
    parts = list(batches(values, 8, 3, 4))
    assert {len(part) for part in parts[:-1]} == {4}
    assert np.array_equal(np.concatenate(parts), windows(values, 8, 3))


@pytest.mark.parametrize("shape", [{"step": 7}, {"size": 8192, "step": 100}])
def test_a_spectrogram_that_would_fill_the_memory_is_refused(shape: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="64th"):
        mel.Mel(**shape)


def test_a_long_sound_is_transformed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mel.log_mel(sine(440, mel.RATE, 2.0))
    monkeypatch.setattr(mel, "_AT_ONCE", 512 * 7)
    assert np.allclose(mel.log_mel(sine(440, mel.RATE, 2.0)), whole, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"not a sound" * 99, b"RIFF\xff\xff\xff\xffWAVEfmt "])
def test_what_is_no_sound_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    require_training("soundfile")
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"a\.wav"):
        read(path)


def test_a_tone_is_loudest_in_its_band() -> None:
    # Slaney's scale: 1 kHz is mel 15, and 96 bands share out 45.2 mels up to 8 kHz.
    bands = mel.log_mel(sine(1000, mel.RATE, 1.0))
    assert bands.shape == (63, 96)
    top = 15 + np.log(8) / (np.log(6.4) / 27)
    assert abs(int(bands[30].argmax()) - (15 / (top / 97) - 1)) <= 1


def test_triangles_have_area_one_and_leave_no_band_empty() -> None:
    weights = mel.triangles()
    assert (weights.max(1) > 0).all()
    # Of a band that is much wider than a bin of 31.25 Hz.
    assert np.allclose(weights[-10:].sum(1) * 31.25, 1, atol=0.02)


@pytest.mark.parametrize(
    "shape",
    [
        mel.MUSICNN,
        mel.Mel(compression="none"),
        # VGGish: 25 ms in 512 bins, magnitudes, 64 bands of HTK's scale from 125 to 7,500 Hz.
        mel.Mel(
            window=400,
            step=160,
            bands=64,
            lowest=125,
            highest=7_500,
            scale="htk",
            is_area_one=False,
            power=1,
            is_centred=False,
            compression="ln",
            offset=0.01,
        ),
        mel.Mel(rate=22_050, size=2_048, window=1_764, step=441, bands=128, scale="htk"),
    ],
    ids=["musicnn", "powers", "vggish", "htk"],
)
def test_spectrograms_are_those_of_another_library(shape: mel.Mel) -> None:
    require_training("transformers")
    from transformers import audio_utils

    rng = np.random.default_rng(4)
    samples = (0.3 * rng.standard_normal(shape.rate)).astype(np.float32)
    filters = audio_utils.mel_filter_bank(
        shape.size // 2 + 1,
        shape.bands,
        shape.lowest,
        shape.top,
        shape.rate,
        norm="slaney" if shape.is_area_one else None,
        mel_scale=shape.scale,
    )
    width = shape.window or shape.size
    before = (shape.size - width) // 2
    hann = np.pad(np.hanning(width + 1)[:-1], (before, shape.size - width - before))
    expected = audio_utils.spectrogram(
        samples.astype(np.float64),
        hann,
        shape.size,
        shape.step,
        power=float(shape.power),
        center=shape.is_centred,
        mel_filters=filters,
        mel_floor=0.0,
    ).T
    if shape.compression == "log10":
        expected = np.log10(1 + shape.factor * expected)
    elif shape.compression == "ln":
        expected = np.log(expected + shape.offset)
    assert np.allclose(mel.log_mel(samples, shape), expected, rtol=1e-3, atol=1e-4)
