"""How probable each candidate is: a conditional logit over the candidates of a query and "none of
them".

McFadden, "Conditional logit analysis of qualitative choice behavior", 1974: a candidate's utility
is a weighted sum of its evidence, its probability the soft-max over all candidates and the outside
option of utility 0. A second artist of the same name and title takes its share of the probability,
which is why the margin needs no rule of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from models.match.evidence import NAMES, Scored


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights, learned by `python -m models.training.match`, and the thresholds of the decision."""

    weights: tuple[float, ...]
    """In the order of `evidence.NAMES`."""
    bias: float
    """Utility of the artist's very name with the very title."""
    high: float
    medium: float
    shown: float

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> "Scorer":
        """From `[settings]` of the manifest.

        Raises:
            KeyError: one is missing.
        """
        weights = tuple(float(settings[f"weight_{name}"]) for name in NAMES)
        return cls(
            weights, *(float(settings[name]) for name in ("bias", "high", "medium", "shown"))
        )

    def utility(self, candidate: Scored) -> float:
        """Log odds of the candidate against none, were it the only one."""
        return self.bias + math.fsum(map(mul, self.weights, candidate.evidence.values()))

    def probabilities(self, candidates: Sequence[Scored]) -> list[float]:
        """Of each candidate; what is missing to 1 is the probability of none."""
        utilities = [self.utility(each) for each in candidates]
        top = max([0.0, *utilities])
        parts = [math.exp(each - top) for each in utilities]
        whole = math.exp(-top) + math.fsum(parts)
        return [part / whole for part in parts]
