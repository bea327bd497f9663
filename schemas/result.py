"""What every stage's result carries.

With it a redelivery changes nothing, and which result is current is decided by rule.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.base import Contract, Hash, Infohash, Label, Moment, digest
from schemas.reused import Reuse

LAST_REVISION = 32_000
"""The highest revision of a model: Postgres keeps it in two bytes."""


class Stage(StrEnum):
    """The stages whose results are kept."""

    CLASSIFY = "classify"
    EXTRACT = "extract"
    MATCH = "match"


class Method(StrEnum):
    """How a result was made; of one input and revision the later in this list is better."""

    RULES = "rules"
    TAGGER = "tagger"
    LLM = "llm"


class Result(Contract):
    """Base of Classification, Extraction and Link.

    History is unique on (infohash, stage, revision, input_hash, method): `result_id` is the hash of
    that key, and the CloudEvents id.
    """

    stage: ClassVar[Stage]

    infohash: Infohash
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    """Raised in the model's manifest when its answers change; never a version string to sort by."""
    input_hash: Hash
    """Names what the stage read."""
    method: Method
    model: Label
    """`name@version` of the model that answered."""
    observed_at: Moment
    """When the source saw the input. The latest input is current; an older event never displaces a
    newer one.
    """
    reference_date: date | None = None
    """Date of the reference data read beside the input (a MusicBrainz dump); of one input the
    latest is current.
    """
    reuse: Reuse | None = None
    """What other installations had told of it; None where nobody had. No part of the key: what was
    reused is what the own model would have answered.
    """

    @property
    def result_id(self) -> str:
        """Names this answer to this input, whenever and by whichever process it was made."""
        return digest(self.stage, self.infohash, self.revision, self.input_hash, self.method)

    @property
    def event_id(self) -> str:
        """CloudEvents id; the same as `result_id`."""
        return self.result_id
