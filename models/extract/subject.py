"""What extraction reads of a torrent, and what it says about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas import (
    Evidence,
    Metadata,
    Method,
    Subcategory,
    Technical,
    TorrentFile,
    title_and_creator_fields,
)


@dataclass(frozen=True, slots=True)
class ExtractSubject:
    """What extraction reads of a torrent: `confidence` is the classifier's in the subcategory."""

    name: str
    files: Sequence[TorrentFile] | None
    subcategory: Subcategory
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was extracted from a torrent.

    `confidence` is the least among the fields that the subcategory needs, 0 if one is missing.
    `method` says whether the tagger was asked about the name.
    """

    metadata: Metadata
    technical: Technical
    evidence: dict[str, Evidence] = field(default_factory=dict)
    confidence: float = 0.0
    method: Method = Method.RULES


def needed_fields(subcategory: Subcategory) -> tuple[str, ...]:
    """The fields without which a record of this subcategory says little: title and creator."""
    title, creator = title_and_creator_fields(subcategory)
    if subcategory is Subcategory.COLLECTION and creator:
        return (creator,)
    return (title, creator) if creator else (title,)


def least_confidence(subcategory: Subcategory, proofs: Mapping[str, Evidence]) -> float:
    """The confidence of a record: the least among its needed fields, 0 if one is missing."""
    return min(
        (proofs[name].confidence if name in proofs else 0.0 for name in needed_fields(subcategory)),
        default=0.0,
    )
