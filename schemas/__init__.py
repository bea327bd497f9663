"""The contracts of Mimmo Streams: pydantic models of every event, and the topics that carry them.

Imports nothing of the other packages.
"""

from schemas.base import MAX_NAME, MAX_PATH, MAX_TEXT, Contract, clean_text, digest
from schemas.book import BookMetadata
from schemas.bundle import (
    Bundle,
    Fingerprint,
    SharedClassification,
    SharedExtraction,
    SharedLink,
    SharedTags,
    SignedBundle,
)
from schemas.capability import Capabilities, Offer
from schemas.classification import Classification, DecidedBy, Verdict
from schemas.corrected_fields import Place
from schemas.correction import Correction, Judgement
from schemas.dead_letter import DeadLetter, Fault, Header, Record
from schemas.embedding import TorrentEmbedding
from schemas.entities import Entity, entities, without_entities
from schemas.envelope import Event, cloudevent_headers
from schemas.extraction import (
    Evidence,
    Extraction,
    ExtractionRequest,
    LlmAnswer,
    LlmState,
)
from schemas.hints import Hints
from schemas.link import Candidate, Link, LinkStatus, Match
from schemas.llm_request import ListedTrack, LlmRequest
from schemas.media import (
    COMPLETED,
    EXTRACTED,
    FALLBACK,
    MEDIUM_OF,
    MUSIC,
    SUBCATEGORIES,
    Medium,
    Subcategory,
    torznab,
)
from schemas.metadata import (
    AlbumMetadata,
    AudiobookMetadata,
    AudioOtherMetadata,
    CollectionMetadata,
    EpisodeFile,
    EpisodeMetadata,
    Metadata,
    MovieMetadata,
    MusicVideoMetadata,
    SeasonMetadata,
    SeriesMetadata,
    Technical,
    Track,
    TrackMetadata,
    Uniform,
    VideoOtherMetadata,
    metadata_for,
    title_and_creator_fields,
    uniform,
)
from schemas.newznab import Described, torznab_ids
from schemas.provenance import Provenance, Source
from schemas.result import Method, Result, Stage
from schemas.reused import Decision, Reason, Reuse
from schemas.software import SoftwareMetadata
from schemas.tags import Tag, TagOrigin, Tier, TorrentTags
from schemas.torrent import MAX_FILES, Flag, RawTorrent, Swarm, Torrent, TorrentFile

__all__ = [
    "COMPLETED",
    "EXTRACTED",
    "FALLBACK",
    "MAX_FILES",
    "MAX_NAME",
    "MAX_PATH",
    "MAX_TEXT",
    "MEDIUM_OF",
    "MUSIC",
    "SUBCATEGORIES",
    "AlbumMetadata",
    "AudioOtherMetadata",
    "AudiobookMetadata",
    "BookMetadata",
    "Bundle",
    "Candidate",
    "Capabilities",
    "Classification",
    "CollectionMetadata",
    "Contract",
    "Correction",
    "DeadLetter",
    "DecidedBy",
    "Decision",
    "Described",
    "Entity",
    "EpisodeFile",
    "EpisodeMetadata",
    "Event",
    "Evidence",
    "Extraction",
    "ExtractionRequest",
    "Fault",
    "Fingerprint",
    "Flag",
    "Header",
    "Hints",
    "Judgement",
    "Link",
    "LinkStatus",
    "ListedTrack",
    "LlmAnswer",
    "LlmRequest",
    "LlmState",
    "Match",
    "Medium",
    "Metadata",
    "Method",
    "MovieMetadata",
    "MusicVideoMetadata",
    "Offer",
    "Place",
    "Provenance",
    "RawTorrent",
    "Reason",
    "Record",
    "Result",
    "Reuse",
    "SeasonMetadata",
    "SeriesMetadata",
    "SharedClassification",
    "SharedExtraction",
    "SharedLink",
    "SharedTags",
    "SignedBundle",
    "SoftwareMetadata",
    "Source",
    "Stage",
    "Subcategory",
    "Swarm",
    "Tag",
    "TagOrigin",
    "Technical",
    "Tier",
    "Torrent",
    "TorrentEmbedding",
    "TorrentFile",
    "TorrentTags",
    "Track",
    "TrackMetadata",
    "Uniform",
    "Verdict",
    "VideoOtherMetadata",
    "clean_text",
    "cloudevent_headers",
    "digest",
    "entities",
    "metadata_for",
    "title_and_creator_fields",
    "torznab",
    "torznab_ids",
    "uniform",
    "without_entities",
]
