"""How well texts find music and music finds texts: recall, ranks, and hubs.

A wrong answer that is as near as the right one counts as nearer, so a network that says the same of
everything finds nothing.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT = (1, 5, 10)

_ROWS = 512
"""Queries that are compared at once: 512 by 100,000 cosines are 200 MB."""

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of the right answers, in percent and places."""

    queries: int
    pool: int
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr: float
    """Mean of one by the rank."""
    median_rank: float

    @classmethod
    def of(cls, ranks: Places, pool: int) -> "Ranks":
        """The shares of ranks, which begin at 1."""
        first, fifth, tenth = (round(100 * float((ranks <= most).mean()), 3) for most in AT)
        mean = round(float((1 / ranks).mean()), 5)
        return cls(len(ranks), pool, first, fifth, tenth, mean, float(np.median(ranks)))


@dataclass(frozen=True, slots=True)
class Hubs:
    """How much the same few sounds are found by all texts (Radovanovic et al. 2010)."""

    skewness: float
    """Of how often each sound is among the ten nearest of a text; 0 where all are alike often."""
    largest: float
    """Percent of the texts that have the commonest sound among their ten nearest."""
    never: float
    """Percent of the sounds that no text has among its ten nearest."""


def score(texts: Floats, sounds: Floats, sound_of: Places) -> dict[str, Any]:
    """All measures, both ways, with what chance gives.

    Args:
        texts: (texts, dimensions).
        sounds: (sounds, dimensions).
        sound_of: (texts,) which sound each text is of.

    Raises:
        ValueError: the shapes do not fit.
    """
    if len(texts) != len(sound_of) or texts.shape[1:] != sounds.shape[1:]:
        raise ValueError(f"{texts.shape} texts, {sounds.shape} sounds, {len(sound_of)} places")
    forward, backward = ranks(texts, sounds, sound_of)
    return {
        "text_to_music": asdict(Ranks.of(forward, len(sounds))),
        "music_to_text": asdict(Ranks.of(backward, len(texts))),
        "chance": chance(len(sounds)),
        "hubs": asdict(_hubs(_found(texts, sounds), len(texts))),
    }


def ranks(texts: Floats, sounds: Floats, sound_of: Places) -> tuple[Places, Places]:
    """Ranks of the right answers, from 1.

    Args:
        texts: (texts, dimensions).
        sounds: (sounds, dimensions); some may have no text.
        sound_of: (texts,) which sound each text is of.

    Returns:
        Of the right sound for each text, and of the first right text for each sound that has one.
    """
    texts, sounds = _unit(texts), _unit(sounds)
    forward = [
        _ranks(texts[place : place + _ROWS] @ sounds.T, sound_of[place : place + _ROWS, None])
        for place in range(0, len(texts), _ROWS)
    ]
    return np.concatenate(forward), _backward(texts, sounds, sound_of)


def _found(texts: Floats, sounds: Floats) -> Places:
    """How often each sound is among the ten nearest of a text."""
    texts, sounds = _unit(texts), _unit(sounds)
    counts = np.zeros(len(sounds), np.int64)
    nearest = min(AT[-1], len(sounds))
    for place in range(0, len(texts), _ROWS):
        near = texts[place : place + _ROWS] @ sounds.T
        best = np.argpartition(-near, nearest - 1, axis=1)[:, :nearest]
        counts += np.bincount(best.ravel(), minlength=len(sounds))
    return counts


def _ranks(near: Floats, right: Places) -> Places:
    """Rank of the right column in each row; ties count against it."""
    own = np.take_along_axis(near, right, axis=1)
    return np.asarray((near >= own).sum(1), dtype=np.int64)


def _backward(texts: Floats, sounds: Floats, sound_of: Places) -> Places:
    """Rank of the first right text of each sound that has one; ties count against it."""
    ranks = []
    told = np.unique(sound_of)
    for place in range(0, len(told), _ROWS):
        chosen = told[place : place + _ROWS]
        near = sounds[chosen] @ texts.T
        is_right = sound_of[None, :] == chosen[:, None]
        own = np.where(is_right, near, -np.inf).max(1, keepdims=True)
        ranks.append(1 + ((near >= own) & ~is_right).sum(1))
    return np.concatenate(ranks).astype(np.int64)


def chance(pool: int) -> dict[str, float]:
    """What answers without sense have: k of the pool, and the mean of all 1 / rank."""
    shares = {f"recall_at_{most}": round(100 * min(1.0, most / pool), 3) for most in AT}
    return {**shares, "mrr": round(float((1 / np.arange(1, pool + 1)).mean()), 5)}


def _hubs(counts: Places, texts: int) -> Hubs:
    centred = counts - counts.mean()
    spread = float(counts.std())
    skewness = float((centred**3).mean()) / spread**3 if spread else 0.0
    largest, never = 100 * counts.max() / texts, 100 * (counts == 0).mean()
    return Hubs(round(skewness, 4), round(float(largest), 3), round(float(never), 3))


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)
