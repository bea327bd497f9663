"""Every Kafka topic: name, partitions, retention and what it carries. Data, read by
`streams.kafka.topics` and the AsyncAPI export.

Names carry a version: a contract grows by optional fields only, anything else is a new topic
(DESIGN §9).
"""

from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.base import Contract
from schemas.classification import Classification
from schemas.dead_letter import DeadLetter
from schemas.extraction import Extraction, ExtractionRequest, LlmRequest
from schemas.link import Link
from schemas.torrent import Torrent

_DAY_MS = 24 * 60 * 60 * 1000

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""Broker, producer and consumer limit. 2,000 paths of 512 four-byte characters are 4 MiB; JSON and
the envelope add to it.
"""

MAX_HEADER_BYTES = 1024 * 1024
"""Room beside the value. A dead letter is the original record plus headers, so its topic allows
that much more.
"""

PARTITIONS = 12
"""At least twice the processes of the slowest stage on a big machine; changing it later would move
keys between partitions.
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_days` is None where nothing may expire by time."""

    name: str
    contract: type[Contract]
    summary: str
    compact: bool = False
    retention_days: int | None = None
    partitions: int = PARTITIONS
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, str]:
        """The broker's topic configuration."""
        policy = (
            "compact"
            if self.compact and self.retention_days is None
            else "compact,delete"
            if self.compact
            else "delete"
        )
        retention = -1 if self.retention_days is None else self.retention_days * _DAY_MS
        return {
            "cleanup.policy": policy,
            "retention.ms": str(retention),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            **self.extra,
        }


DISCOVERED = Topic(
    "torrents.discovered.v1",
    Torrent,
    "Torrents as a crawl or a replay found them.",
    retention_days=7,
)
CLASSIFIED = Topic(
    "torrents.classified.v1",
    Classification,
    "Each torrent with its class.",
    compact=True,
    retention_days=30,
)
EXTRACTION_REQUESTS = Topic(
    # A dump of 30 million is weeks of LLM work: nothing may expire.
    "torrents.extraction-requests.v1",
    ExtractionRequest,
    "Audio and video torrents to extract metadata from.",
    compact=True,
)
LLM_REQUESTS = Topic(
    "torrents.llm-requests.v1",
    LlmRequest,
    "What the rules left for the GGUF workers.",
    compact=True,
)
EXTRACTED = Topic(
    "torrents.extracted.v1", Extraction, "Metadata with evidence.", compact=True, retention_days=30
)
LINKED = Topic(
    "torrents.linked.v1", Link, "Music linked to MusicBrainz.", compact=True, retention_days=30
)
DEAD_LETTER = Topic(
    "torrents.dead-letter.v1",
    DeadLetter,
    "Original bytes of what a stage could not handle; headers say why.",
    retention_days=30,
    partitions=3,
    extra={"max.message.bytes": str(MAX_MESSAGE_BYTES + MAX_HEADER_BYTES)},
)

TOPICS = MappingProxyType(
    {
        t.name: t
        for t in (
            DISCOVERED,
            CLASSIFIED,
            EXTRACTION_REQUESTS,
            LLM_REQUESTS,
            EXTRACTED,
            LINKED,
            DEAD_LETTER,
        )
    }
)
