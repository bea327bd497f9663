"""Temperatures and thresholds, fitted on names that were held out of training."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.classifier.data import Row
from schemas.media import Medium, Subcategory

MEDIA = list(Medium)
SUBS = list(Subcategory)

ADULT = ("temperature_nsfw", "linear_temperature_nsfw", "threshold_nsfw")
"""What is fitted on the rows of which it is decided whether they are adult."""

_TEMPERATURES = np.geomspace(0.3, 5.0, 200)
_THRESHOLDS = np.arange(0.2, 0.9, 0.01)

_CLEAN_FLAGGED = 0.0078
"""Share of clean names that the learnt stage alone may flag as adult.

The cascade then flags 6 of the 1,434 that are held out, half of that share: its other stages clear
some. At 0.0098 it flagged 8, and found two adult works more of 265.
"""

SURE = {"sure_medium": 0.93, "sure_subcategory": 0.8, "sure_nsfw": 0.98, "sure_adult": 0.9}
"""From which confidence on the linear model answers alone; `sure_nsfw` is that a work is clean.

On the 1,699 held-out names it then answers 66 %, and both together would give every one the same
medium, subcategory and flag, as they would each of 26,020 names of a dump. Adult works are flagged
from 0.22 on, so one that is adult at 0.9 needs no second opinion; a missed one would harm.
"""


def fit(
    both: NDArray[np.floating[Any]], linear: NDArray[np.floating[Any]], rows: list[Row]
) -> dict[str, float]:
    """Fit on all held-out rows, unsure ones too: doubtful names come in production as well.

    Args:
        both: the ensemble's logits, a row each.
        linear: the linear member's logits.
        rows: the labels.

    Returns:
        What `models.classify.ensemble` and `models.classify.cascade` look up in the manifest.
    """
    alone = _temperatures(linear.astype(np.float64), rows)
    heat = _temperatures(both.astype(np.float64), rows)
    shares = softmax(both[:, : len(MEDIA)] / heat["temperature_medium"])
    is_told, is_adult = _flags(rows)
    adult = 1 / (1 + np.exp(-both[is_told, -1] / heat["temperature_nsfw"]))
    return {
        **heat,
        **{f"linear_{name}": value for name, value in alone.items()},
        "threshold": _threshold(shares, _media(rows)),
        "threshold_nsfw": _nsfw_threshold(adult, is_adult),
        **SURE,
    }


def _media(rows: list[Row]) -> NDArray[np.int64]:
    return np.array([MEDIA.index(row.medium) for row in rows if row.medium is not None])


def _flags(rows: list[Row]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of which rows it is decided whether they are adult, and whether those are."""
    is_told = np.array([row.nsfw is not None for row in rows], bool)
    return is_told, np.array([row.nsfw for row in rows if row.nsfw is not None], bool)


def _temperatures(logits: NDArray[np.float64], rows: list[Row]) -> dict[str, float]:
    medium = _media(rows)
    sub = np.array([SUBS.index(row.subcategory) for row in rows if row.subcategory is not None])
    is_told, is_adult = _flags(rows)
    sign = np.where(is_adult, -1.0, 1.0)
    heads = logits[:, : len(MEDIA)], logits[:, len(MEDIA) : -1], logits[is_told, -1]
    return {
        "temperature_medium": _best(lambda t: _cross_entropy(heads[0] / t, medium)),
        "temperature_subcategory": _best(lambda t: _cross_entropy(heads[1] / t, sub)),
        "temperature_nsfw": _best(lambda t: float(np.logaddexp(0, sign * heads[2] / t).sum())),
    }


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Shares by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def _cross_entropy(logits: NDArray[np.floating[Any]], wanted: NDArray[np.int64]) -> float:
    return float(-np.log(softmax(logits)[np.arange(len(wanted)), wanted] + 1e-12).mean())


def _best(loss: Callable[[float], float]) -> float:
    return round(float(min(_TEMPERATURES, key=loss)), 4)


def _threshold(shares: NDArray[np.floating[Any]], medium: NDArray[np.int64]) -> float:
    """The confidence under which silence is right at least as often as the answer.

    Silence is read as `other`.
    """
    best, confidence = shares.argmax(1), shares.max(1)
    silence = MEDIA.index(Medium.OTHER)
    right = [(np.where(confidence >= t, best, silence) == medium).mean() for t in _THRESHOLDS]
    return round(float(_THRESHOLDS[int(np.argmax(right))]), 2)


def _nsfw_threshold(adult: NDArray[np.floating[Any]], nsfw: NDArray[np.bool_]) -> float:
    """The lowest threshold that flags no more clean names than `_CLEAN_FLAGGED` says."""
    clean = adult[~nsfw]
    for threshold in np.arange(0.05, 0.95, 0.01):
        if (clean >= threshold).sum() / max(len(clean), 1) <= _CLEAN_FLAGGED:
            return round(float(threshold), 2)
    return 0.95
