"""What several models say of one label: whether they agree, and what that does to its tier.

Which labels mean the same, which exclude each other, and all thresholds stand in `agreement.toml`.
"""

import statistics
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from models.tags.aggregate import Scored, tier
from schemas.tag_name import tag
from schemas.tags import Tier

RULES = Path(__file__).with_name("agreement.toml")

_TIERS = (Tier.LOW, Tier.MEDIUM, Tier.HIGH)
_NEGATIONS = ("not_", "non_")


class Stand(StrEnum):
    """How the voices about a label stand to each other."""

    AGREE = "agree"
    CONTRADICT = "contradict"
    ALONE = "alone"
    """Only one model knows the label, and nothing that is said excludes it."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one model says of a label.

    Attributes:
        origin: the prefix of its tags' names, `nom:onnx_musicnn_8579734ee638_msd_r1`.
        label: as the model has it.
        score: the mean over the segments.
        variance: over the segments; None where there was one.
    """

    origin: str
    label: str
    score: float
    variance: float | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A label, and all that is said of it.

    Attributes:
        label: the name of its meaning, as a tag.
        voices: of the models that know it, the surest first.
        mean: of the scores.
        variance: within models and between them; None where one model heard one segment.
        spread: the highest score less the lowest.
        stand: how the voices stand to each other.
        against: labels that are said, too, and exclude this one.
        tier: of mean and variance, raised or lowered by the stand.
    """

    label: str
    voices: tuple[Voice, ...]
    mean: float
    variance: float | None
    spread: float
    stand: Stand
    against: tuple[str, ...]
    tier: Tier


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of `agreement.toml`.

    Args:
        says: mean from which a label is said.
        raises: mean from which it may be raised.
        spread: between voices that agree.
        steps: stand -> tiers up or down.
        same: label, as a tag -> the name of its meaning.
        opponents: meaning -> those that exclude it.
    """

    says: float
    raises: float
    spread: float
    steps: Mapping[Stand, int]
    same: Mapping[str, str]
    opponents: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> "Rules":
        """The rules of a TOML file's tables.

        Raises:
            ValueError: a label has two meanings, or excludes itself.
            KeyError: a threshold is missing.
        """
        same: dict[str, str] = {}
        for name, others in tables.get("same", {}).items():
            meaning = tag(name)
            for label in {meaning, *map(tag, others)}:
                if same.setdefault(label, meaning) != meaning:
                    raise ValueError(f"{label} is the same as {same[label]} and as {meaning}")
        opponents: defaultdict[str, set[str]] = defaultdict(set)
        for pair in tables.get("opponents", []):
            first, second = (same.get(tag(label), tag(label)) for label in pair["labels"])
            if first == second:
                raise ValueError(f"{first} excludes itself")
            opponents[first].add(second)
            opponents[second].add(first)
        bounds = tables["thresholds"]
        return cls(
            says=bounds["says"],
            raises=bounds["raises"],
            spread=bounds["spread"],
            steps={stand: tables["steps"][stand.value] for stand in Stand},
            same=same,
            opponents={label: frozenset(others) for label, others in opponents.items()},
        )

    def meaning(self, label: str) -> str:
        """The name of what a label means, as a tag.

        >>> rules().meaning("Hip-Hop"), rules().meaning("female vocalist")
        ('hip_hop', 'female_vocalists')

        Raises:
            BadTagName: no tag can be made of it.
        """
        name = tag(label)
        if name in self.same:
            return self.same[name]
        for negation in _NEGATIONS:
            if name.startswith(negation):
                denied = name.removeprefix(negation)
                return f"{_NEGATIONS[0]}{self.same.get(denied, denied)}"
        return name

    def exclude(self, first: str, second: str) -> bool:
        """Whether two meanings cannot both be."""
        negation = _NEGATIONS[0]
        if f"{negation}{first}" == second or first == f"{negation}{second}":
            return True
        return second in self.opponents.get(first, ())


@cache
def rules() -> Rules:
    """The rules that ship."""
    return Rules.of(tomllib.loads(RULES.read_text(encoding="utf-8")))


def agreement(said: Mapping[str, Sequence[Scored]], by: Rules | None = None) -> list[Agreed]:
    """What all models together say, the likeliest label first.

    The order of models and of their labels does not matter.

    Args:
        said: origin -> what it says of every label that it knows, also of those that it denies.
        by: the rules; those that ship by default.

    Raises:
        BadTagName: a label is none of which a tag could be made.
    """
    by = rules() if by is None else by
    voices = _voices(said, by)
    means = {
        label: min(1.0, statistics.fmean(voice.score for voice in group))
        for label, group in voices.items()
    }
    loud = [label for label in sorted(means) if means[label] >= by.says]
    agreed = [_agreed(label, voices[label], means[label], loud, by) for label in voices]
    return sorted(agreed, key=lambda known: (-known.mean, known.label))


def _voices(said: Mapping[str, Sequence[Scored]], by: Rules) -> dict[str, list[Voice]]:
    """Meaning -> one voice a model; of two labels of a model with one meaning the surer speaks."""
    voices: defaultdict[str, dict[str, Voice]] = defaultdict(dict)
    for origin, scores in said.items():
        for scored in sorted(scores, key=lambda scored: (-scored.score, scored.label)):
            voice = Voice(origin, scored.label, scored.score, scored.variance)
            voices[by.meaning(scored.label)].setdefault(origin, voice)
    return {
        label: sorted(group.values(), key=lambda voice: (-voice.score, voice.origin))
        for label, group in voices.items()
    }


def _agreed(
    label: str, voices: Sequence[Voice], mean: float, loud: Iterable[str], by: Rules
) -> Agreed:
    scores = [voice.score for voice in voices]
    spread = max(scores) - min(scores)
    is_said = mean >= by.says
    against = tuple(other for other in loud if is_said and by.exclude(label, other))
    if against or spread > by.spread:
        stand = Stand.CONTRADICT
    else:
        stand = Stand.AGREE if len(voices) > 1 else Stand.ALONE
    variance = _variance(voices, mean)
    steps = by.steps[stand] if mean >= by.raises else min(0, by.steps[stand])
    return Agreed(
        label=label,
        voices=tuple(voices),
        mean=mean,
        variance=variance,
        spread=spread,
        stand=stand,
        against=against,
        tier=_moved(tier(mean, variance), steps),
    )


def _variance(voices: Sequence[Voice], mean: float) -> float | None:
    """Of the score: within models, and between them (the law of total variance)."""
    if len(voices) == 1:
        return voices[0].variance
    within = statistics.fmean(voice.variance or 0.0 for voice in voices)
    between = statistics.fmean((voice.score - mean) ** 2 for voice in voices)
    return within + between


def _moved(before: Tier, steps: int) -> Tier:
    place = _TIERS.index(before) + steps
    return _TIERS[max(0, min(len(_TIERS) - 1, place))]
