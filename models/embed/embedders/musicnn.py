"""musicnn hears a sound in pieces of three seconds: fifty tags, and what it knows before them.

Its weights come inside the package `musicnn` of PyPI (ISC licence), which is fetched as any weights
are and never installed: its own code needs TensorFlow 1. The checkpoint becomes an ONNX file once.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import registry, runtime
from models.embed.audio import Sound, windows
from models.embed.embedders import mel
from models.embed.embedders.embedder import EmbedderMissing
from models.embed.targets import Target, target
from models.fetch import OnEvent, fetch
from models.registry import Manifest, WeightsError, file_path, sha256_of

FRAMES = 187
"""Frames of a piece: three seconds, as it was trained."""

OUTPUTS = {
    "musicnn": ("penultimate",),
    "musicnn-mean": ("means",),
    "musicnn-pools": ("maxima", "means"),
}
"""Target -> the outputs of the network that are its vector."""

_BATCH = 16
"""Pieces in one run: more do not fit the caches, and are no faster."""


def manifest() -> Manifest:
    """What the weights are and where they come from."""
    return registry.load("musicnn")


def fetched(weights_dir: Path, on_event: OnEvent = lambda text: None) -> Path:
    """The ONNX file; the wheel is fetched and the file made where they are not there.

    Args:
        weights_dir: folder of what is fetched or made on this machine.
        on_event: is told what happens.

    Raises:
        FetchFailed: the wheel does not come, or `onnx`, which makes the file, is not installed.
        WeightsMismatch: the wheel is another one.
    """
    fetch(manifest(), weights_dir, on_event)
    return file_path(manifest(), "model", weights_dir)


class Musicnn:
    """The network, loaded.

    Args:
        weights_dir: folder that `fetched` filled.
        name: of the target: `musicnn`, `musicnn-mean` or `musicnn-pools`.
        threads: that one run may use.

    Raises:
        EmbedderMissing: the file is not there, or is another one.
        UnknownTarget: it has no target of that name.
    """

    is_stub = False

    def __init__(self, weights_dir: Path, name: str = "musicnn", threads: int = 1) -> None:
        self.target: Target = target(name)
        try:
            path = file_path(manifest(), "model", weights_dir)
        except WeightsError as error:
            raise EmbedderMissing(str(error)) from error
        self.version = f"{manifest().label} {sha256_of(path)[:12]}"
        self._outputs = OUTPUTS[name]
        self._session = runtime.session(path, threads)

    def frames(self, sound: Sound) -> NDArray[np.float32]:
        """Vectors of pieces of three seconds, (T, width); the last one ends with the sound."""
        parts = self.outputs(sound, self._outputs)
        return np.concatenate(parts, axis=1)

    def tags(self, sound: Sound) -> dict[str, list[float]]:
        """How much of each tag a piece has, 0 to 1, in the order of the pieces."""
        (shares,) = self.outputs(sound, ("tags",))
        names = manifest().labels["tags"]
        return {name: shares[:, index].tolist() for index, name in enumerate(names)}

    def outputs(self, sound: Sound, names: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """Some of `tags`, `penultimate`, `means` and `maxima`, (pieces, width) each."""
        bands = mel.log_mel(sound.mono_at(mel.RATE))
        pieces = np.ascontiguousarray(windows(bands.T, FRAMES, FRAMES).transpose(0, 2, 1))
        answers = [
            self._session.run(list(names), {"mel": pieces[place : place + _BATCH]})
            for place in range(0, len(pieces), _BATCH)
        ]
        return [np.concatenate(parts) for parts in zip(*answers, strict=True)]
