"""MuQ-MuLan hears 120 seconds every 15: 512 numbers a window, the mean of its clips of 10 seconds.

The package `muq` (code MIT, weights CC BY-NC 4.0) is the user's to install, and the weights are the
user's own folder. Neither is a dependency: the package asks for torchaudio, librosa, nnAudio and
x-clip. What is tested here is what is around the network, with a random one in its place.
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound, windows
from models.embed.embedders.embedder import EmbedderMissing
from models.embed.targets import target

_CLIP = 10
"""Seconds that the network hears at once; it repeats the beginning to fill the last clip."""


class Muq:
    """MuQ-MuLan's audio side.

    Args:
        network: called as `network(wavs=(1, length))`; answers (1, 512).
        version: what its vectors depend on.
        is_stub: whether its weights are random.
    """

    def __init__(self, network: Any, version: str, *, is_stub: bool) -> None:
        self._network = network.eval()
        self.target = target("muq")
        self.version = version
        self.is_stub = is_stub

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """The network in a folder, as `MuQMuLan.save_pretrained` writes it.

        Its config names an audio and a text network, which must be folders on this machine, too.

        Raises:
            EmbedderMissing: the package or the folder is not there.
        """
        try:
            from muq import MuQMuLan
        except ImportError as error:
            told = f"MuQ needs a package of its own ({error}): uv pip install muq"
            raise EmbedderMissing(told) from error
        if not (folder / "config.json").is_file():
            raise EmbedderMissing(f"{folder / 'config.json'} is not there: MuQ is a folder with it")
        network = MuQMuLan.from_pretrained(str(folder), local_files_only=True).to(device)
        return cls(network, f"muq {folder.name}", is_stub=False)

    def frames(self, sound: Sound) -> NDArray[np.float32]:
        """Vectors over time, (windows, 512)."""
        import torch

        hears = self.target
        samples = sound.mono_at(hears.rate)
        # What is shorter than a window is one window; the network itself repeats to whole clips,
        # and needs one whole clip to repeat from.
        longest = max(len(samples), _CLIP * hears.rate)
        window = min(int(hears.window * hears.rate), longest)
        pieces = windows(samples, window, int(hears.hop * hears.rate))
        with torch.inference_mode():
            rows = [self._network(wavs=torch.from_numpy(piece)[None])[0] for piece in pieces]
        return np.stack([row.float().cpu().numpy() for row in rows])
