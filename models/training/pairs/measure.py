"""How well `python -m models compare` tells pairs of one entity from pairs of two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.match.compare import compare
from models.match.index import Index


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on pairs."""

    pairs: int
    right: int
    auc: float | None
    """Chance that a pair of one entity is believed more than a pair of two; None without both."""


def measure(rows: Iterable[Mapping[str, Any]], index: Index | None = None) -> dict[str, Measured]:
    """Each split, all of it, and each way in which pairs were made."""
    answers: dict[str, list[tuple[bool, float, bool]]] = defaultdict(list)
    for row in rows:
        answer = compare(row["kind"], row["a"], row["b"], index)
        entry = (bool(row["match"]), answer.confidence, answer.same)
        for group in ("all", row["split"], f"how: {row['how']}"):
            answers[group].append(entry)
    return {
        group: Measured(
            pairs=len(listed),
            right=sum(match == same for match, _, same in listed),
            auc=auc(
                [confidence for match, confidence, _ in listed if match],
                [confidence for match, confidence, _ in listed if not match],
            ),
        )
        for group, listed in sorted(answers.items())
    }


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The area under the ROC curve; ties count half (Mann and Whitney, 1947). None without both.

    >>> auc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positives or not negatives:
        return None
    ranked = sorted([(value, 1) for value in positives] + [(value, 0) for value in negatives])
    wins = 0.0
    below = at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        won = sum(is_positive for _, is_positive in ranked[at:end])
        lost = end - at - won
        wins += won * (below + lost / 2)
        below += lost
        at = end
    return wins / (len(positives) * len(negatives))
