"""The extract stage: what it is asked and what it answers.

It is asked by `torrents.extraction-requests` and answers to `torrents.extracted`.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from schemas.base import Confidence, Contract, Hash, Label, Text, clean_text, digest
from schemas.classification import Verdict
from schemas.media import Subcategory
from schemas.metadata import Metadata, Technical
from schemas.result import Result, Stage
from schemas.torrent import Torrent


class LlmState(StrEnum):
    """What the gate decided about the GGUF workers for this torrent."""

    NOT_NEEDED = "not_needed"
    REQUESTED = "requested"
    OVER_BUDGET = "over_budget"


class ExtractionRequest(Contract):
    """A torrent whose class has fields, with this class, for the extract agent. Key: infohash."""

    torrent: Torrent
    verdict: Verdict

    @property
    def input_hash(self) -> str:
        """Names what extraction reads: the torrent and the class it was given."""
        return digest(
            "extract", self.torrent.input_hash, self.verdict.medium, self.verdict.subcategory
        )

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same request published twice carries the same id."""
        return digest(
            "extraction-request",
            self.torrent.infohash,
            self.input_hash,
            self.torrent.observed_at.isoformat(),
        )


class Evidence(Contract):
    """Where a field was found. A field without evidence is not published.

    `source` names the rule or model. `span` is (start, end) in the name, in characters; `path` is
    set instead when a file path held the field.
    """

    source: Label
    confidence: Confidence
    span: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    path: Text | None = None


class LlmAnswer(Contract):
    """What a GGUF model was asked (as a hash) and what it said.

    It is kept so that the same question is never asked again.
    """

    prompt_hash: Hash
    """Names model revision, prompt version and normalised input."""
    text: Annotated[str, BeforeValidator(clean_text), Field(max_length=2_000)]
    parsed: bool
    """False when the answer did not have the expected form: a value, not an error."""


class Extraction(Result):
    """What is known of a torrent, with evidence for each field. Key: infohash."""

    stage: ClassVar[Stage] = Stage.EXTRACT

    metadata: Metadata
    technical: Technical = Technical()
    evidence: Annotated[dict[Label, Evidence], Field(max_length=64, default_factory=dict)]
    llm: LlmState = LlmState.NOT_NEEDED
    answer: LlmAnswer | None = None
    class_confidence: Confidence | None = None
    """How sure the class was. The tagger reads it and `input_hash` does not say it, so that whoever
    would reuse the answer has to ask for the same. None in results of before.
    """

    @property
    def subcategory(self) -> Subcategory:
        """The class that decided which fields there are."""
        return Subcategory(self.metadata.subcategory)
