"""From scores of segments to one tag: mean, variance, and a tier by the rules of `tiers.toml`.

Every inference adapter (`models.tags.adapters`) answers in one shape, `label -> a score of each
segment`, whatever it runs on; a name or a file list is one segment.
"""

import math
import statistics
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.tags import Tier

RULES = Path(__file__).with_name("tiers.toml")


@dataclass(frozen=True, slots=True)
class Scored:
    """One label of a whole recording.

    Attributes:
        label: as the model has it.
        score: the mean over the segments.
        variance: over the segments, of the population; None where there was one segment.
        tier: what both make of it.
    """

    label: str
    score: float
    variance: float | None
    tier: Tier


def aggregated(scores: Mapping[str, Sequence[float]]) -> list[Scored]:
    """Labels with their mean score, the surest first; labels of no segment are left out.

    >>> [(tag.label, tag.tier.value) for tag in aggregated({"sad": [0.1, 0.2], "calm": [0.9, 0.8]})]
    [('calm', 'high'), ('sad', 'low')]

    Raises:
        ValueError: a score is no number in [0, 1], or labels have different numbers of segments.
    """
    lengths = {len(segments) for segments in scores.values()}
    if len(lengths) > 1:
        raise ValueError(f"labels have {min(lengths)} to {max(lengths)} segments; one model is one")
    tags = [_scored(label, segments) for label, segments in scores.items() if segments]
    return sorted(tags, key=lambda tag: (-tag.score, tag.label))


def tier(score: float, variance: float | None = None) -> Tier:
    """How far a tag may be trusted.

    Args:
        score: its mean, in [0, 1].
        variance: of the score over segments; None where there was one, so that nothing varies.
    """
    deviation = math.sqrt(variance or 0.0)
    return next(
        tier for tier, (lowest, widest) in _rules() if score >= lowest and deviation <= widest
    )


def _scored(label: str, segments: Sequence[float]) -> Scored:
    if not all(0 <= score <= 1 for score in segments):  # NaN is neither
        raise ValueError(f"{label!r} has a score that is not in [0, 1]")
    mean = min(1.0, statistics.fmean(segments))
    variance = statistics.pvariance(segments, mean) if len(segments) > 1 else None
    return Scored(label, mean, variance, tier(mean, variance))


@cache
def _rules() -> tuple[tuple[Tier, tuple[float, float]], ...]:
    rules = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return tuple((Tier(name), (rule["score"], rule["deviation"])) for name, rule in rules.items())
