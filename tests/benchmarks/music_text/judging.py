"""How well texts and sounds that nothing was learnt from find each other, with intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.music_text import score

Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]

DRAWS = 2000
"""Times that works are drawn anew for an interval."""


def measures(ranks: NDArray[np.int64]) -> dict[str, Numbers]:
    """What each answer gives to recall (percent) and MRR."""
    shares = {f"recall_at_{most}": 100.0 * (ranks <= most) for most in score.AT}
    return {**shares, "mrr": 1 / ranks}


def intervals(values: Mapping[str, Numbers], works: Sequence[str]) -> dict[str, list[float]]:
    """Mean and 95 % interval of each measure, whole works being drawn (a bootstrap by clusters).

    Args:
        values: measure -> a number an answer.
        works: of each answer.

    Returns:
        Measure -> mean, lower end, upper end.
    """
    told = {}
    draws = _draws(works)
    for name, numbers in values.items():
        low, high = np.quantile(_means(numbers, draws), (0.025, 0.975))
        told[name] = [round(float(number), 3) for number in (numbers.mean(), low, high)]
    return told


def ratio(ours: Numbers, theirs: Numbers, works: Sequence[str]) -> list[float]:
    """Ratio of two means and its 95 % interval, the same works being drawn for both."""
    draws = _draws(works)
    drawn = _means(ours, draws) / np.maximum(_means(theirs, draws), 1e-9)
    whole = ours.mean() / max(float(theirs.mean()), 1e-9)
    return [round(float(number), 2) for number in (whole, *np.quantile(drawn, (0.025, 0.975)))]


def found(
    texts: Floats, sounds: Floats, sound_of: NDArray[np.int64], works: Sequence[str]
) -> dict[str, Any]:
    """Recall and MRR both ways, with intervals.

    Args:
        texts: (texts, dimensions).
        sounds: (sounds, dimensions); those behind the last with a text only stand in the way.
        sound_of: which sound each text is of.
        works: of each sound.
    """
    forward, backward = score.ranks(texts, sounds, sound_of)
    return {
        "text_to_music": intervals(measures(forward), [works[place] for place in sound_of]),
        "music_to_text": intervals(measures(backward), [works[n] for n in np.unique(sound_of)]),
    }


def zero_shot(
    prompts: Floats, sounds: Floats, right: NDArray[np.int64], works: Sequence[str]
) -> dict[str, Any]:
    """How often the nearest of some prompts is the right one, each class counting the same.

    Args:
        prompts: (classes, dimensions).
        sounds: (sounds, dimensions).
        right: class of each sound.
        works: of each sound.
    """
    is_right = (sounds @ prompts.T).argmax(1) == right
    draws = _draws(works)
    shares = []
    for number in np.unique(right):
        counted = draws[:, right == number]
        with np.errstate(invalid="ignore"):  # a draw may have none of a class
            shares.append(counted @ is_right[right == number] / counted.sum(1))
    low, high = np.quantile(np.nanmean(shares, axis=0), (0.025, 0.975))
    middle = np.mean([is_right[right == number].mean() for number in np.unique(right)])
    return {
        "balanced": [round(100 * float(share), 3) for share in (middle, low, high)],
        "chance": round(100 / len(prompts), 2),
        "sounds": len(right),
    }


def _draws(works: Sequence[str]) -> NDArray[np.int64]:
    """How often each answer is drawn, (draws, answers)."""
    names, numbers = np.unique(np.array(works), return_inverse=True)
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, len(names), (DRAWS, len(names)))
    counts = np.stack([np.bincount(row, minlength=len(names)) for row in chosen])
    return np.asarray(counts[:, numbers], np.int64)


def _means(numbers: Numbers, draws: NDArray[np.int64]) -> Numbers:
    return np.asarray(draws @ numbers / np.maximum(draws.sum(1), 1), np.float64)
