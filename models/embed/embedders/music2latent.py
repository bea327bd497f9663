"""Music2Latent hears both channels: 64 numbers of each about eleven times a second.

As in the vectors that are to be met, the left channel counts as the real part and the right one as
the imaginary part, and their length is the third part: 192 numbers. A sound of one channel is heard
as two that are alike.

The package `music2latent` is under CC BY-NC 4.0, and so is no dependency; it is the user's to
install, and the weights are the user's own file. Its own loader would fetch weights by itself and
run what is in the file; this one does neither.
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound, windows
from models.embed.embedders.embedder import EmbedderMissing
from models.embed.targets import target
from models.registry import sha256_of


class Music2Latent:
    """Music2Latent's encoder.

    Args:
        network: with `encode((2, length)) -> (2, 64, T)`.
        version: what its vectors depend on.
        is_stub: whether its weights are random.
    """

    def __init__(self, network: Any, version: str, *, is_stub: bool) -> None:
        self._network = network
        self.target = target("music2latent")
        self.version = version
        self.is_stub = is_stub

    @classmethod
    def load(cls, weights: Path, device: str = "cpu") -> Self:
        """The network in a checkpoint of the package.

        Raises:
            EmbedderMissing: the package or the file is not there.
        """
        import torch

        if not weights.is_file():
            raise EmbedderMissing(f"{weights} is not there: Music2Latent is a file of weights")
        network = _built(device)
        kept = torch.load(weights, map_location=device, weights_only=True)
        network.gen.load_state_dict(kept["gen_state_dict"], strict=False)
        return cls(network, f"music2latent {sha256_of(weights)[:12]}", is_stub=False)

    @classmethod
    def random(cls, seed: int = 1) -> Self:
        """The network of the package with random weights.

        Raises:
            EmbedderMissing: the package is not there.
        """
        import torch

        torch.manual_seed(seed)
        return cls(_built("cpu"), f"music2latent random {seed}", is_stub=True)

    def frames(self, sound: Sound) -> NDArray[np.float32]:
        """Vectors over time, (T, 192)."""
        samples = sound.at(self.target.rate).stereo()
        # A second at least: the encoder halves time again and again.
        (samples,) = windows(samples, max(samples.shape[1], self.target.rate), 1)
        latents = np.asarray(self._network.encode(samples), dtype=np.float32)
        real, imaginary = latents
        return np.concatenate((real, imaginary, np.hypot(real, imaginary))).T


def _built(device: str) -> Any:
    """An encoder with the weights that it begins with; nothing is fetched."""
    try:
        from music2latent.inference import (
            EncoderDecoder,
            UNet,
        )
    except ImportError as error:
        told = f"Music2Latent needs a package of its own ({error}): uv pip install music2latent"
        raise EmbedderMissing(told) from error
    network = object.__new__(EncoderDecoder)
    network.device = device
    network.gen = UNet().to(device)
    return network
