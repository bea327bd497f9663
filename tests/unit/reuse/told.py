"""Honest results and bundles of two nodes, for tests of what becomes of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from models.reuse.answers import shared
from models.reuse.signing import Signer, new_key
from schemas import Bundle, Classification, Extraction, Verdict
from schemas.bundle import SharedResult
from tests.support import classified, extracted, torrent

SEEN = torrent()
CLASS = classified(
    SEEN, Verdict(medium="audio", subcategory="album", confidence=0.9, source="patterns")
)
READ = extracted(
    SEEN,
    metadata={"subcategory": "album", "artist": "Aurora Vale"},
    evidence={"artist": {"source": "rules:artist-title", "confidence": 0.8, "span": [0, 11]}},
    class_confidence=0.9,
)
MODELS = {("classify", "classify@1", 1), ("extract", "extract@1", 1)}


@cache
def signer(name: str) -> Signer:
    """A node, by its name; the same one for the whole session."""
    return Signer(new_key())


def bundle(results: Sequence[Classification | Extraction] = (CLASS, READ), of: str = "a") -> Bundle:
    """What a node tells of results."""
    told: list[SharedResult] = [entry for entry in map(shared, results) if entry is not None]
    return Bundle(
        node=signer(of).node, made_at=datetime.now(UTC), program="mimmo@1", results=tuple(told)
    )
