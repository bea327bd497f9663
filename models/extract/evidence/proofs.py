"""Claims made fields: each is published with its evidence, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import evidence
from schemas import Evidence, TorrentFile

_MOST_CHARACTERS = 512
_MOST_CHARACTERS_OF_SOURCE = 64


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
        is_text = isinstance(claim.value, str) and claim.span is None
        value = claim.value[:_MOST_CHARACTERS] if is_text else claim.value
        fields[field] = (value,) if field == "artists" else value
        proofs[field] = proof
    return fields, proofs


def _proof(claim: Claim, name: str, files: Sequence[TorrentFile] | None) -> Evidence | None:
    source = claim.source[:_MOST_CHARACTERS_OF_SOURCE]
    if claim.span is not None:
        return Evidence(source=source, confidence=claim.confidence, span=claim.span)
    text = str(claim.value)[:_MOST_CHARACTERS]
    confidence = round(claim.confidence, 3)
    return evidence(text, name, files, source=source, confidence=confidence)
