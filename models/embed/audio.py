"""Sounds: files read by libsndfile (WAV, FLAC, Ogg, MP3), resampled, and cut into windows."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.runtime import MissingRuntime

LONGEST_SECONDS = 3600.0
"""What is behind this is not read: a file must not fill the memory."""


_RATES = (1_000, 768_000)
"""Samples a second that a sound may have. A filter from or to others would fill the memory."""

_MOST_SAMPLES = 400_000_000
"""Of all channels: an hour of two at 48 kHz, and a little more; 1.6 GB."""


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

    def mono_at(self, rate: int) -> NDArray[np.float32]:
        """The mean of its channels with so many samples a second.

        Raises:
            MissingAudio: scipy is not installed.
        """
        (samples,) = Sound(self.mono()[None], self.rate).at(rate).samples
        return np.asarray(samples, dtype=np.float32)

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
        AudioError: it holds no sound that can be read, or none at all, or more than fits.
        MissingAudio: soundfile is not installed.
        OSError: it is not there.
    """
    try:
        import soundfile
    except ImportError as error:
        raise _missing(error) from error
    if path.exists() and not path.is_file():
        raise AudioError(f"{path} is no file")
    with path.open("rb") as stream:
        try:
            with soundfile.SoundFile(stream) as file:
                rate = int(file.samplerate)
                begin = int(min(len(file), start * rate))
                frames = int(min(len(file) - begin, (seconds or LONGEST_SECONDS) * rate))
                _require_bounded(path, rate, frames * file.channels)
                file.seek(begin)
                samples = file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"{path} is no sound that can be read: {error.error_string}"
            ) from error
        except TypeError as error:  # samples without a header, by its name
            raise AudioError(f"{path} does not say what sound it holds") from error
        except MemoryError as error:
            raise AudioError(f"{path} does not fit into the memory; hear less of it") from error
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
    return next(batches(values, window, hop, max(1, values.shape[-1])))


def batches(
    values: NDArray[np.float32], window: int, hop: int, most: int
) -> Iterator[NDArray[np.float32]]:
    """As `windows`, so many at a time: those that overlap take more room than the sound."""
    length = values.shape[-1]
    places = starts(length, window, hop)
    if length < window:
        values = np.take(values, np.arange(window) % length, axis=-1)
    for begin in range(0, len(places), most):
        chosen = places[begin : begin + most]
        yield np.stack([values[..., place : place + window] for place in chosen])


def _require_bounded(path: Path, rate: int, samples: int) -> None:
    low, high = _RATES
    if not low <= rate <= high:
        raise AudioError(f"{path} has {rate} samples a second, not {low} to {high}")
    if samples > _MOST_SAMPLES:
        raise AudioError(f"{path} has too many samples to hear them at once; hear less of it")


def _missing(error: ImportError) -> MissingAudio:
    return MissingAudio(
        f"sounds need the extra `music` ({error}): uv pip install 'mimmo-streams[music]'"
    )
