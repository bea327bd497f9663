"""Who says what about a field, and whom to believe when rules and tagger differ.

How often each is right is data: `calibration` of `manifests/extract.toml`, made by `python -m
models.training.tagger` on held-out names. Keys: `RULE.ROLE` is a rule's precision,
`RULE.ROLE.agreed` that of both when they say the same, `RULE.ROLE.yields` the tagger's confidence
from which it is right more often than the rule it contradicts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.extract.evidence.guard import folded

Calibration = Mapping[str, float]

UNMEASURED = 0.5
"""What is believed of a witness that was never counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A value for a field, its witnesses (`rules:ID`, `tagger` or both) and how likely it is right;
    `span` is where a number stands, which may be written in many ways (Cap.102, ep01-12). The place
    of a text is looked for.
    """

    value: str | int
    source: str
    confidence: float
    span: tuple[int, int] | None = None


def rule_claim(value: str | int, rule: str, role: str, calibration: Calibration) -> Claim:
    """What a rule says."""
    return Claim(value, f"rules:{rule}", calibration.get(f"{rule}.{role}", UNMEASURED))


def settle(
    role: str, rule: Claim | None, tagged: Claim | None, calibration: Calibration
) -> Claim | None:
    """The claim to publish; the other is forgotten."""
    if rule is None or tagged is None:
        return rule or tagged
    name = rule.source.removeprefix("rules:")
    if alike(rule.value, tagged.value):
        agreed = calibration.get(f"{name}.{role}.agreed", max(rule.confidence, tagged.confidence))
        return Claim(
            rule.value, f"{rule.source}+tagger", max(agreed, tagged.confidence * rule.confidence)
        )
    if tagged.confidence >= calibration.get(f"{name}.{role}.yields", UNMEASURED):
        return Claim(tagged.value, tagged.source, tagged.confidence * _DISPUTED)
    return Claim(rule.value, rule.source, rule.confidence * _DISPUTED)


_DISPUTED = 0.75
"""What is left of a confidence when the other witness contradicts: three in four held-out disputes
are settled right.
"""


def alike(one: str | int, other: str | int) -> bool:
    """Whether two values say the same: case, separators and diacritics aside."""
    return folded(str(one))[0] == folded(str(other))[0]
