"""Before a network that hears is installed: it answers about sounds that are made here.

What gives no finite scores in [0, 1], other numbers than it has labels, or the same whatever it
hears, is refused.
"""

import numpy as np

from models.embed.audio import Sound
from models.tags.adapters.adapter import AdapterError
from models.tags.adapters.onnx_audio import OnnxAudio

RATE = 16_000
_TONES = (220.0, 277.18, 329.63, 440.0)
"""Hertz of a chord in A major."""

_LEAST = 1e-6
"""By less than this two answers do not differ."""


def sounds() -> dict[str, Sound]:
    """Sounds of a second: the same on every machine."""
    time = np.arange(RATE) / RATE
    chord = sum(np.sin(2 * np.pi * tone * time) for tone in _TONES) * np.exp(-3 * time)
    noise = np.random.default_rng(1).standard_normal(RATE)
    waves = {"a struck chord": chord / 4, "noise": noise / 10, "silence": np.zeros(RATE)}
    return {name: Sound(wave[None].astype(np.float32), RATE) for name, wave in waves.items()}


def require_sane(adapter: OnnxAudio) -> dict[str, dict[str, float]]:
    """Let a network hear the sounds. Returns name of the sound -> label -> score.

    Raises:
        AdapterError: it cannot be used; the message says why.
    """
    answers = {
        name: {label: float(np.mean(scores)) for label, scores in adapter.tags(sound).items()}
        for name, sound in sounds().items()
    }
    numbers = np.array([list(scores.values()) for scores in answers.values()])
    if float(np.ptp(numbers, axis=0).max()) < _LEAST:
        told = ", ".join(answers)
        raise AdapterError(f"{adapter.manifest.name} says the same of {told}: it hears nothing")
    return answers
