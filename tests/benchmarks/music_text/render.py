"""Plays a take: `mma` makes MIDI of it, `fluidsynth` a sound."""

import math
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from models.embed.audio import Sound, read
from tests.benchmarks.music_text.grooves import SOUNDFONT, mma
from tests.benchmarks.music_text.takes import SECONDS, Take

RATE = 32_000
"""Samples a second that are made: twice what musicnn hears, so that little is folded down."""

_SECONDS = 120

_LOUDNESS = 0.08
"""Root of the mean square of a clip, unless its peaks would be cut off."""
_PEAK = 0.95


class Silent(ValueError):
    """Nothing is to be heard."""


def script(take: Take) -> str:
    """What `mma` reads."""
    seconds_a_bar = 60 / take.tempo * take.beats
    bars = math.ceil(SECONDS / seconds_a_bar) + 1
    voices = [f"{track} Voice {voice}" for track, voice in take.voices.items()]
    chords = [f"{bar + 1} {take.chords[bar % len(take.chords)]}" for bar in range(bars)]
    head = [f"Use {take.style}", f"RndSeed {take.seed}", f"Tempo {take.tempo}"]
    groove = [f"Transpose {take.transpose}", f"Groove {take.groove}"]
    return "\n".join([*head, *groove, *voices, *chords]) + "\n"


def render(take: Take, soundfont: Path = SOUNDFONT) -> Sound:
    """The sound of a take, as loud as all others.

    Raises:
        ValueError: `mma` or `fluidsynth` does not play it.
        Silent: nothing is to be heard.
    """
    with tempfile.TemporaryDirectory(prefix="mimmo-take-") as name:
        folder = Path(name)
        source, midi, wave = (folder / file for file in ("take.mma", "take.mid", "take.wav"))
        source.write_text(script(take), encoding="utf-8")
        mma("-w", "-f", midi, source, folder=folder)
        command = ["fluidsynth", "-ni", "-q", "-g", "0.5", "-r", str(RATE), "-F", str(wave)]
        done = subprocess.run(
            [*command, str(soundfont), str(midi)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode or not wave.is_file():
            raise ValueError(f"fluidsynth: {done.stderr.strip()[-300:]}")
        return _even(read(wave, SECONDS))


def _even(sound: Sound) -> Sound:
    """A sound of the right length and loudness."""
    length = round(SECONDS * sound.rate)
    samples = sound.samples.mean(0, keepdims=True)[:, :length]
    loudness = float(np.sqrt(np.square(samples).mean()))
    if loudness < 1e-4:
        raise Silent("the take is silent")
    gain = min(_LOUDNESS / loudness, _PEAK / float(np.abs(samples).max()))
    padded = np.pad(samples, ((0, 0), (0, max(0, length - samples.shape[1]))))
    return Sound(np.asarray(gain * padded, np.float32), sound.rate)
