"""What a trained text network is held against: chance is arithmetic, these two are learnt.

Both are ridge regressions from texts to the vectors of sounds: of the words that a text has, and of
the vector that MiniLM gives it before it was tuned. Their strength is chosen on the same styles
that stop the training.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.training.music_text import score
from models.training.music_text.pairs import Pairs
from models.training.music_text.settings import MusicTextRecipe

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Texts -> vectors in the space of the sounds."""

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
"""Of the ridge, among which one is chosen."""

_FEWEST = 2
"""Texts that have a word before it is counted."""
_BATCH = 64


class Words:
    """Words and pairs of words of texts, weighted by how rare they are (TF-IDF), of length 1."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(word for text in texts for word in set(self._parts(text)))
        kept = sorted(word for word, number in counts.items() if number >= _FEWEST)
        self._places = {word: place for place, word in enumerate(kept)}
        self._weights = {word: math.log(len(texts) / counts[word]) + 1 for word in kept}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts."""
        rows = np.zeros((len(texts), len(self._places)), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in self._parts(text):
                if word in self._places:
                    row[self._places[word]] += self._weights[word]
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    @staticmethod
    def _parts(text: str) -> list[str]:
        words = re.findall(r"[\w/]+", text.lower())
        return words + [f"{a} {b}" for a, b in pairwise(words)]


class Untuned:
    """MiniLM as it comes: the mean of its last states, of length 1."""

    def __init__(self, recipe: MusicTextRecipe) -> None:
        import torch

        from models.training.music_text.model import Tower, tokenizer_of

        self._tokenizer = tokenizer_of(recipe)
        whole = recipe.model_copy(
            update={"tower": recipe.tower.model_copy(update={"layers": None})}
        )
        self._tower = Tower(self._tokenizer, whole, 1).eval()
        self._tower.head = torch.nn.Identity()
        self._longest = recipe.tower.longest

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts."""
        import torch

        from models.embed.text import tokens_of

        parts = []
        for place in range(0, len(texts), _BATCH):
            ids, mask = tokens_of(self._tokenizer, texts[place : place + _BATCH], self._longest)
            with torch.inference_mode():
                parts.append(self._tower(torch.from_numpy(ids), torch.from_numpy(mask).float()))
        return np.concatenate([part.numpy() for part in parts])


def ridge(features: Embed, pairs: Pairs) -> tuple[Embed, float]:
    """A ridge regression, with the strength that finds most on the works that choose.

    Args:
        features: of texts.
        pairs: of the training.

    Returns:
        The regression, and its strength.
    """
    texts, places = pairs.texts(pairs.learnt)
    sounds = pairs.store.rows(pairs.learnt)
    middle = sounds.mean(0)
    known = features(texts)
    centre = known.mean(0)
    # In the smaller of both spaces: texts or features.
    rotated, spread, right = np.linalg.svd(known - centre, full_matrices=False)
    aims = rotated.T @ (sounds[places] - middle)
    asked, sound_of = pairs.texts(pairs.choosing)
    wanted = pairs.store.rows(pairs.choosing) - middle
    question = (features(asked) - centre) @ right.T

    def answers(strength: float, inputs: Floats) -> Floats:
        return np.asarray(inputs @ ((spread / (spread**2 + strength))[:, None] * aims), np.float32)

    def value(strength: float) -> float:
        ranks, _ = score.ranks(answers(strength, question), wanted, sound_of)
        return float((1 / ranks).mean())

    best = max(STRENGTHS, key=value)
    # Sounds lie around their mean: what a text says beside it is what tells them apart.
    return lambda chosen: answers(best, (features(chosen) - centre) @ right.T), best
