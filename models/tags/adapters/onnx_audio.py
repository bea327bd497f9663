"""Any ONNX network that hears, as its manifest describes it (`description.py`).

A sound is cut into segments, the last of which ends where the sound ends; a shorter one is repeated
until it fills a segment. The network gives a number a label for each.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models import runtime
from models.embed.audio import Sound, batches
from models.embed.embedders.mel import log_mel
from models.registry import Manifest, file_path
from models.tags.adapters.adapter import AdapterError
from models.tags.adapters.description import ROLE, AudioSettings, labels_of, settings_of
from models.tags.builds import maker_of
from schemas.tag_name import BadTagName

_BATCH = 16
"""Segments in one run: more do not fit the caches, and are no faster."""

_MOST_BATCH = 1_024

_MOST_NUMBERS = 1 << 26
"""That go in at once: 256 MB."""

_FLOAT = "tensor(float)"


class OnnxAudio:
    """A network that hears, loaded.

    Args:
        manifest: its description.
        path: the ONNX file, verified.
        threads: that one run may use.

    Raises:
        AdapterError: the manifest lacks something, or the file is no such network.
        MissingRuntime: the extra `onnx` is not installed.
    """

    def __init__(self, manifest: Manifest, path: Path, threads: int = 1) -> None:
        self._name = manifest.name
        self._settings: AudioSettings = settings_of(manifest)
        self.labels = labels_of(manifest)
        self.manifest = manifest
        try:
            self.maker = maker_of(manifest, "onnx", self._settings.head)
        except (BadTagName, ValueError) as error:
            raise AdapterError(str(error)) from error
        try:
            self._session: Any = runtime.session(path, threads)
        except ImportError as error:
            raise runtime.MissingRuntime.of(manifest.name, error) from error
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise self._broken(f"ONNX Runtime cannot load it: {_line(error)}") from error
        rank, batch = self._shape()
        self._rank = rank
        self._batch = batch

    @classmethod
    def load(cls, manifest: Manifest, weights_dir: Path, threads: int = 1) -> Self:
        """The network of a model that was fetched or installed.

        Raises:
            WeightsError: its file is missing or another one, or as the class says.
        """
        settings_of(manifest)
        return cls(manifest, file_path(manifest, ROLE, weights_dir), threads)

    def tags(self, given: Sound) -> dict[str, list[float]]:
        """Label -> its score in each segment, in order.

        Raises:
            AdapterError: the network fails, or gives other numbers than it should.
            MissingAudio: scipy, which resamples, is not installed.
        """
        scores = self._activated(self._run(self._segments(given)))
        return {label: scores[:, index].tolist() for index, label in enumerate(self.labels)}

    def _segments(self, sound: Sound) -> Iterator[NDArray[np.float32]]:
        """What goes into the network, batch after batch, a row a segment."""
        settings = self._settings
        values = sound.mono_at(settings.heard_rate)
        plain = 2
        if settings.mel is not None:
            values = log_mel(values, settings.mel).T
            plain = 3
        for rows in batches(values, settings.frames, settings.hop, self._size):
            if settings.mel is not None and settings.axes == "frames-bands":
                rows = rows.transpose(0, 2, 1)
            if self._rank == plain + 1:  # an axis for the one channel
                rows = rows[:, None]
            yield np.ascontiguousarray(rows)

    @property
    def _size(self) -> int:
        """Segments of a batch."""
        return self._batch or _BATCH

    def _run(self, segments: Iterator[NDArray[np.float32]]) -> NDArray[np.float64]:
        settings = self._settings
        size = self._size
        answers = []
        for part in segments:
            missing = size - len(part) if self._batch else 0
            if missing:  # a graph of a fixed batch takes no smaller one
                part = np.concatenate((part, np.repeat(part[-1:], missing, axis=0)))
            try:
                (answer,) = self._session.run([settings.output_name], {settings.input_name: part})
            except Exception as error:  # whatever a foreign network fails with
                raise self._broken(f"it fails: {_line(error)}") from error
            answers.append(self._checked(answer, len(part))[: len(part) - missing])
        return np.concatenate(answers)

    def _checked(self, answer: object, count: int) -> NDArray[np.float64]:
        wanted = (count, len(self.labels))
        if not isinstance(answer, np.ndarray) or answer.shape != wanted:
            shape = getattr(answer, "shape", type(answer).__name__)
            raise self._broken(
                f"it gives {shape}, not {wanted}: a number for each segment and each label"
            )
        if answer.dtype.kind != "f" or not np.isfinite(answer).all():
            raise self._broken("it gives something that is no finite number")
        return answer.astype(np.float64)

    def _activated(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        match self._settings.activation:
            case "sigmoid":
                # As tanh, which does not overflow.
                return np.asarray(0.5 + 0.5 * np.tanh(numbers / 2))
            case "softmax":
                powers = np.exp(numbers - numbers.max(axis=1, keepdims=True))
                return np.asarray(powers / powers.sum(axis=1, keepdims=True))
        low, high = float(numbers.min()), float(numbers.max())
        if low < 0 or high > 1:
            raise self._broken(
                f"it gives scores from {low:.3g} to {high:.3g}, not from 0 to 1; is its"
                " `activation` sigmoid or softmax?"
            )
        return numbers

    def _shape(self) -> tuple[int, int | None]:
        """Axes of the input, and its batch where that is fixed.

        Raises:
            AdapterError: the graph has no such input or output, or another kind of it.
        """
        settings = self._settings
        inputs = {entry.name: entry for entry in self._session.get_inputs()}
        outputs = [entry.name for entry in self._session.get_outputs()]
        if list(inputs) != [settings.input_name]:
            raise self._broken(f"its inputs are {list(inputs)}, not [{settings.input_name!r}]")
        if settings.output_name not in outputs:
            raise self._broken(f"it has no output {settings.output_name!r}, but {outputs}")
        taken = inputs[settings.input_name]
        plain = 2 if settings.input == "samples" else 3
        if taken.type != _FLOAT or len(taken.shape) not in (plain, plain + 1):
            raise self._broken(
                f"its input is {taken.type} of {taken.shape}, not {_FLOAT} with {plain} axes, or"
                " one more for a channel"
            )
        batch = taken.shape[0] if isinstance(taken.shape[0], int) else None
        if batch is not None and not 0 < batch <= _MOST_BATCH:
            raise self._broken(f"its batch is {batch}")
        if (batch or _BATCH) * settings.frames * settings.height > _MOST_NUMBERS:
            raise self._broken(f"a batch of {batch} segments does not fit into the memory")
        return len(taken.shape), batch

    def _broken(self, why: str) -> AdapterError:
        return AdapterError(f"{self._name}: {why}")


def _line(error: Exception) -> str:
    """The first line of an error of a library, which may have hundreds."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
