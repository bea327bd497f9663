"""Sounds of a store by a text: the nearest ones, by a text network that was trained for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embed.store import Store
from models.embed.text import TextEmbedder
from models.registry import Manifest, WeightsMismatch, sha256_of
from models.training.experiment.results import read_manifest

_ROWS = 8192
"""Rows of a store that are read at once."""


class NoTextNetwork(Exception):
    """A folder has no text network, or one of other vectors than the store's."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sound that a text found."""

    id: str
    work: str
    texts: Sequence[str]
    cosine: float
    """How near it is: of the same length, from -1 to 1."""


class TextNetwork:
    """The text network of an experiment.

    Args:
        folder: that `python -m models.training music-text --out` made.

    Raises:
        NoTextNetwork: there is none.
        WeightsMismatch: a file is missing or another one.
        MissingRuntime: the extra `onnx` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        if manifest is None or "tokenizer" not in manifest.files:
            told = "python -m models.training music-text makes one"
            raise NoTextNetwork(f"{folder} has no finished text network: {told}")
        for file in manifest.files.values():
            path = folder / file.path
            if not path.is_file() or sha256_of(path) != file.sha256:
                raise WeightsMismatch(f"{path} is missing, or is not what the training wrote")
        self.manifest: Manifest = manifest
        self.target = str(manifest.settings["target"])
        self._texts = TextEmbedder.of(manifest, folder)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, of length 1."""
        return self._texts.embed(texts)

    def find(self, text: str, store: Store, count: int) -> list[Hit]:
        """The sounds that are nearest to a text, the nearest first.

        Raises:
            NoTextNetwork: the store has vectors of another network.
        """
        self.require(store)
        (wanted,) = self._texts.embed([text])
        near = [
            store.rows(range(place, min(place + _ROWS, len(store)))) @ wanted
            for place in range(0, len(store), _ROWS)
        ]
        cosines = np.concatenate(near) if near else np.zeros(0, np.float32)
        best = np.argsort(-cosines, kind="stable")[:count]
        entries = ((store.entries[row], float(cosines[row])) for row in best)
        return [Hit(e.id, e.work, e.texts, round(cosine, 4)) for e, cosine in entries]

    def require(self, store: Store) -> None:
        """See that a store has the vectors that texts are brought to.

        Raises:
            NoTextNetwork: it has others.
        """
        learnt, there = self.manifest.settings["embedder"], store.about.embedder
        if store.about.target != self.target or learnt != there:
            told = f"it was trained on vectors of {learnt}, and {store.folder} has those of {there}"
            raise NoTextNetwork(f"the text network does not fit: {told}")
