"""Temperatures and thresholds, fitted on names that were held out of training."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.classifier.data import Row
from schemas.media import Medium, Subcategory

MEDIA = list(Medium)
SUBS = list(Subcategory)

_TEMPERATURES = np.geomspace(0.3, 5.0, 200)
_THRESHOLDS = np.arange(0.2, 0.9, 0.01)
_WINDOW = 0.1
"""Width of the band of confidence in which right and wrong answers are counted for the threshold."""

_WORTHLESS = 0.4
"""Share right in a band under which silence is better. Not one half: silence is read as `other`, which is rarely right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperatures of the three heads, and the thresholds of the medium and of nsfw."""

    temperature_medium: float
    temperature_subcategory: float
    temperature_nsfw: float
    threshold: float
    threshold_nsfw: float


def fit(logits: NDArray[np.float32], rows: list[Row]) -> Calibration:
    """Fit on all held-out rows, unsure ones too: doubtful names come in production as well."""
    logits = logits.astype(np.float64)
    medium = np.array([MEDIA.index(row.medium) for row in rows])
    sub = np.array([SUBS.index(row.subcategory) for row in rows])
    nsfw = np.array([row.nsfw for row in rows])
    heads = logits[:, : len(MEDIA)], logits[:, len(MEDIA) : -1], logits[:, -1]
    temperature_medium = _best(lambda t: _cross_entropy(heads[0] / t, medium))
    temperature_sub = _best(lambda t: _cross_entropy(heads[1] / t, sub))
    temperature_nsfw = _best(lambda t: float(np.logaddexp(0, np.where(nsfw, -1, 1) * heads[2] / t).mean()))
    shares = softmax(heads[0] / temperature_medium)
    right = shares.argmax(1) == medium
    adult = 1 / (1 + np.exp(-heads[2] / temperature_nsfw))
    return Calibration(
        round(temperature_medium, 4), round(temperature_sub, 4), round(temperature_nsfw, 4),
        _threshold(shares.max(1), right), _nsfw_threshold(adult, nsfw),
    )  # fmt: skip


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Shares by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def _cross_entropy(logits: NDArray[np.floating[Any]], wanted: NDArray[np.int64]) -> float:
    return float(-np.log(softmax(logits)[np.arange(len(wanted)), wanted] + 1e-12).mean())


def _best(loss: Callable[[float], float]) -> float:
    return float(min(_TEMPERATURES, key=loss))


def _threshold(confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_]) -> float:
    """The confidence up to which answers are worthless: the end of the lowest bands that are."""
    best = float(_THRESHOLDS[0])
    for threshold in _THRESHOLDS:
        band = (confidence < threshold) & (confidence >= threshold - _WINDOW)
        if band.any() and right[band].mean() >= _WORTHLESS:
            break
        best = float(threshold)
    return round(best, 2)


def _nsfw_threshold(adult: NDArray[np.floating[Any]], nsfw: NDArray[np.bool_]) -> float:
    """The threshold of the best F1. One that favours recall flags picture sets and short names of ordinary works."""
    if not nsfw.any():
        return 0.5

    def f1(threshold: float) -> float:
        said = adult >= threshold
        return float(2 * (said & nsfw).sum() / (said.sum() + nsfw.sum()))

    return round(float(max(np.arange(0.05, 0.95, 0.01), key=f1)), 2)
