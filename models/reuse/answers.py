"""Results as questions and answers: what has to be equal for one to be reused for the other.

The question is what a model reads and which model reads it. The infohash is no part of it: the same
name, size and files under another infohash are the same question.
"""

from typing import NamedTuple

from models.added import FIRST_REVISION
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from schemas import (
    Classification,
    Evidence,
    Extraction,
    Link,
    Metadata,
    Method,
    SharedClassification,
    SharedExtraction,
    SharedLink,
    Stage,
    Subcategory,
    Technical,
    Verdict,
    digest,
)
from schemas.base import Contract
from schemas.bundle import Shared
from schemas.reused import Decision


class Read(Contract):
    """The answer of the extract stage."""

    metadata: Metadata
    technical: Technical = Technical()
    evidence: dict[str, Evidence]

    @property
    def confidence(self) -> float:
        """As the extractor has it: the least of the fields that its subcategory needs."""
        return least_confidence(Subcategory(self.metadata.subcategory), self.evidence)

    def fits(self, subject: ExtractSubject) -> bool:
        """Whether it is of the class asked about, and its evidence in this name, in these files."""
        if self.metadata.subcategory != subject.subcategory:
            return False
        paths = {file.path for file in subject.files or ()}
        return all(
            is_proof(proof)
            and (proof.span is None or proof.span[1] <= len(subject.name))
            and (proof.path is None or proof.path in paths)
            for proof in self.evidence.values()
        )


def is_proof(proof: Evidence) -> bool:
    """Whether evidence says a place at all, one that has something in it."""
    if proof.span is not None:
        return proof.span[0] < proof.span[1]
    return proof.path is not None


class Asked(NamedTuple):
    """A question to the models of a stage."""

    stage: Stage
    input_hash: str
    model: str
    """`name@version`."""
    revision: int
    method: Method
    class_confidence: float | None = None
    """What extraction reads beside its input: how sure the class is."""

    @property
    def name(self) -> bytes:
        """Names the question, in 16 bytes."""
        sure = None if self.class_confidence is None else f"{self.class_confidence:.3f}"
        parts = (self.stage, self.input_hash, self.model, self.revision, self.method, sure)
        return bytes.fromhex(digest("asked", *parts))


class Answered(NamedTuple):
    """What someone told: the question, the answer as JSON, and how sure its model was."""

    asked: Asked
    answer: bytes
    confidence: float


def answered(shared: Shared) -> Answered | None:
    """A shared result as question and answer. Returns None if no stage asks for such."""
    asked = Asked(shared.stage, shared.input_hash, shared.model, shared.revision, shared.method)
    match shared:
        case SharedClassification():
            verdict = shared.verdict
            return Answered(asked, verdict.to_json(), verdict.confidence)
        case SharedExtraction():
            read = Read(
                metadata=shared.metadata, technical=shared.technical, evidence=shared.evidence
            )
            asked = asked._replace(class_confidence=shared.class_confidence)
            return Answered(asked, read.to_json(), read.confidence)
        case _:
            return None


def shared(
    result: Classification | Extraction | Link,
) -> SharedClassification | SharedExtraction | SharedLink | None:
    """A result as it is told to others.

    Returns None for what is not told: what was reused itself, which would fake agreement, what a
    model of one's own said, whose name is another model's elsewhere, and an extraction of before,
    which does not say all that it read.
    """
    if result.revision >= FIRST_REVISION:
        return None
    if result.reuse is not None and result.reuse.decision is Decision.REUSED:
        return None
    key = {
        "infohash": result.infohash,
        "revision": result.revision,
        "input_hash": result.input_hash,
        "method": result.method,
        "model": result.model,
        "observed_at": result.observed_at,
        "reference_date": result.reference_date,
        "id": result.result_id,
    }
    match result:
        case Classification():
            return SharedClassification(**key, verdict=result.verdict)
        case Extraction(class_confidence=None):
            return None
        case Extraction():
            return SharedExtraction(
                **key,
                metadata=result.metadata,
                technical=result.technical,
                evidence=result.evidence,
                class_confidence=result.class_confidence,
            )
        case Link():
            return SharedLink(**key, extraction_id=result.extraction_id, match=result.match)


def verdict_of(told: bytes) -> Verdict:
    """The answer of the classify stage, as it is kept."""
    return Verdict.model_validate_json(told)


def read_of(told: bytes) -> Read:
    """The answer of the extract stage, as it is kept."""
    return Read.model_validate_json(told)


def extracted_of(told: bytes, subject: ExtractSubject) -> Extracted | None:
    """The answer of the extract stage for a torrent. Returns None if it does not fit it."""
    read = read_of(told)
    if not read.fits(subject):
        return None
    return Extracted(read.metadata, read.technical, dict(read.evidence), read.confidence)


def say_the_same(told: Extracted, fresh: Extracted) -> bool:
    """Whether two extractions are one, as results have them."""
    return all(
        getattr(told, name) == getattr(fresh, name)
        for name in ("metadata", "technical", "evidence")
    )
