"""Fits the head of one class: logistic regression with a ridge, by Adam."""

from dataclasses import dataclass

import numpy as np

from models.classify.ngrams import BUCKETS
from models.classify.own_words import SHARED
from models.training.own.features import Features, Floats
from models.training.own.recipe import Fitting

_RATE = 0.3
_LAST_RATE = 0.003
_FIRST_DECAY = 0.9
_SECOND_DECAY = 0.99
_TINY = 1e-9
"""Adam (Kingma and Ba, 2015); the loss is flat to three decimals before the last step."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt of a class."""

    table: Floats
    """A weight for each bucket of n-grams."""
    words: Floats
    """A weight for each feature of the user's words."""
    weights: Floats
    """A weight for each state."""
    bias: float

    def scores(self, features: Features) -> Floats:
        """The score of each row."""
        dense: Floats = features.words @ self.words + features.states @ self.weights
        return features.plain(self.table) + dense + self.bias


@dataclass(frozen=True, slots=True)
class Targets:
    """What is learnt of each row: whether it is of the class, and how much that counts."""

    is_own: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    weights: Floats


def fit(features: Features, targets: Targets, settings: Fitting) -> Fitted:
    """Learn the weights of a class.

    Args:
        features: of all rows; what has no weight is not learnt from.
        targets: of all rows.
        settings: of the recipe.
    """
    picked = np.flatnonzero(targets.weights > 0)
    rows = len(picked)
    middle = features.states[picked].mean(axis=0)
    spread = features.states[picked].std(axis=0) + 1e-6
    dense = np.concatenate(
        [features.words[picked], (features.states[picked] - middle) / spread], axis=1
    )
    weights = _balanced(targets, settings.own_share)[picked]
    is_own = targets.is_own[picked]
    total = float(targets.weights.sum())
    rarity = features.rarity(targets.weights > 0)
    inside = (targets.weights > 0)[features.owners]
    owners = np.searchsorted(picked, features.owners[inside])
    used, column = np.unique(features.flat[inside], return_inverse=True)
    values = features.shares[inside] * rarity[features.flat[inside]]
    count, listed = len(used), features.words.shape[1]
    ridge = np.concatenate(
        [
            np.full(count, settings.ridge),
            np.where(np.arange(listed) < len(SHARED), settings.ridge, settings.words_ridge),
            np.full(features.states.shape[1], settings.states_ridge),
        ]
    )
    learnt = np.zeros(len(ridge) + 1)
    first, second = np.zeros_like(learnt), np.zeros_like(learnt)
    for step in range(1, settings.steps + 1):
        counted = np.bincount(owners, learnt[:count][column] * values, rows).astype(np.float64)
        score: Floats = counted + dense @ learnt[count:-1] + learnt[-1]
        error = (_chance(score) - is_own) * weights
        gradient = np.concatenate(
            [np.bincount(column, error[owners] * values, count), dense.T @ error, [error.sum()]]
        )
        gradient[:-1] += ridge / total * learnt[:-1]
        first = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * gradient
        second = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * gradient**2
        rate = _RATE * min(1.0, 2 - 2 * step / settings.steps) + _LAST_RATE
        moved = np.sqrt(second / (1 - _SECOND_DECAY**step)) + _TINY
        learnt -= rate * (first / (1 - _FIRST_DECAY**step)) / moved
    table = np.zeros(BUCKETS)
    table[used] = learnt[:count] * rarity[used]
    words, states = learnt[count : count + listed], learnt[count + listed : -1] / spread
    return Fitted(table, words, states, float(learnt[-1] - middle @ states))


def _balanced(targets: Targets, own_share: float) -> Floats:
    """Weights that sum to one, so much of it on the examples."""
    own = np.where(targets.is_own, targets.weights, 0.0)
    others = targets.weights - own
    shared: Floats = own_share * own / own.sum() + (1 - own_share) * others / others.sum()
    return shared


def _chance(score: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(score, -50, 50)))
    return chance
