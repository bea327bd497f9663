"""What every network that hears music is here: a sound in, one vector a window out."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound
from models.embed.enrich import enrich
from models.embed.targets import Target


class EmbedderMissing(Exception):
    """The weights or the package of a network are not here; the message says what to do."""


@runtime_checkable
class Embedder(Protocol):
    """A network that hears music."""

    @property
    def target(self) -> Target:
        """How wide its vectors are, and what it hears."""
        ...

    @property
    def is_stub(self) -> bool:
        """Whether its weights are random: it proves the path, and knows nothing of music."""
        ...

    @property
    def version(self) -> str:
        """What the vectors depend on: the network, and the hash of its weights."""
        ...

    def frames(self, sound: Sound) -> NDArray[np.float32]:
        """Vectors over time, (T, width); T is at least 1."""
        ...


def embed(embedder: Embedder, sound: Sound) -> NDArray[np.float32]:
    """The enriched vector of a sound, (3 width,) of length 1.

    Raises:
        ValueError: the network gave another shape than its target has, or no finite numbers.
    """
    frames = embedder.frames(sound)
    if frames.shape[1:] != (embedder.target.width,):
        told = f"{embedder.target.name} gave {frames.shape}, not (T, {embedder.target.width})"
        raise ValueError(told)
    return enrich(frames)
