"""Mel spectrograms as networks were trained on them, in numpy: what differs is in `Mel`.

musicnn's is that of librosa 0.7: Hann windows of 512 samples every 256, centred, with the sound
mirrored at its ends; power; 96 triangles of Slaney's scale, each of area one; then
`log10(1 + 10000 x)`. musicnn rounds powers to 16 bits before the logarithm, where a loud sound
overflows; here they stay 32 bits.
"""

from functools import cache
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

RATE = 16_000
BANDS = 96

_LINEAR = 200 / 3
"""Hertz a mel below 1 kHz (Slaney 1998, Auditory Toolbox)."""
_KNEE = 1000.0
_STEP = float(np.log(6.4)) / 27
"""Above it, a mel is so much of the logarithm of the frequency."""

_HTK = 2595.0
_HTK_KNEE = 700.0
"""`2595 log10(1 + hertz / 700)` (O'Shaughnessy 1987), as HTK and TensorFlow have it."""


class Mel(BaseModel):
    """A spectrogram; without arguments that of musicnn.

    Attributes:
        rate: samples a second.
        size: samples of a Fourier transform.
        window: samples of a Hann window; what `size` has more are noughts on both sides.
        step: samples from one window to the next.
        bands: of frequency.
        lowest, highest: hertz between which they lie; None is half the rate.
        scale: on which they are equally wide.
        is_area_one: whether each triangle has an area of one; else a height of one.
        power: 2 of powers, 1 of magnitudes.
        is_centred: whether the sound is mirrored at its ends, so that the first window lies around
            its first sample.
        compression: `log10` is `log10(1 + factor x)`, `ln` is `ln(x + offset)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Annotated[int, Field(ge=4_000, le=192_000)] = RATE
    size: Annotated[int, Field(ge=16, le=65_536)] = 512
    window: Annotated[int, Field(ge=16, le=65_536)] | None = None
    step: Annotated[int, Field(ge=1, le=65_536)] = 256
    bands: Annotated[int, Field(ge=1, le=512)] = BANDS
    lowest: Annotated[float, Field(ge=0)] = 0.0
    highest: Annotated[float, Field(gt=0)] | None = None
    scale: Literal["slaney", "htk"] = "slaney"
    is_area_one: bool = True
    power: Literal[1, 2] = 2
    is_centred: bool = True
    compression: Literal["log10", "ln", "none"] = "log10"
    factor: Annotated[float, Field(gt=0)] = 10_000.0
    offset: Annotated[float, Field(gt=0)] = 1e-6

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if not self.lowest < self.top <= self.rate / 2:
            raise ValueError(f"bands lie between 0 and {self.rate / 2:.0f} Hz, the lowest first")
        if self.window is not None and self.window > self.size:
            raise ValueError(f"a window of {self.window} samples does not fit into {self.size}")
        return self

    @property
    def top(self) -> float:
        """Hertz at which the bands end."""
        return self.rate / 2 if self.highest is None else self.highest


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
    spectrum = np.abs(np.fft.rfft(frames * _window(mel), axis=1)).astype(np.float32)
    heights = (spectrum**mel.power) @ triangles(mel).T
    if mel.compression == "none":
        return heights
    if mel.compression == "ln":
        return np.log(heights + np.float32(mel.offset)).astype(np.float32)
    return np.log10(1 + np.float32(mel.factor) * heights).astype(np.float32)


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
