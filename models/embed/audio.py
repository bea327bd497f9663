"""Sounds: files read by libsndfile (WAV, FLAC, Ogg, MP3), resampled, and cut into windows."""

from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.runtime import MissingRuntime

LONGEST_SECONDS = 3600.0
"""What is behind this is not read: a file must not fill the memory."""


class AudioError(ValueError):
    """A file holds no sound that can be read; the message says why."""


class MissingAudio(MissingRuntime):
    """The packages of the extra `music` are not installed."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording."""

    samples: NDArray[np.float32]
    """(channels, length), between -1 and 1."""
    rate: int
    """Samples a second."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.samples.shape[1] / self.rate)

    def mono(self) -> NDArray[np.float32]:
        """The mean of its channels."""
        return np.asarray(self.samples.mean(0), dtype=np.float32)

    def stereo(self) -> NDArray[np.float32]:
        """Its first two channels; one channel is both."""
        return self.samples[:2] if len(self.samples) > 1 else np.repeat(self.samples, 2, axis=0)

    def at(self, rate: int) -> "Sound":
        """The sound with so many samples a second.

        Raises:
            MissingAudio: scipy is not installed.
        """
        if rate == self.rate:
            return self
        try:
            from scipy.signal import resample_poly
        except ImportError as error:
            raise _missing(error) from error
        common = gcd(rate, self.rate)
        changed = resample_poly(self.samples, rate // common, self.rate // common, axis=1)
        return Sound(np.ascontiguousarray(changed, dtype=np.float32), rate)


def read(path: Path, seconds: float | None = None, start: float = 0.0) -> Sound:
    """Read a file, or a part of it.

    Args:
        path: WAV, FLAC, Ogg or MP3.
        seconds: what is behind them is left out. None: all, but no more than an hour.
        start: seconds at which the part begins.

    Raises:
        AudioError: it holds no sound that can be read, or none at all.
        MissingAudio: soundfile is not installed.
        OSError: it is not there.
    """
    try:
        import soundfile
    except ImportError as error:
        raise _missing(error) from error
    with path.open("rb") as stream:
        try:
            with soundfile.SoundFile(stream) as file:
                rate = int(file.samplerate)
                frames = int(min(len(file), (seconds or LONGEST_SECONDS) * rate))
                file.seek(min(len(file), int(start * rate)))
                samples = file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"{path} is no sound that can be read: {error.error_string}"
            ) from error
    if not len(samples):
        raise AudioError(f"{path} holds no sound")
    if not np.isfinite(samples).all():
        raise AudioError(f"{path} holds a sample that is not a number")
    return Sound(np.ascontiguousarray(samples.T), rate)


def starts(length: int, window: int, hop: int) -> list[int]:
    """Where windows begin, so that all is heard: the last one ends where the sound ends.

    Args:
        length: of what is cut, in samples or frames.
        window: length of a window.
        hop: from the beginning of one to that of the next.

    Returns:
        At least one; what is shorter than a window has one, which reaches beyond its end.

    Raises:
        ValueError: a length is not positive.

    >>> starts(10, 4, 4)
    [0, 4, 6]
    >>> starts(3, 4, 4)
    [0]
    """
    if min(length, window, hop) < 1:
        raise ValueError(f"lengths are positive, not {length}, {window} and {hop}")
    if length <= window:
        return [0]
    places = list(range(0, length - window + 1, hop))
    if places[-1] + window < length:
        places.append(length - window)
    return places


def windows(values: NDArray[np.float32], window: int, hop: int) -> NDArray[np.float32]:
    """Windows along the last axis; what is shorter than one is repeated until it fills it.

    Repeated, as musicnn was trained on short clips: silence behind a clip is heard as a quiet end.

    Args:
        values: (..., length).
        window: length of a window.
        hop: from the beginning of one to that of the next.

    Returns:
        (windows, ..., window).
    """
    length = values.shape[-1]
    places = starts(length, window, hop)
    if length < window:
        values = np.take(values, np.arange(window) % length, axis=-1)
    return np.stack([values[..., place : place + window] for place in places])


def _missing(error: ImportError) -> MissingAudio:
    return MissingAudio(
        f"sounds need the extra `music` ({error}): uv pip install 'mimmo-streams[music]'"
    )
