"""Labels by likeness: how near a sound lies to texts in one space of music and text.

Cosines are no probabilities. `softmax(cosine / temperature)` over the labels makes them such, and
the temperature is fitted on sounds whose label is known (`calibrated`).
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import Sound, windows
from models.embed.embedders.embedder import Embedder, embed
from models.embed.text import TextEmbedder
from models.tags.adapters.adapter import AdapterError
from models.tags.builds import Maker

SEGMENT = 30.0
"""Seconds of a segment. A vector is of many windows, so it is longer than one of a tagger."""

_COLDEST, _WARMEST = 1e-3, 10.0
_STEPS = 400


class Similarity:
    """Tells which of some texts a sound is like.

    Args:
        embedder: hears.
        vectors: label -> the vector of its text, of length 1.
        temperature: what cosines are divided by.
        maker: what the tags are made by: the audio network, and the text network as head.
        segment: seconds of a segment.

    Raises:
        AdapterError: there is no label, or vectors are not as wide as the sound's.
    """

    def __init__(
        self,
        embedder: Embedder,
        vectors: Mapping[str, NDArray[np.float32]],
        temperature: float,
        maker: Maker,
        segment: float = SEGMENT,
    ) -> None:
        width = embedder.target.dimensions
        if not vectors or any(vector.shape != (width,) for vector in vectors.values()):
            raise AdapterError(f"{embedder.target.name}: texts need vectors of {width} numbers")
        if not temperature > 0 or not segment > 0:
            raise AdapterError(f"temperature and segment are over 0, not {temperature}, {segment}")
        self._embedder = embedder
        self._labels = list(vectors)
        self._vectors = np.stack(list(vectors.values()))
        self._temperature = temperature
        self._segment = segment
        self.maker = maker

    @classmethod
    def of_texts(
        cls,
        embedder: Embedder,
        text: TextEmbedder,
        prompts: Mapping[str, str],
        temperature: float,
        maker: Maker,
    ) -> Self:
        """The same with label -> text, `{"calm": "calm and slow music"}`."""
        vectors = text.embed(list(prompts.values()))
        return cls(embedder, dict(zip(prompts, vectors, strict=True)), temperature, maker)

    def tags(self, given: Sound) -> dict[str, list[float]]:
        """Label -> its probability in each segment; those of a segment sum up to 1."""
        shares = probabilities(self.cosines(given), self._temperature)
        return {label: shares[:, index].tolist() for index, label in enumerate(self._labels)}

    def cosines(self, sound: Sound) -> NDArray[np.float64]:
        """How near each segment is to each text, (segments, labels)."""
        length = max(1, int(self._segment * sound.rate))
        if sound.samples.shape[1] <= length:  # short: heard as it is, not repeated
            pieces = sound.samples[None]
        else:
            pieces = windows(sound.samples, length, length)
        vectors = np.stack([embed(self._embedder, Sound(piece, sound.rate)) for piece in pieces])
        return np.asarray(vectors @ self._vectors.T, dtype=np.float64)


def probabilities(cosines: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """A softmax over labels, (rows, labels)."""
    scaled = cosines / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def calibrated(cosines: NDArray[np.float64], truth: Sequence[int]) -> float:
    """The temperature at which the known labels are likeliest (Guo et al. 2017).

    Args:
        cosines: of held-out sounds, (sounds, labels).
        truth: the place of the right label of each.

    Raises:
        ValueError: there is no sound, or a label that there is not.
    """
    places = np.asarray(truth, dtype=np.int64)
    if not len(places) or cosines.shape[0] != len(places):
        raise ValueError(f"{len(places)} labels are no labels of {cosines.shape[0]} sounds")
    if places.min() < 0 or places.max() >= cosines.shape[1]:
        raise ValueError(f"labels are 0 to {cosines.shape[1] - 1}")
    rows = np.arange(len(places))
    tried = np.geomspace(_COLDEST, _WARMEST, _STEPS)
    losses = [-np.log(probabilities(cosines, heat)[rows, places] + 1e-300).mean() for heat in tried]
    return float(tried[int(np.argmin(losses))])
