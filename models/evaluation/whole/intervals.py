"""Figures with 95 % intervals, resampled by family, so that near-duplicates are drawn together."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import Share
from models.evaluation.whole.answers import Answer

DRAWS = 1_000
"""Resamples: the ends of a 95 % interval are then the 25th of each side."""

_ENDS = (2.5, 97.5)
"""Percentiles of the two ends."""

_AT_ONCE = 4_000_000
"""Weights that are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its interval."""

    above: int
    below: int
    families: int
    lower: float
    upper: float

    @property
    def value(self) -> float:
        """The share; not a number if nothing was counted."""
        return self.above / self.below if self.below else math.nan


@dataclass(frozen=True, slots=True)
class Gap:
    """The figure of the open half less that of the half held out."""

    opened: Figure
    held_out: Figure
    value: float
    lower: float
    upper: float


def figure(answers: Sequence[Answer], measure: str) -> Figure:
    """The figure of a measure over the answers that have it."""
    above, below = _sums(answers, measure)
    return _figure(above, below, _drawn(above, below, seed=1))


def gap(answers: Sequence[Answer], measure: str) -> Gap | None:
    """Both halves of a measure beside each other. Returns None if a half has no such case."""
    halves = []
    for seed, is_held_out in enumerate((False, True), 1):
        part = [answer for answer in answers if answer.kin.is_held_out is is_held_out]
        above, below = _sums(part, measure)
        if not below.sum():
            return None
        drawn = _drawn(above, below, seed)
        halves.append((_figure(above, below, drawn), drawn))
    (opened, of_open), (held_out, of_held_out) = halves
    difference = of_open - of_held_out
    lower, upper = np.nanpercentile(difference, _ENDS)
    return Gap(opened, held_out, opened.value - held_out.value, float(lower), float(upper))


def _sums(answers: Sequence[Answer], measure: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Above and below the line, by family; families that add nothing are left out."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer in answers:
        ratio = answer.measures.get(measure)
        if ratio is not None and ratio.below:
            sums[answer.kin.family][0] += ratio.above
            sums[answer.kin.family][1] += ratio.below
    pairs = np.array(list(sums.values()), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _drawn(above: NDArray[np.int64], below: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """The figure of each resample: as many families as there are, drawn with replacement.

    Where nothing or everything is wrong, all resamples are alike. What the share may be is then
    drawn from its posterior (Jeffreys' prior), a family counting as one case.
    """
    count = len(below)
    rng = np.random.default_rng(seed)
    if not count:
        return np.full(DRAWS, math.nan)
    if above.sum() in (0, below.sum()):
        right = count if above.any() else 0
        return rng.beta(right + 0.5, count - right + 0.5, size=DRAWS)
    at_once = max(1, min(DRAWS, _AT_ONCE // count))
    figures = []
    for first in range(0, DRAWS, at_once):
        places = rng.integers(count, size=(min(at_once, DRAWS - first), count))
        figures.append(above[places].sum(axis=1) / below[places].sum(axis=1))
    return np.concatenate(figures)


def _figure(
    above: NDArray[np.int64], below: NDArray[np.int64], drawn: NDArray[np.float64]
) -> Figure:
    right, total = int(above.sum()), int(below.sum())
    if right in (0, total):
        # Where nothing, or everything, is wrong, resampling tells no spread.
        lower, upper = _wilson(len(below), is_all=bool(right))
    else:
        lower, upper = (float(end) for end in np.percentile(drawn, _ENDS))
    return Figure(right, total, len(below), lower, upper)


@lru_cache(maxsize=1024)
def _wilson(families: int, *, is_all: bool) -> tuple[float, float]:
    """Wilson's interval, a family counting as one case."""
    return Share(families if is_all else 0, families).interval
