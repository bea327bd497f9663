"""Fits the conditional logit of `models.match.score` by maximum likelihood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.match.features import NAMES, SUPPORTING
from models.match.score import Scorer
from models.training.match.settings import Fitting

Floats = np.ndarray[Any, np.dtype[np.float64]]

LOOK = 50
"""Steps between two looks at the loss."""
_FIRST_DECAY = 0.9
_SECOND_DECAY = 0.999
_TINY = 1e-9
"""Adam's usual constants (Kingma and Ba, 2015)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One query: the features of its candidates, and which is right (None: none of them)."""

    features: Floats
    """(candidates, len(NAMES))."""
    right: int | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned."""

    weights: dict[str, float]
    """By the names of the features."""
    bias: float
    loss: float
    """Mean negative log-likelihood of the choices that it was learned from."""

    def scorer(self, base: Scorer) -> Scorer:
        """A scorer of these weights with the thresholds of another one."""
        weights = tuple(self.weights[name] for name in NAMES)
        return replace(base, weights=weights, bias=self.bias)

    def loss_of(self, choices: Sequence[Choice]) -> float:
        """Mean negative log-likelihood of choices, of which some have a candidate."""
        problem = _Problem(choices)
        return problem.loss(np.array([*(self.weights[name] for name in NAMES), self.bias]))


class _Problem:
    """All choices as one matrix, a row a candidate, with the bias as the last column.

    Choices without candidates say nothing and are left out.
    """

    def __init__(self, choices: Sequence[Choice], ridge: float = 0.0) -> None:
        self._ridge = ridge
        useful = [choice for choice in choices if len(choice.features)]
        sizes = np.array([len(choice.features) for choice in useful])
        features = np.concatenate([choice.features for choice in useful])
        self.count = len(useful)
        self.features = np.hstack([features, np.ones((len(features), 1))])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._owner = np.repeat(np.arange(len(useful)), sizes)
        self._right = np.zeros(len(features))
        for start, choice in zip(self._starts, useful, strict=True):
            if choice.right is not None:
                self._right[start + choice.right] = 1.0
        weight = np.array([choice.weight for choice in useful])
        self._weight = weight / weight.sum()

    def loss(self, weights: Floats) -> float:
        """Mean negative log-likelihood."""
        return self._loss_and_chances(weights)[0]

    def loss_and_gradient(self, weights: Floats) -> tuple[float, Floats]:
        """Mean negative log-likelihood, and its gradient with the ridge."""
        loss, chances = self._loss_and_chances(weights)
        pull = self._ridge / self.count * weights
        error = (chances - self._right) * self._weight[self._owner]
        return loss, self.features.T @ error + pull

    def _loss_and_chances(self, weights: Floats) -> tuple[float, Floats]:
        utility = self.features @ weights
        # Subtracting the largest utility of a choice keeps the exponentials from overflowing.
        largest = np.maximum(np.maximum.reduceat(utility, self._starts), 0.0)
        parts = np.exp(utility - largest[self._owner])
        whole = np.add.reduceat(parts, self._starts) + np.exp(-largest)
        chosen = (utility * self._right) @ self._weight[self._owner]
        loss = float(self._weight @ (largest + np.log(whole)) - chosen)
        return loss, parts / whole[self._owner]


Look = Callable[[int, float, Floats], bool]
"""Is shown the step, the loss and the weights now and then; says whether to stop."""


def fit(
    choices: Sequence[Choice],
    settings: Fitting | None = None,
    look: Look = lambda step, loss, weights: False,
) -> Fitted:
    """Learn the weights that make the right candidates most probable.

    Weights of features that are not `SUPPORTING` are held at or below zero.

    Args:
        choices: what is learnt from.
        settings: how long and how fast.
        look: is shown every fiftieth step, and the last.
    """
    chosen = settings or Fitting()
    problem = _Problem(choices, chosen.ridge)
    weights = np.zeros(problem.features.shape[1])
    lowering = np.array([*(name not in SUPPORTING for name in NAMES), False])
    first = np.zeros_like(weights)
    second = np.zeros_like(weights)
    loss = 0.0
    for step in range(1, chosen.steps + 1):
        loss, gradient = problem.loss_and_gradient(weights)
        first = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * gradient
        second = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * gradient**2
        mean = first / (1 - _FIRST_DECAY**step)
        spread = np.sqrt(second / (1 - _SECOND_DECAY**step))
        weights -= chosen.rate * mean / (spread + _TINY)
        weights[lowering] = np.minimum(weights[lowering], 0.0)
        if (step % LOOK == 0 or step == chosen.steps) and look(step, loss, weights):
            break
    return fitted(weights, loss)


def fitted(weights: Floats, loss: float) -> Fitted:
    """Weights by the names of their features; the last one is the bias."""
    *by_feature, bias = map(float, weights)
    return Fitted(dict(zip(NAMES, by_feature, strict=True)), bias, loss)


def unweighted() -> Fitted:
    """All features count alike: those that may support for a candidate, all others against it."""
    weights = [1.0 if name in SUPPORTING else -1.0 for name in NAMES]
    return fitted(np.array([*weights, 0.0]), 0.0)
