"""Who says what about a field, which claim is believed, and which are published.

A claim is published with its evidence, or not at all.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from models.extract.evidence.guard import alike, evidence
from models.extract.evidence.trust import Trust
from schemas import Evidence, TorrentFile

TAGGER = "tagger"
"""The source of what the tagger says."""

_MOST_CHARACTERS = 512
_MOST_CHARACTERS_OF_SOURCE = 64


class Claim(NamedTuple):
    """A value for a field, who says so, and how likely it is right.

    `source` names the witnesses (`rules:ID`, `tagger` or both), `rule` the rule among them. `span`
    is where a number stands, which may be written in many ways (Cap.207, ep04-09), and `path` the
    file in whose path it stands instead; the place of a text is looked for.
    """

    value: str | int
    source: str
    confidence: float
    rule: str = ""
    span: tuple[int, int] | None = None
    path: str | None = None


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


def proved(
    claims: Mapping[str, Claim], name: str, files: Sequence[TorrentFile] | None
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """The fields whose claims stand in the input, and where.

    Args:
        claims: what is claimed about each field.
        name: the torrent's.
        files: the torrent's, if they are known.
    """
    fields: dict[str, Any] = {}
    proofs: dict[str, Evidence] = {}
    for field, claim in claims.items():
        proof = _proof(claim, name, files)
        if proof is None:
            continue
        value = claim.value
        if isinstance(value, str) and claim.span is None:
            value = value[:_MOST_CHARACTERS]
        fields[field] = (value,) if field == "artists" else value
        proofs[field] = proof
    return fields, proofs


def _proof(claim: Claim, name: str, files: Sequence[TorrentFile] | None) -> Evidence | None:
    source = claim.source[:_MOST_CHARACTERS_OF_SOURCE]
    if claim.span is not None:
        return Evidence(source=source, confidence=claim.confidence, span=claim.span)
    if claim.path is not None:
        return Evidence(source=source, confidence=claim.confidence, path=claim.path)
    text = str(claim.value)[:_MOST_CHARACTERS]
    confidence = round(claim.confidence, 3)
    return evidence(text, name, files, source=source, confidence=confidence)
