"""Chromaprint fingerprints: one recording is found again, others never."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reuse.fingerprint import (
    LEAST_WORDS,
    MAX_BIT_ERROR,
    Fingerprints,
    is_same,
    likeness,
)
from schemas import Fingerprint


def invented(seed: int, words: int = 240) -> Fingerprint:
    """A recording of its own; words follow each other as they do in music, some bits at a time."""
    rng = random.Random(seed)
    word = rng.getrandbits(32)
    track = []
    for _ in range(words):
        for _ in range(rng.randrange(6)):
            word ^= 1 << rng.randrange(32)
        track.append(word)
    return Fingerprint(words=tuple(track), duration=words * 0.1238)


def spoiled(track: Fingerprint, seed: int, share: float, *, cut: int = 0) -> Fingerprint:
    """The same recording another way: a share of bits flipped, the first words missing."""
    rng = random.Random(seed)
    words = []
    for word in track.words[cut:]:
        mask = sum((rng.random() < share) << bit for bit in range(32))
        words.append(word ^ mask)
    return track.model_copy(update={"words": tuple(words)})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 0.15), st.integers(0, 40))
def test_a_copy_with_errors_that_begins_later_is_the_same(
    seed: int, share: float, cut: int
) -> None:
    track = invented(seed)
    best = likeness(track, spoiled(track, seed + 1, share, cut=cut))
    assert best is not None
    assert best.offset == cut
    assert best.bit_error == pytest.approx(share, abs=0.03)
    assert best.bit_error <= MAX_BIT_ERROR


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_another_recording_is_another(seed: int) -> None:
    best = likeness(invented(seed), invented(seed + 1))
    assert best is not None and best.bit_error > MAX_BIT_ERROR


def test_lengths_more_than_seven_seconds_apart_are_never_compared() -> None:
    track = invented(1)
    longer = track.model_copy(update={"duration": track.duration + 7.1})
    assert likeness(track, longer) is None
    assert is_same(track, track.model_copy(update={"duration": track.duration + 6.9}))


def test_other_algorithms_and_a_few_words_say_nothing() -> None:
    track = invented(1)
    assert not is_same(track, track.model_copy(update={"algorithm": 1}))
    short = track.model_copy(update={"words": track.words[: LEAST_WORDS - 1]})
    assert likeness(short, short) is None


def test_the_order_of_two_changes_the_sign_of_the_offset_alone() -> None:
    track = invented(5)
    copy = spoiled(track, 6, 0.05, cut=12)
    there, back = likeness(track, copy), likeness(copy, track)
    assert there is not None and back is not None
    assert (there.bit_error, there.offset) == (back.bit_error, -back.offset)


def test_among_many_a_copy_finds_its_own_and_a_stranger_nothing() -> None:
    shelf: Fingerprints[int] = Fingerprints()
    for seed in range(0, 400, 2):
        shelf.add(seed, invented(seed))
    hits = 0
    for seed in range(0, 400, 2):
        alike = shelf.find(spoiled(invented(seed), seed, 0.06, cut=seed % 30))
        assert {name for name, _ in alike} <= {seed}
        hits += bool(alike)
        assert shelf.find(invented(seed + 1)) == []
    assert hits >= 196, "98 of 100"


def test_silence_makes_nothing_alike() -> None:
    silence = Fingerprint(words=(627964279,) * 100, duration=12.4)
    shelf: Fingerprints[str] = Fingerprints()
    shelf.add("silence", silence)
    assert shelf.find(silence) == []
    tone = Fingerprint(words=(12345,) * 100, duration=12.4)
    assert not is_same(tone, tone)


def fpcalc(path: Path) -> Fingerprint:
    """What the real Chromaprint says of a sound.

    fpcalc 1.5.1 ends with 3 where FFmpeg says the end of the file by an error, and has read it all.
    """
    done = subprocess.run(
        ["fpcalc", "-raw", "-length", "120", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 3), done.stderr
    values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    words = tuple(int(word) % 2**32 for word in values["FINGERPRINT"].split(","))
    return Fingerprint(words=words, duration=float(values["DURATION"]))


RATE = 44_100
FORMATS = ("WAV", "FLAC", "OGG", "MP3")


def played(seed: int, seconds: float = 24.0):  # type: ignore[no-untyped-def]
    """Music of a kind: chords with overtones, another melody for each seed."""
    import numpy as np

    rng = random.Random(seed)
    beat = int((0.35 + 0.02 * (seed % 7)) * RATE)
    within = np.arange(beat) / RATE
    fading = np.exp(-3 * within)
    chords = []
    for _ in range(int(seconds * RATE) // beat):
        notes = [55 * 2 ** (rng.randrange(36) / 12) for _ in range(3)]
        tones = [(note * overtone, overtone) for note in notes for overtone in range(1, 5)]
        chords.append(sum(np.sin(2 * np.pi * hertz * within) / part for hertz, part in tones))
    sound = np.concatenate([chord * fading for chord in chords])
    return (0.5 * sound / np.abs(sound).max()).astype("float32")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fpcalc") is None, reason="apt install libchromaprint-tools")
def test_rendered_tracks_are_found_again_in_other_formats_louder_and_cut(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    shelf: Fingerprints[int] = Fingerprints()
    tracks = {seed: played(seed) for seed in range(6)}
    for seed, sound in tracks.items():
        path = tmp_path / f"{seed}.wav"
        soundfile.write(path, sound, RATE)
        shelf.add(seed, fpcalc(path))
    asked = hits = 0
    for seed, sound in tracks.items():
        copies = {name.lower(): (sound, name) for name in FORMATS[1:]}
        copies |= {"quiet": (sound * 0.5, "WAV"), "loud": (sound * 1.9, "WAV")}
        copies |= {"cut": (sound[2 * RATE :], "WAV")}
        for name, (copy, container) in copies.items():
            path = tmp_path / f"{seed}-{name}.{container.lower()}"
            soundfile.write(path, copy, RATE, format=container)
            alike = [known for known, _ in shelf.find(fpcalc(path))]
            assert set(alike) <= {seed}, f"{path.name} was taken for {alike}"
            asked += 1
            hits += seed in alike
    assert hits / asked >= 0.98
