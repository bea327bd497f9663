"""The figures: accuracy with its interval, precision and recall by class, macro-F1, confusion,
calibration error.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

BINS = 10
"""Bins of the calibration error; the usual number."""


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a total, with the 95 % Wilson score interval (Wilson 1927), which holds for
    small counts too.
    """

    right: int
    total: int

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.959964, self.total, self.value
        middle = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{100 * self.value:.1f} % ({self.right}/{self.total}; {100 * low:.1f}-{100 * high:.1f})"
            if self.total
            else "-"
        )


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Precision and recall of one class; `support` is how many cases are of it."""

    precision: Share
    recall: Share

    @property
    def support(self) -> int:
        return self.recall.total

    @property
    def f1(self) -> float:
        wrong = (self.precision.total - self.precision.right) + (
            self.recall.total - self.recall.right
        )
        total = 2 * self.recall.right + wrong
        return 2 * self.recall.right / total if total else math.nan


def by_class(pairs: Sequence[tuple[T, T]]) -> dict[T, ClassFigures]:
    """Figures of each class that is wanted or answered; `pairs` are (wanted, answered)."""
    wanted, answered = Counter(w for w, _ in pairs), Counter(a for _, a in pairs)
    right = Counter(w for w, a in pairs if w == a)
    order = dict.fromkeys([*wanted, *answered])
    return {
        c: ClassFigures(Share(right[c], answered[c]), Share(right[c], wanted[c])) for c in order
    }


def macro_f1(figures: dict[T, ClassFigures]) -> float:
    """Mean F1 over the classes that have cases."""
    scores = [f.f1 for f in figures.values() if f.support]
    return sum(scores) / len(scores) if scores else math.nan


def calibration_error(answers: Sequence[tuple[float, bool]], bins: int = BINS) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over equal bins, weighted by
    their cases.
    """
    if not answers:
        return math.nan
    gathered: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        gathered.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    return sum(
        abs(sum(c for c, _ in members) - sum(r for _, r in members))
        for members in gathered.values()
    ) / len(answers)


def wrong_at_coverage(answers: Sequence[tuple[float, bool]], coverage: float = 0.95) -> Share:
    """Wrong answers among the most confident share of the cases."""
    kept = sorted(answers, key=lambda answer: -answer[0])[: math.ceil(coverage * len(answers))]
    return Share(sum(not right for _, right in kept), len(kept))


def risk_by_coverage(
    answers: Sequence[tuple[float, bool]], steps: Sequence[float]
) -> list[tuple[float, Share]]:
    """For each coverage the wrong answers among that most confident share of the cases."""
    return [(coverage, wrong_at_coverage(answers, coverage)) for coverage in steps]


def reliability(
    answers: Sequence[tuple[float, bool]], bins: int = BINS
) -> list[tuple[float, Share]]:
    """Mean confidence and share right of each bin that has cases: on the diagonal where confidence
    is honest.
    """
    gathered: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        gathered.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    return [
        (
            sum(c for c, _ in members) / len(members),
            Share(sum(right for _, right in members), len(members)),
        )
        for _, members in sorted(gathered.items())
    ]


U = TypeVar("U")

_DRAWS = 500
"""Resamples of the bootstrap: the ends of a 95 % interval are then the 13th of each side."""


def bootstrap(
    cases: Sequence[U], figure: Callable[[Sequence[U]], float], draws: int = _DRAWS
) -> tuple[float, float]:
    """The 95 % percentile interval of a figure over cases drawn again with replacement (Efron
    1979); seeded.
    """
    if not cases:
        return math.nan, math.nan
    rng = random.Random(1)  # noqa: S311
    found = sorted(figure(rng.choices(cases, k=len(cases))) for _ in range(draws))
    edge = draws // 40
    return found[edge], found[-1 - edge]
