"""Where the line is drawn, and what a score is worth, by rows that were not learnt from."""

from dataclasses import dataclass

import numpy as np

from models.training.own.features import Flags, Floats

_STEPS = 60
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Curve:
    """Rows from the surest on: how many of the examples are among them, and how pure they are."""

    scores: Floats
    recall: Floats
    precision: Floats

    @classmethod
    def of(cls, scores: Floats, is_own: Floats, weights: Floats | None = None) -> "Curve":
        """The curve of scored rows; a row of weight 2 counts as two."""
        counted = np.ones(len(scores)) if weights is None else weights
        order = np.argsort(-scores, kind="stable")
        right = np.cumsum((is_own * counted)[order])
        precision: Floats = right / np.cumsum(counted[order])
        return cls(scores[order], right / right[-1], precision)

    def reaching(self, share: str, value: float) -> int | None:
        """The last place at which precision is reached, or the first at which recall is.

        Returns None where it is nowhere.
        """
        if share == "precision":
            places = np.flatnonzero(self.precision >= value)
            return int(places[-1]) if len(places) else None
        places = np.flatnonzero(self.recall >= value)
        return int(places[0]) if len(places) else None

    def line(self, share: str, value: float) -> float | None:
        """The score from which a share is reached, halfway to the next one; None: it is nowhere."""
        place = self.reaching(share, value)
        if place is None:
            return None
        is_last = place + 1 == len(self.scores)
        after = self.scores[place] - 1 if is_last else self.scores[place + 1]
        return float((self.scores[place] + after) / 2)

    def at(self, line: float) -> tuple[float, float]:
        """Recall and precision of what is above a line."""
        place = int((self.scores >= line).sum()) - 1
        return (float(self.recall[place]), float(self.precision[place])) if place >= 0 else (0.0, 0)


def at_share(is_own: Flags, expected_share: float) -> Floats:
    """Weights of rows by which the examples are such a share of them; they sum to their number."""
    own = int(is_own.sum())
    others = len(is_own) - own
    shares = np.where(is_own, expected_share / own, (1 - expected_share) / others)
    weights: Floats = shares * len(is_own)
    return weights


@dataclass(frozen=True, slots=True)
class Scale:
    """Makes a probability of a score: `(score + shift) / temperature` is its logit."""

    shift: float
    temperature: float

    def probability(self, score: float) -> float:
        """The probability of a score."""
        return float(1 / (1 + np.exp(-(score + self.shift) / self.temperature)))


def calibrated(scores: Floats, is_own: Floats, weights: Floats | None = None) -> Scale:
    """The scale under which the labels of rows are likeliest (Platt, 1999), by Newton's method.

    Each kind is taken as it is, with one row more of each so that no score is certain.
    """
    counted = np.ones(len(scores)) if weights is None else weights
    own = float(is_own.sum())
    others = len(is_own) - own
    wanted = np.where(is_own > 0, (own + 1) / (own + 2), 1 / (others + 2))
    columns = np.stack([scores, np.ones_like(scores)], axis=1)
    learnt = np.array([1.0, float(np.log((is_own * counted).sum() / counted.sum()))])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(columns @ learnt, -50, 50)))
        slope = columns.T @ (counted * (chance - wanted)) + _RIDGE * learnt
        bend = counted * chance * (1 - chance)
        curve = (columns * bend[:, None]).T @ columns + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        learnt -= np.clip(step, -1, 1)
        if np.abs(step).max() < _RIDGE**2:
            break
    gain = max(float(learnt[0]), 0.05)
    return Scale(float(learnt[1]) / gain, 1 / gain)
