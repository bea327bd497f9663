"""Where the line is drawn, and what a score is worth, by rows that were not learnt from."""

from dataclasses import dataclass

import numpy as np

from models.training.own.features import Floats

_STEPS = 60
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Curve:
    """Rows from the surest on: how many of the examples are among them, and how pure they are."""

    scores: Floats
    recall: Floats
    precision: Floats

    @classmethod
    def of(cls, scores: Floats, is_own: Floats) -> "Curve":
        """The curve of scored rows."""
        order = np.argsort(-scores, kind="stable")
        right = np.cumsum(is_own[order])
        return cls(scores[order], right / right[-1], right / np.arange(1, len(order) + 1))

    def reaching(self, share: str, value: float) -> int | None:
        """The last place at which precision is reached, or the first at which recall is.

        Returns None where it is nowhere.
        """
        if share == "precision":
            places = np.flatnonzero(self.precision >= value)
            return int(places[-1]) if len(places) else None
        places = np.flatnonzero(self.recall >= value)
        return int(places[0]) if len(places) else None


def line_after(scores: Floats, place: int) -> float:
    """The score in the middle between a place and the next one."""
    after = scores[place + 1] if place + 1 < len(scores) else scores[place] - 1
    return float((scores[place] + after) / 2)


@dataclass(frozen=True, slots=True)
class Scale:
    """Makes a probability of a score: `(score + shift) / temperature` is its logit."""

    shift: float
    temperature: float

    def probability(self, score: float) -> float:
        """The probability of a score."""
        return float(1 / (1 + np.exp(-(score + self.shift) / self.temperature)))


def calibrated(scores: Floats, is_own: Floats) -> Scale:
    """The scale under which the labels of rows are likeliest (Platt, 1999), by Newton's method.

    Counts of both kinds are taken as they are, with one row more of each so that no score is
    certain.
    """
    own = float(is_own.sum())
    others = len(is_own) - own
    wanted = np.where(is_own > 0, (own + 1) / (own + 2), 1 / (others + 2))
    columns = np.stack([scores, np.ones_like(scores)], axis=1)
    learnt = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(columns @ learnt, -50, 50)))
        slope = columns.T @ (chance - wanted) + _RIDGE * learnt
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        learnt -= np.clip(step, -1, 1)
        if np.abs(step).max() < _RIDGE**2:
            break
    gain = max(float(learnt[0]), 0.05)
    return Scale(float(learnt[1]) / gain, 1 / gain)
