"""The figures, each with its interval.

Accuracy, precision and recall by class, macro-F1, confusion, calibration error.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
U = TypeVar("U")

BINS = 10
"""Bins of the calibration error; the usual number."""
_Z = 1.959964
"""Standard deviations on each side of a 95 % interval."""
_DRAWS = 500
"""Resamples of the bootstrap: the ends of a 95 % interval are then the 13th of each side."""


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a total.

    Its 95 % interval is Wilson's score interval (Wilson, 1927), which holds for small counts too.
    """

    right: int
    total: int

    @property
    def value(self) -> float:
        """The share in [0, 1]; not a number if there is nothing to count."""
        return self.right / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and the upper end."""
        if not self.total:
            return 0.0, 1.0
        variance = self.value * (1 - self.value) / self.total
        middle = self.value + _Z * _Z / (2 * self.total)
        spread = _Z * math.sqrt(variance + _Z * _Z / (4 * self.total * self.total))
        scale = 1 + _Z * _Z / self.total
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    @property
    def lower(self) -> float:
        """What the share is at least, with 97.5 % confidence."""
        return self.interval[0]

    @property
    def bounded(self) -> str:
        """The share in percent and what it is at least, for tables with many columns."""
        return f"{100 * self.value:.1f} ≥{100 * self.lower:.1f}" if self.total else "-"

    def __str__(self) -> str:
        if not self.total:
            return "-"
        lower, upper = self.interval
        counts = f"{self.right}/{self.total}"
        return f"{100 * self.value:.1f} % ({counts}; {100 * lower:.1f}-{100 * upper:.1f})"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Precision and recall of one class."""

    precision: Share
    recall: Share

    @property
    def support(self) -> int:
        """How many cases are of the class."""
        return self.recall.total

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; not a number if there is nothing to count."""
        false = self.precision.total - self.precision.right
        missed = self.recall.total - self.recall.right
        total = 2 * self.recall.right + false + missed
        return 2 * self.recall.right / total if total else math.nan


def by_class(pairs: Sequence[tuple[T, T]]) -> dict[T, ClassFigures]:
    """Figures of each class that is wanted or answered; `pairs` are (wanted, answered)."""
    wanted = Counter(want for want, _ in pairs)
    answered = Counter(answer for _, answer in pairs)
    right = Counter(want for want, answer in pairs if want == answer)
    return {
        name: ClassFigures(Share(right[name], answered[name]), Share(right[name], wanted[name]))
        for name in dict.fromkeys([*wanted, *answered])
    }


def macro_f1(figures: dict[T, ClassFigures]) -> float:
    """Mean F1 over the classes that have cases."""
    scores = [of_class.f1 for of_class in figures.values() if of_class.support]
    return sum(scores) / len(scores) if scores else math.nan


def calibration_error(answers: Sequence[tuple[float, bool]], bins: int = BINS) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over equal bins.

    Args:
        answers: confidence and whether the answer was right.
        bins: how many; each is weighted by its cases.
    """
    if not answers:
        return math.nan
    gaps = (
        abs(sum(confidence for confidence, _ in members) - sum(right for _, right in members))
        for members in _binned(answers, bins).values()
    )
    return sum(gaps) / len(answers)


def wrong_at_coverage(answers: Sequence[tuple[float, bool]], coverage: float = 0.95) -> Share:
    """Wrong answers among the most confident share of the cases."""
    surest_first = sorted(answers, key=lambda answer: -answer[0])
    kept = surest_first[: math.ceil(coverage * len(answers))]
    return Share(sum(not right for _, right in kept), len(kept))


def risk_by_coverage(
    answers: Sequence[tuple[float, bool]], steps: Sequence[float]
) -> list[tuple[float, Share]]:
    """For each coverage the wrong answers among that most confident share of the cases."""
    return [(coverage, wrong_at_coverage(answers, coverage)) for coverage in steps]


def reliability(
    answers: Sequence[tuple[float, bool]], bins: int = BINS
) -> list[tuple[float, Share]]:
    """Mean confidence and share right of each bin that has cases.

    They are equal where confidence is honest.
    """
    return [
        (
            sum(confidence for confidence, _ in members) / len(members),
            Share(sum(right for _, right in members), len(members)),
        )
        for _, members in sorted(_binned(answers, bins).items())
    ]


def bootstrap(
    cases: Sequence[U], figure: Callable[[Sequence[U]], float], draws: int = _DRAWS
) -> tuple[float, float]:
    """The 95 % percentile interval of a figure over resampled cases (Efron, 1979); seeded."""
    if not cases:
        return math.nan, math.nan
    rng = random.Random(1)  # noqa: S311
    figures = sorted(figure(rng.choices(cases, k=len(cases))) for _ in range(draws))
    edge = draws // 40
    return figures[edge], figures[-1 - edge]


def _binned(
    answers: Sequence[tuple[float, bool]], bins: int
) -> dict[int, list[tuple[float, bool]]]:
    binned: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        binned.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    return binned
