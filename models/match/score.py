"""How probable each candidate is: a conditional logit over the candidates and "none of them".

McFadden, "Conditional logit analysis of qualitative choice behavior", 1974: a candidate's utility
is a weighted sum of its features, its probability the soft-max over all candidates and the outside
option of utility 0. A second artist of the same name and title takes its share of the probability,
which is why the margin needs no rule of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from models.match.answer import Answer
from models.match.features import NAMES


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights, learned by `python -m models.training match`, and the thresholds of the decision."""

    weights: tuple[float, ...]
    """In the order of `features.NAMES`."""
    bias: float
    """Utility of the artist's very name with the very title."""
    high: float
    """What is asserted from here on is called exact or high."""
    medium: float
    """What is less probable is not asserted."""
    shown: float
    """Candidates below are not told."""

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> "Scorer":
        """The scorer of the manifest's `[settings]`.

        Raises:
            KeyError: one is missing.
        """
        return cls(
            weights=tuple(float(settings[f"weight_{name}"]) for name in NAMES),
            bias=float(settings["bias"]),
            high=float(settings["high"]),
            medium=float(settings["medium"]),
            shown=float(settings["shown"]),
        )

    def utility(self, answer: Answer) -> float:
        """Log odds of the answer against none, were it the only one."""
        return self.bias + math.fsum(map(mul, self.weights, answer.features.values()))

    def probabilities(self, answers: Sequence[Answer]) -> list[float]:
        """The probability of each answer; what is missing to 1 is that of none."""
        utilities = [self.utility(answer) for answer in answers]
        # Subtracting the largest keeps the exponentials from overflowing.
        largest = max([0.0, *utilities])
        parts = [math.exp(utility - largest) for utility in utilities]
        whole = math.exp(-largest) + math.fsum(parts)
        return [part / whole for part in parts]
