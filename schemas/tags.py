"""Tags of a torrent, each with what made it: the contract in which results are shared.

A tag's name (`schemas.tag_name`) says what made it in short. The bundle of provenance under
`origins` says it whole, once for all tags that share the first five components of their name.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Confidence, Contract, Count, Hash, Infohash, Label, Moment, Text, digest
from schemas.result import LAST_REVISION, Method, Stage
from schemas.tag_name import TagName

MAX_TAGS = 512
"""Of one result. An album with all its fields has thirty, a tagger of audio a hundred."""


MAX_AUDIO_TAGS = 4_096
"""Of one model that hears; those of AudioSet and of Discogs have 527 and 519."""


_parse = lru_cache(16_384)(TagName.parse)
"""Each name is asked about several times, and most results have the same names."""


class Tier(StrEnum):
    """How far a tag may be trusted, in a word."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TagOrigin(Contract):
    """The bundle of provenance: all that is needed to make a tag again."""

    framework: Label
    """What ran it: `onnx`, `gguf`, `rules`."""
    framework_version: Label | None = None
    embedder: Label
    embedder_build: Label
    """Its version, or the SHA-256 of its weights."""
    head: Label
    head_build: Label
    configuration: Hash | None = None
    """Checksum of what else decides: labels, calibration, settings. None where the model of that
    revision is not on the machine that wrote the tag.
    """


class Tag(Contract):
    """One tag.

    Attributes:
        name: in the namespace, or as it was found where `flag` says why it is not.
        score: the probability that it is right; of audio the mean over its segments.
        variance: of the score over the segments; None where there was one look at the whole.
        tier: the score and its variance in a word; None where there is no score.
        value: what the tag says, where its name cannot: a title, an artist, an MBID.
        flag: why the name is none of ours, or from which format it was moved.
    """

    name: Text
    score: Confidence | None = None
    variance: Annotated[float, Field(ge=0, le=1)] | None = None
    tier: Tier | None = None
    value: Text | None = None
    flag: Text | None = None

    @model_validator(mode="after")
    def _named_or_flagged(self) -> Self:
        if self.flag is None:
            self.parsed()
        return self

    def parsed(self) -> TagName:
        """The parts of its name.

        Raises:
            BadTagName: it is not in the namespace. Such a tag is flagged.
        """
        return _parse(self.name)


class TorrentTags(Contract):
    """The tags that one result is. Key: infohash."""

    infohash: Infohash
    stage: Stage
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    method: Method
    result_id: Hash
    """Of the result that says the same; a consumer that has it already is done."""
    observed_at: Moment
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)] = ()
    origins: Annotated[dict[Text, TagOrigin], Field(max_length=MAX_TAGS, default_factory=dict)]
    """The first five components of a name, with the prefix -> what they stand for."""

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same result told as tags again has the same."""
        return digest("tags", self.result_id)

    @model_validator(mode="after")
    def _origins_are_told(self) -> Self:
        _require_origins(self.tags, self.origins)
        return self


class AudioTags(Contract):
    """What one model hears in a file of sound. Key: the SHA-256 of the file."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    model: Label
    """Its name and version, `musicnn@0.1.0`."""
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    seconds: Annotated[float, Field(ge=0)]
    """How much of the file was heard."""
    segments: Count
    """Into how many pieces it was cut; each has a score, which the tags sum up."""
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_AUDIO_TAGS)] = ()
    origins: Annotated[dict[Text, TagOrigin], Field(max_length=MAX_AUDIO_TAGS)]
    """The first five components of a name, with the prefix -> what they stand for."""

    @model_validator(mode="after")
    def _origins_are_told(self) -> Self:
        _require_origins(self.tags, self.origins)
        return self


def _require_origins(tags: Iterable[Tag], origins: Mapping[str, TagOrigin]) -> None:
    """A tag of ours whose origin is missing could not be made again."""
    for tag in tags:
        if tag.flag is None and tag.parsed().origin_key not in origins:
            raise ValueError(f"the origin of {tag.name} is missing")
