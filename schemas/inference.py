"""The contract of inference over HTTP: what is sent and answered, as JSON.

An item and its answer are a line in and a line out of `python -m models`: `classify`, `extract` or
`match`.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from schemas.base import MAX_NAME, Confidence, Contract, Label, Text
from schemas.capability import Capabilities
from schemas.classification import Verdict
from schemas.extraction import Evidence
from schemas.link import Candidate, LinkStatus
from schemas.media import Medium, Subcategory
from schemas.metadata import Technical
from schemas.torrent import TorrentFile

MOST_ITEMS = 256
"""Items of a batch: a second of work, so that nobody waits long behind another one's batch."""

MOST_BYTES = 8 * 1024 * 1024
"""Bytes of a batch, as of one message of Kafka."""


class Asked(StrEnum):
    """What can be asked; the last part of the path."""

    CLASSIFY = "classify"
    EXTRACT = "extract"
    MATCH = "match"


class NamedItem(Contract):
    """A torrent by its name. A plain string is such an item, too."""

    name: Annotated[str, Field(min_length=1)]
    """Characters beyond 1,024 are cut off."""
    size: int | None = None
    files: list[TorrentFile] | None = None


class ClassedItem(NamedItem):
    """A torrent whose class may be known; without one it is classified first."""

    medium: Medium | None = None
    subcategory: Subcategory | None = None


class QueryItem(Contract):
    """Music to look up. A plain string `artist - title` is such an item, too."""

    artist: str | None = None
    title: str | None = None
    album: str | None = None
    year: int | None = None
    tracks: Annotated[list[str], Field(default_factory=list)]
    subcategory: Subcategory = Subcategory.ALBUM


class Refused(Contract):
    """In the place of an answer: what is wrong with the item."""

    error: str


class Classified(Verdict):
    """What a name is, as `python -m models classify` says it."""

    name: Annotated[str, Field(max_length=MAX_NAME)]
    model: Label


class Read(Contract):
    """What a name and its files say, as `python -m models extract` says it."""

    name: Annotated[str, Field(max_length=MAX_NAME)]
    medium: Medium
    subcategory: Subcategory
    confidence: Confidence
    source: Label
    nsfw: bool
    torznab: int
    metadata: dict[str, Any]
    """The fields of the subcategory that are known."""
    technical: Technical
    evidence: dict[str, Evidence]


class Matched(Contract):
    """The link of an artist and a title, as `python -m models match` says it."""

    status: LinkStatus
    artist_mbid: str | None
    release_group_mbid: str | None
    score: Confidence
    margin: Confidence
    candidates: list[Candidate]
    why: list[Text]


class Answers(Contract):
    """The answers to a batch, one for each item, in order."""

    stage: Asked
    model: Label
    """`name@version`."""
    revision: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(ge=0)]
    """That the brains worked; waiting is left out."""


class ClassifyBatch(Contract):
    """Names to classify."""

    items: Annotated[list[str | NamedItem], Field(max_length=MOST_ITEMS)]


class ExtractBatch(Contract):
    """Names to read."""

    items: Annotated[list[str | ClassedItem], Field(max_length=MOST_ITEMS)]


class MatchBatch(Contract):
    """Music to look up."""

    items: Annotated[list[str | QueryItem], Field(max_length=MOST_ITEMS)]


class ClassifyAnswers(Answers):
    """What the names are."""

    results: list[Classified | Refused]


class ExtractAnswers(Answers):
    """What the names say."""

    results: list[Read | Refused]


class MatchAnswers(Answers):
    """The links."""

    results: list[Matched | Refused]


class Lack(Contract):
    """A stage that a process does not answer for, why, and what to do."""

    stage: Asked
    runtime: str
    """What is missing: `onnxruntime`, `the MusicBrainz index`."""
    do: str


class RuntimeCapabilities(Capabilities):
    """What a process answers for, and what it lacks."""

    missing: Annotated[list[Lack], Field(default_factory=list)]
    max_batch: int = MOST_ITEMS
    max_bytes: int = MOST_BYTES


class StageState(StrEnum):
    """How far a stage of a process is."""

    READY = "ready"
    LOADING = "loading"
    MISSING = "missing"


class RuntimeHealth(Contract):
    """That a process lives. What is missing is told, and is no fault of it."""

    ok: bool
    ready: bool
    """Whether nothing is being loaded."""
    stages: dict[Asked, StageState]
    missing: list[str]
    waiting: int
    """Batches in work and in the queue."""


class Problem(Contract):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
    missing: Lack | None = None
    """With 503: the runtime that is missing."""
