"""MERT hears 30 seconds every 5: the mean over time of each of its layers, one behind the other.

The weights are the user's own folder, as `save_pretrained` writes it (`m-a-p/MERT-v1-330M` is under
CC BY-NC 4.0). They were not had where this was written: the path is exercised with a network of the
same kind, tiny and random.
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound, windows
from models.embed.embedders.embedder import EmbedderMissing
from models.embed.targets import Target, target
from models.registry import sha256_of

_WEIGHTS = "model.safetensors"
_NOUGHT = 1e-7
"""Added to the variance, as `Wav2Vec2FeatureExtractor` does."""


class Mert:
    """A network of HuBERT's kind that gives all of its layers.

    Args:
        network: of transformers, whose answer has `hidden_states`.
        hears: its target.
        version: what its vectors depend on.
        is_stub: whether its weights are random.
    """

    def __init__(self, network: Any, hears: Target, version: str, *, is_stub: bool) -> None:
        self._network = network.eval()
        self.target = hears
        self.version = version
        self.is_stub = is_stub

    @classmethod
    def load(cls, folder: Path, *, runs_code: bool = False, device: str = "cpu") -> Self:
        """The network in a folder.

        Args:
            folder: with `config.json` and `model.safetensors`.
            runs_code: whether the Python files in the folder may be run. MERT's folder needs it;
                read them first.
            device: where it runs.

        Raises:
            EmbedderMissing: a file is not there, or the network has another width than the target.
            ImportError: the extra `train` is not installed.
        """
        from transformers import AutoModel

        for name in ("config.json", _WEIGHTS):
            if not (folder / name).is_file():
                raise EmbedderMissing(f"{folder / name} is not there: MERT is a folder with it")
        network = AutoModel.from_pretrained(
            folder, trust_remote_code=runs_code, local_files_only=True
        )
        hears = target("mert")
        if (width := _width(network.config)) != hears.width:
            raise EmbedderMissing(f"{folder} has {width} numbers a window, not {hears.width}")
        version = f"mert {sha256_of(folder / _WEIGHTS)[:12]}"
        return cls(network.to(device), hears, version, is_stub=False)

    @classmethod
    def random(cls, config: Any, seed: int = 1) -> Self:
        """A network with random weights, to prove the path and to measure pace and memory.

        Args:
            config: a `HubertConfig` of transformers.
            seed: of the weights.
        """
        import torch
        from transformers import AutoModel

        torch.manual_seed(seed)
        hears = target("mert").model_copy(update={"width": _width(config)})
        return cls(AutoModel.from_config(config), hears, f"mert random {seed}", is_stub=True)

    def frames(self, sound: Sound) -> NDArray[np.float32]:
        """Vectors over time, (windows, layers x width of a layer)."""
        import torch

        hears = self.target
        samples = sound.mono_at(hears.rate)
        # As the feature extractor of MERT does with all of a sound that it is given.
        samples = (samples - samples.mean()) / np.sqrt(samples.var() + _NOUGHT)
        window, hop = int(hears.window * hears.rate), int(hears.hop * hears.rate)
        # A short sound is heard as long as it is: repeated, it would be heard many times over.
        window = min(window, max(len(samples), hears.rate))
        rows = []
        with torch.inference_mode():
            for piece in windows(samples.astype(np.float32), window, hop):
                heard = torch.from_numpy(piece)[None].to(self._network.device)
                layers = self._network(heard, output_hidden_states=True).hidden_states
                rows.append(torch.cat([layer[0].float().mean(0) for layer in layers]).cpu())
        return np.stack([row.numpy() for row in rows])


def _width(config: Any) -> int:
    """Numbers of all layers: the first is what comes into the transformer."""
    return (int(config.num_hidden_layers) + 1) * int(config.hidden_size)
