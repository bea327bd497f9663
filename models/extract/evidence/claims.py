"""Who says what about a field, and which claim is published if rules and tagger differ."""

from dataclasses import dataclass

from models.extract.evidence.guard import alike
from models.extract.evidence.trust import Trust

TAGGER = "tagger"
"""The source of what the tagger says."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A value for a field, who says so, and how likely it is right.

    `source` names the witnesses (`rules:ID`, `tagger` or both), `rule` the rule among them. `span`
    is where a number stands, which may be written in many ways (Cap.207, ep04-09); the place of a
    text is looked for.
    """

    value: str | int
    source: str
    confidence: float
    rule: str = ""
    span: tuple[int, int] | None = None


def rule_claim(value: str | int, rule: str, confidence: float) -> Claim:
    """What a rule says."""
    return Claim(value, f"rules:{rule}", confidence, rule)


def settle(role: str, ruled: Claim | None, tagged: Claim | None, trust: Trust) -> Claim | None:
    """The claim to publish; the other is forgotten. Returns None if there is none."""
    if ruled is None or tagged is None:
        return ruled or tagged
    figures = trust.in_rule(ruled.rule, role)
    if alike(ruled.value, tagged.value):
        surer = max(ruled.confidence, tagged.confidence)
        agreed = figures.agreed if figures.agreed is not None else surer
        confidence = max(agreed, tagged.confidence * ruled.confidence)
        return Claim(ruled.value, f"{ruled.source}+{TAGGER}", confidence, ruled.rule)
    yields = figures.yields if figures.yields is not None else trust.unmeasured
    believed = tagged if tagged.confidence >= yields else ruled
    return Claim(
        believed.value, believed.source, believed.confidence * trust.disputed, believed.rule
    )
