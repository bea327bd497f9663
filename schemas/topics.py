"""Every Kafka topic as data: its name, its partitions, how long it keeps what it carries.

The topics command (`python -m streams.topics`) and the AsyncAPI export read it. Names carry a
version: a contract grows by optional fields only, anything else is a new topic.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.base import Contract
from schemas.bundle import SignedBundle
from schemas.capability import Capabilities
from schemas.classification import Classification
from schemas.correction import Correction
from schemas.dead_letter import DeadLetter
from schemas.embedding import TorrentEmbedding
from schemas.extraction import Extraction, ExtractionRequest
from schemas.link import Link
from schemas.llm_request import LlmRequest
from schemas.tags import TorrentTags
from schemas.torrent import Torrent

_DAY_MS = 24 * 60 * 60 * 1000

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""Broker, producer and consumer limit. 2,000 paths of 512 four-byte characters are 4 MiB; JSON and
the envelope add to it.
"""

MAX_VALUE_BYTES = MAX_MESSAGE_BYTES - 64 * 1024
"""Of one event: a message is its key, its headers and Kafka's framing, too."""

MAX_HEADER_BYTES = 1024 * 1024
"""Room beside the value. A dead letter is the original record plus headers, so its topic allows
that much more.
"""

PARTITIONS = 12
"""At least twice the processes of the slowest stage on a big machine; changing it later would move
keys between partitions.
"""


COMPACT_AFTER_DAYS = 7
"""Days for which compaction leaves a record alone (`min.compaction.lag.ms`).

Compaction keeps the record of a key that was published last, and that may be an older observation:
an old dump that is replayed after a crawl. Until store, extract and match have read both records,
none may go. They are minutes behind, hours in a replay of tens of millions. Seven days is also how
long `torrents.discovered` keeps what classify has not read: whoever is away for longer loses
records there first. It costs disk: what was seen twice in a week is held twice.
"""

COMPACT_LLM_AFTER_DAYS = 60
"""The same for the questions to the GGUF workers, who may be weeks behind.

Thirty million names at seven a second, which is what one worker answers, are 50 days.
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_days` is None where nothing may expire by time."""

    name: str
    contract: type[Contract]
    summary: str
    compact: bool = False
    retention_days: int | None = None
    compact_after_days: int = COMPACT_AFTER_DAYS
    partitions: int = PARTITIONS
    key: str = "infohash, 40 hex digits"
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
            **self._compaction,
            **self.extra,
        }

    def partitions_for(self, asked: int | None) -> int:
        """How many partitions it gets where someone asks for so many, or for none in particular.

        A topic that is declared with fewer than is usual carries little, and keeps them.
        """
        return self.partitions if asked is None or self.partitions < PARTITIONS else asked

    @property
    def _compaction(self) -> dict[str, str]:
        if not self.compact:
            return {}
        return {"min.compaction.lag.ms": str(self.compact_after_days * _DAY_MS)}


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
    compact_after_days=COMPACT_LLM_AFTER_DAYS,
)
EXTRACTED = Topic(
    "torrents.extracted.v1", Extraction, "Metadata with evidence.", compact=True, retention_days=30
)
LINKED = Topic(
    "torrents.linked.v1", Link, "Music linked to MusicBrainz.", compact=True, retention_days=30
)
TAGS = Topic(
    # Not compacted. The key is the infohash, as everywhere, so that a torrent's tags stay in order;
    # but a torrent has tags of three stages, and compaction would keep those of one. Whoever comes
    # later than 30 days has them made again of the results: `python -m streams.reprocess tags`.
    "torrents.tags.v1",
    TorrentTags,
    "Results as tags that say what made them; empty unless the role tags runs.",
    retention_days=30,
)
EMBEDDED = Topic(
    "torrents.embedded.v1",
    TorrentEmbedding,
    "What works mean, as vectors; empty unless the role embed runs.",
    compact=True,
    retention_days=30,
)
CORRECTIONS = Topic(
    # What people say is little and cannot be made again: all of it is kept for ever.
    "torrents.corrections.v1",
    Correction,
    "What people say of results: wrong, right, or another value.",
)
DEAD_LETTER = Topic(
    "torrents.dead-letter.v1",
    DeadLetter,
    "Original bytes of what a stage could not handle; headers say why.",
    retention_days=30,
    partitions=3,
    extra={"max.message.bytes": str(MAX_MESSAGE_BYTES + MAX_HEADER_BYTES)},
)

CAPABILITIES = Topic(
    # Only the last half minute is ever read. What a killed worker said last would stay in a topic
    # that is compacted alone. The broker's clock tells how old a record is, so that those of the
    # machines that announce need not agree.
    "mimmo.capabilities.v1",
    Capabilities,
    "What each running process can do; renewed every ten seconds.",
    compact=True,
    retention_days=1,
    compact_after_days=0,
    partitions=1,
    key="worker",
    extra={
        "message.timestamp.type": "LogAppendTime",
        "segment.ms": str(60 * 60 * 1000),
    },
)

REUSE = Topic(
    # Other installations read it: beside `mimmo.capabilities` it is the only topic that is no
    # torrent's. Who comes later than 30 days asks for an export. Bundles of a node stay in order.
    "mimmo.reuse.v1",
    SignedBundle,
    "Signed bundles of results for other installations; empty unless one is told to share.",
    retention_days=30,
    partitions=3,
    key="node, 64 hex digits",
)

TOPICS = MappingProxyType(
    {
        topic.name: topic
        for topic in (
            DISCOVERED,
            CLASSIFIED,
            EXTRACTION_REQUESTS,
            LLM_REQUESTS,
            EXTRACTED,
            LINKED,
            TAGS,
            EMBEDDED,
            CORRECTIONS,
            DEAD_LETTER,
            CAPABILITIES,
            REUSE,
        )
    }
)

REQUIRED = tuple(name for name in TOPICS if name not in (CAPABILITIES.name, REUSE.name))
"""Without these no worker starts. What workers tell of themselves must stop none of them, and what
installations tell each other neither.
"""

TAGGED = (CLASSIFIED, EXTRACTED, LINKED)
"""Results, which the role tags tells as tags."""

STORED = (*TAGGED, TAGS, EMBEDDED, CORRECTIONS, DEAD_LETTER)
"""What the store reads."""
