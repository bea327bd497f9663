"""The contracts of Mimmo Streams: pydantic models of every event, and the topics that carry them. Imports nothing of ours."""

from schemas.base import MAX_NAME, MAX_PATH, MAX_TEXT, Contract, clean_text, digest
from schemas.classification import Classification, DecidedBy, Verdict
from schemas.dead_letter import DeadLetter, Header
from schemas.envelope import Event, cloudevent_headers
from schemas.extraction import Evidence, Extraction, ExtractionRequest, LlmAnswer, LlmRequest, LlmState
from schemas.link import Candidate, Link, LinkStatus, Match
from schemas.media import EXTRACTED, FALLBACK, MEDIUM_OF, MUSIC, SUBCATEGORIES, Medium, Subcategory, torznab
from schemas.metadata import (
    AlbumMetadata,
    AudiobookMetadata,
    AudioOtherMetadata,
    BookMetadata,
    CollectionMetadata,
    EpisodeFile,
    EpisodeMetadata,
    Metadata,
    MovieMetadata,
    MusicVideoMetadata,
    SeasonMetadata,
    SeriesMetadata,
    SoftwareMetadata,
    Technical,
    Track,
    TrackMetadata,
    Uniform,
    VideoOtherMetadata,
    metadata_for,
    title_and_creator_fields,
    uniform,
)
from schemas.provenance import Provenance, Source
from schemas.result import METHOD_RANK, Method, Result, Stage
from schemas.torrent import MAX_FILES, Flag, Swarm, Torrent, TorrentFile

__all__ = [
    "EXTRACTED", "FALLBACK", "MAX_FILES", "MAX_NAME", "MAX_PATH", "MAX_TEXT", "MEDIUM_OF", "METHOD_RANK", "MUSIC",
    "SUBCATEGORIES", "AlbumMetadata", "AudioOtherMetadata", "AudiobookMetadata", "BookMetadata", "Candidate", "Classification",
    "CollectionMetadata", "Contract", "DeadLetter", "DecidedBy", "EpisodeFile", "EpisodeMetadata", "Event", "Evidence",
    "Extraction", "ExtractionRequest", "Flag", "Header", "Link", "LinkStatus", "LlmAnswer", "LlmRequest", "LlmState",
    "Match", "Medium", "Metadata", "Method", "MovieMetadata", "MusicVideoMetadata", "Provenance", "Result",
    "SeasonMetadata", "SeriesMetadata", "SoftwareMetadata", "Source", "Stage", "Subcategory", "Swarm", "Technical", "Torrent",
    "TorrentFile", "Track", "TrackMetadata", "Uniform", "Verdict", "VideoOtherMetadata", "clean_text", "cloudevent_headers",
    "digest", "metadata_for", "title_and_creator_fields", "torznab", "uniform",
]  # fmt: skip
