"""Mel spectrograms as networks were trained on them, in numpy: what differs is in `mel_shape`.

musicnn's is that of librosa 0.7: Hann windows of 512 samples every 256, centred, with the sound
mirrored at its ends; power; 96 triangles of Slaney's scale, each of area one; then
`log10(1 + 10000 x)`. musicnn rounds powers to 16 bits before the logarithm, where a loud sound
overflows; here they stay 32 bits.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.embed.embedders.mel_shape import BANDS, RATE, Mel

__all__ = ["BANDS", "MUSICNN", "RATE", "Mel", "log_mel", "triangles"]

_LINEAR = 200 / 3
"""Hertz a mel below 1 kHz (Slaney 1998, Auditory Toolbox)."""
_KNEE = 1000.0
_STEP = float(np.log(6.4)) / 27
"""Above it, a mel is so much of the logarithm of the frequency."""

_HTK = 2595.0
_HTK_KNEE = 700.0
"""`2595 log10(1 + hertz / 700)` (O'Shaughnessy 1987), as HTK and TensorFlow have it."""


_AT_ONCE = 1 << 22
"""Samples that windows hold which are transformed together: 64 MB of complex numbers."""

MUSICNN = Mel()


def log_mel(samples: NDArray[np.float32], mel: Mel = MUSICNN) -> NDArray[np.float32]:
    """The spectrogram of a sound.

    Args:
        samples: (length,) at the rate of `mel`.
        mel: what it is.

    Returns:
        (frames, bands); of musicnn (1 + length // 256, 96).
    """
    samples = np.asarray(samples, dtype=np.float32)
    if len(samples) < mel.size:
        samples = np.pad(samples, (0, mel.size - len(samples)))
    if mel.is_centred:
        samples = np.pad(samples, mel.size // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(samples, mel.size)[:: mel.step]
    most = _AT_ONCE // mel.size
    parts = (frames[begin : begin + most] for begin in range(0, len(frames), most))
    return np.concatenate([_heights(part, mel) for part in parts])


def _heights(frames: NDArray[np.float32], mel: Mel) -> NDArray[np.float32]:
    spectrum = np.abs(np.fft.rfft(frames * _window(mel), axis=1)).astype(np.float32)
    heights: NDArray[np.float32] = (spectrum**mel.power) @ triangles(mel).T
    if mel.compression == "ln":
        heights = np.log(heights + np.float32(mel.offset))
    elif mel.compression == "log10":
        heights = np.log10(1 + np.float32(mel.factor) * heights)
    return heights


@cache
def triangles(mel: Mel = MUSICNN) -> NDArray[np.float32]:
    """Weights of the powers in each band, (bands, size // 2 + 1)."""
    bins = np.linspace(0, mel.rate / 2, mel.size // 2 + 1)
    low, high = _mels(mel, mel.lowest), _mels(mel, mel.top)
    edges = _hertz(mel, np.linspace(low, high, mel.bands + 2))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    if mel.is_area_one:
        weights = weights * (2 / (edges[2:] - edges[:-2]))[:, None]
    return weights.astype(np.float32)


@cache
def _window(mel: Mel) -> NDArray[np.float32]:
    width = mel.window or mel.size
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) / width)).astype(np.float32)
    before = (mel.size - width) // 2
    return np.pad(hann, (before, mel.size - width - before))


def _mels(mel: Mel, hertz: float) -> float:
    if mel.scale == "htk":
        return _HTK * float(np.log10(1 + hertz / _HTK_KNEE))
    if hertz < _KNEE:
        return hertz / _LINEAR
    return _KNEE / _LINEAR + float(np.log(hertz / _KNEE)) / _STEP


def _hertz(mel: Mel, mels: NDArray[np.float64]) -> NDArray[np.float64]:
    if mel.scale == "htk":
        hertz: NDArray[np.float64] = _HTK_KNEE * (10 ** (mels / _HTK) - 1)
        return hertz
    knee = _KNEE / _LINEAR
    return np.where(mels < knee, mels * _LINEAR, _KNEE * np.exp(_STEP * (mels - knee)))
