"""The mel spectrogram that musicnn was trained on: that of librosa 0.7, in numpy.

Hann windows of 512 samples every 256, centred, with the sound mirrored at its ends; power; 96
triangles of Slaney's scale, each of area one; then `log10(1 + 10000 x)`. musicnn rounds powers to
16 bits before the logarithm, where a loud sound overflows; here they stay 32 bits.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SIZE = 512
HOP = 256
BANDS = 96

_LINEAR = 200 / 3
"""Hertz a mel below 1 kHz (Slaney 1998, Auditory Toolbox)."""
_KNEE = 1000.0
_STEP = np.log(6.4) / 27
"""Above it, a mel is so much of the logarithm of the frequency."""


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The spectrogram of a sound.

    Args:
        samples: (length,) at 16 kHz.

    Returns:
        (1 + length // 256, 96).
    """
    samples = np.asarray(samples, dtype=np.float32)
    if len(samples) < SIZE:
        samples = np.pad(samples, (0, SIZE - len(samples)))
    padded = np.pad(samples, SIZE // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    bands: NDArray[np.float32] = np.log10(1 + 10_000 * (power @ triangles().T)).astype(np.float32)
    return bands


@cache
def triangles() -> NDArray[np.float32]:
    """Weights of the powers in each band, (96, 257)."""
    bins = np.linspace(0, RATE / 2, SIZE // 2 + 1)
    edges = _hertz(np.linspace(0, _mel(RATE / 2), BANDS + 2))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    return (weights * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _mel(hertz: float) -> float:
    """Mels of a frequency above 1 kHz."""
    return _KNEE / _LINEAR + float(np.log(hertz / _KNEE)) / float(_STEP)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = _KNEE / _LINEAR
    return np.where(mels < knee, mels * _LINEAR, _KNEE * np.exp(_STEP * (mels - knee)))
