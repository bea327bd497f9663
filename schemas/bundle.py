"""Results as installations tell them to each other: signed bundles, on a topic or in files.

A bundle is signed as the bytes that it is: `SignedBundle` carries them as one text, so that nobody
has to write the same JSON again to verify it.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Confidence, Contract, Hash, Infohash, Label, Mbid, Moment, Text, digest
from schemas.classification import Verdict
from schemas.extraction import Evidence
from schemas.link import Match
from schemas.metadata import Metadata, Technical
from schemas.result import Result, Stage
from schemas.reused import Decision, NodeKey
from schemas.tags import MAX_TAGS, Tag, TagOrigin

FORMAT: Literal["mimmo-reuse/1"] = "mimmo-reuse/1"
LICENCE: Literal["CC0-1.0"] = "CC0-1.0"
"""Of all that is told: whoever reuses results owes nobody anything (as AcousticBrainz had it)."""

MAX_RESULTS = 1_000
"""Of one bundle. A stage's batch has 512."""

MAX_PAYLOAD_BYTES = 4 * 1024 * 1024
"""Of one bundle. As JSON in JSON every quote is two characters, and Kafka takes eight."""

MAX_WORDS = 16_384
"""Of a fingerprint: half an hour. Chromaprint makes eight a second; fpcalc reads two minutes."""


class Fingerprint(Contract):
    """A Chromaprint fingerprint, compared by bits (`models.reuse.fingerprint`).

    Never by a hash: the same recording has other bits when it comes another way.
    """

    words: Annotated[
        tuple[Annotated[int, Field(ge=0, lt=2**32)], ...], Field(min_length=1, max_length=MAX_WORDS)
    ]
    """As `fpcalc -raw` prints them."""
    duration: Annotated[float, Field(gt=0, le=86_400)]
    """Seconds of the whole recording."""
    algorithm: Annotated[int, Field(ge=1, le=5)] = 2
    """As `fpcalc -algorithm` counts them. Fingerprints of two algorithms are never alike."""


class Shared(Result):
    """What a result of a torrent is told with: its key, and the id that follows from it."""

    id: Hash
    """`result_id`. One that does not follow from the key was put together by hand."""

    @model_validator(mode="after")
    def _first_hand(self) -> Self:
        if self.id != self.result_id:
            raise PydanticCustomError("wrong_id", "the id is not that of the key")
        if self.reuse is not None and self.reuse.decision is Decision.REUSED:
            raise PydanticCustomError("second_hand", "who reused a result may not tell it again")
        return self


class SharedClassification(Shared):
    """The class of a torrent."""

    stage: ClassVar[Stage] = Stage.CLASSIFY
    kind: Literal["classify"] = "classify"
    verdict: Verdict


class SharedExtraction(Shared):
    """What was read of a torrent."""

    stage: ClassVar[Stage] = Stage.EXTRACT
    kind: Literal["extract"] = "extract"
    metadata: Metadata
    technical: Technical = Technical()
    evidence: Annotated[dict[Label, Evidence], Field(max_length=64, default_factory=dict)]
    class_confidence: Confidence


class SharedLink(Shared):
    """The link of a torrent to MusicBrainz, by one index."""

    stage: ClassVar[Stage] = Stage.MATCH
    kind: Literal["match"] = "match"
    extraction_id: Hash
    match: Match


class SharedTags(Contract):
    """Tags of a recording or a torrent, under each key that is known of it."""

    kind: Literal["tags"] = "tags"
    infohash: Infohash | None = None
    recording: Mbid | None = None
    """MBID of a recording."""
    fingerprint: Fingerprint | None = None
    observed_at: Moment
    tags: Annotated[tuple[Tag, ...], Field(min_length=1, max_length=MAX_TAGS)]
    origins: Annotated[dict[Text, TagOrigin], Field(max_length=MAX_TAGS, default_factory=dict)]

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if not (self.infohash or self.recording or self.fingerprint):
            raise PydanticCustomError("no_key", "tags of nothing: no infohash, MBID or fingerprint")
        for tag in self.tags:
            if tag.flag is None and tag.parsed().origin_key not in self.origins:
                raise ValueError(f"the origin of {tag.name} is missing")
        return self


SharedResult = Annotated[
    SharedClassification | SharedExtraction | SharedLink | SharedTags, Field(discriminator="kind")
]


class Bundle(Contract):
    """Results that one node tells at a time."""

    format: Literal["mimmo-reuse/1"] = FORMAT
    node: NodeKey
    """Who tells them; the same key as outside, so that nobody signs what another one told."""
    made_at: Moment
    program: Label
    """`name@version` of what made the bundle."""
    licence: Literal["CC0-1.0"] = LICENCE
    results: Annotated[tuple[SharedResult, ...], Field(min_length=1, max_length=MAX_RESULTS)]


class SignedBundle(Contract):
    """A bundle, who vouches for it, and the proof. Key: the node."""

    format: Literal["mimmo-reuse/1"] = FORMAT
    node: NodeKey
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of `payload` in UTF-8."""
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
    """Ed25519, by the node's key, over what `models.reuse.signing` says."""
    payload: Annotated[str, StringConstraints(min_length=2, max_length=MAX_PAYLOAD_BYTES)]
    """The JSON of a `Bundle`."""

    @property
    def event_id(self) -> str:
        """CloudEvents id: a bundle that is sent again has the same."""
        return digest("bundle", self.node, self.sha256)
