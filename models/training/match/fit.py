"""Fits the conditional logit of `models.match.score` by maximum likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.match.evidence import NAMES, SUPPORTING

Floats = np.ndarray[Any, np.dtype[np.float64]]

STEPS = 1500
RATE = 0.1
"""Adam's usual scale for features in [0, 1]; the loss is flat to four decimals well before the last
step.
"""
RIDGE = 0.01
"""Strength of the pull to zero, per case set: evidence that is seen a few times gets no wild
weight.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One query: the evidence of its candidates, and which is right (None: none of them)."""

    evidence: Floats
    """(candidates, len(NAMES))."""
    right: int | None
    weight: float = 1.0


def fit(choices: Sequence[Choice]) -> tuple[dict[str, float], float, float]:
    """Returns the weights by name, the bias, and the mean negative log-likelihood."""
    useful = [each for each in choices if len(each.evidence)]
    sizes = np.array([len(each.evidence) for each in useful])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    features = np.concatenate([each.evidence for each in useful])
    features = np.hstack([features, np.ones((len(features), 1))])
    owner = np.repeat(np.arange(len(useful)), sizes)
    right = np.zeros(len(features))
    for start, each in zip(starts, useful, strict=True):
        if each.right is not None:
            right[start + each.right] = 1.0
    of_case = np.array([each.weight for each in useful])
    of_case = of_case / of_case.sum()
    weights = np.zeros(features.shape[1])
    lowering = np.array([*(name not in SUPPORTING for name in NAMES), False])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    loss = 0.0
    for step in range(1, STEPS + 1):
        utility = features @ weights
        top = np.maximum(np.maximum.reduceat(utility, starts), 0.0)
        parts = np.exp(utility - top[owner])
        whole = np.add.reduceat(parts, starts) + np.exp(-top)
        chance = parts / whole[owner]
        gradient = features.T @ ((chance - right) * of_case[owner]) + RIDGE / len(useful) * weights
        loss = float(of_case @ (top + np.log(whole)) - (utility * right) @ of_case[owner])
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
        weights[lowering] = np.minimum(weights[lowering], 0.0)
    return dict(zip(NAMES, map(float, weights[:-1]), strict=True)), float(weights[-1]), loss
