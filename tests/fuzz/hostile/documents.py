"""Honest records of every topic, and where in them a hostile one does its harm."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from schemas import (
    AlbumMetadata,
    Classification,
    Correction,
    DecidedBy,
    ExtractionRequest,
    Fault,
    LinkStatus,
    LlmRequest,
    Match,
    Medium,
    MovieMetadata,
    Subcategory,
    Torrent,
    Verdict,
)
from schemas import topics as t
from schemas.dead_letter import DeadLetter
from schemas.topics import Topic
from tests.fakes import FakeRecord
from tests.integration.correcting import correction
from tests.support import classified, extracted, linked, torrent

Path = tuple[str, ...]

INVENTED = 10**12
"""Offsets of records that nobody published begin here: letters are told apart by place."""

MARKER = "Lantern"
"""A word of every document's text, for whoever puts something else in its place."""

MOVIE = Verdict(
    medium=Medium.VIDEO,
    subcategory=Subcategory.MOVIE,
    confidence=0.9,
    source=DecidedBy.PATTERNS,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where in the documents of a topic things are, and who meets them.

    `rows` is the table that has a row of the infohash when the record went through.
    """

    topic: Topic
    infohashes: tuple[Path, ...]
    text: Path
    number: Path
    moment: Path
    readers: tuple[str, ...]
    rows: str
    """`table` or `table WHERE condition`."""
    label: Path = ("model",)


SHAPES = (
    Shape(
        t.DISCOVERED,
        (("infohash",),),
        ("name",),
        ("size",),
        ("observed_at",),
        ("classify",),
        "classifications",
        ("provenance", "source"),
    ),
    Shape(
        t.EXTRACTION_REQUESTS,
        (("torrent", "infohash"),),
        ("torrent", "name"),
        ("torrent", "size"),
        ("torrent", "observed_at"),
        ("extract",),
        "extractions",
        ("verdict", "rule"),
    ),
    Shape(
        t.LLM_REQUESTS,
        (("request", "torrent", "infohash"), ("extraction", "infohash")),
        ("request", "torrent", "name"),
        ("request", "torrent", "size"),
        ("request", "torrent", "observed_at"),
        ("llm",),
        "extractions WHERE method = 'llm'",
        ("extraction", "model"),
    ),
    Shape(
        t.CLASSIFIED,
        (("infohash",), ("torrent", "infohash")),
        ("torrent", "name"),
        ("revision",),
        ("observed_at",),
        ("store",),
        "classifications",
    ),
    Shape(
        t.EXTRACTED,
        (("infohash",),),
        ("metadata", "title"),
        ("revision",),
        ("observed_at",),
        ("match", "store"),
        "extractions",
    ),
    Shape(
        t.LINKED,
        (("infohash",),),
        ("match", "artist"),
        ("revision",),
        ("observed_at",),
        ("store",),
        "links",
    ),
    Shape(
        t.CORRECTIONS,
        (("infohash",),),
        ("reporter",),
        ("revision",),
        ("observed_at",),
        ("store",),
        "corrections",
    ),
)
"""Of every topic but that of the dead letters, which has kinds of its own."""


def document(topic: Topic, name: str) -> dict[str, Any]:
    """The JSON of an honest record; its infohash is made of the topic and the name."""
    # A GGUF model is asked a question once: here all of them are the same.
    text = f"{MARKER} (2011)" if topic is t.LLM_REQUESTS else f"{MARKER} {name} (2011)"
    event = _event(topic, torrent(text, infohash=infohash_of(topic, name), size=700))
    loaded: dict[str, Any] = json.loads(event.to_json())
    return loaded


def _event(
    topic: Topic, seen: Torrent
) -> Torrent | ExtractionRequest | LlmRequest | Classification | Correction | Any:
    request = ExtractionRequest(torrent=seen, verdict=MOVIE)
    read = extracted(seen, metadata=MovieMetadata(title=seen.name))
    album = extracted(seen, metadata=AlbumMetadata(album_name=seen.name, artist=MARKER))
    match topic.name:
        case t.DISCOVERED.name:
            return seen
        case t.EXTRACTION_REQUESTS.name:
            return request
        case t.LLM_REQUESTS.name:
            return LlmRequest.of(request, read)
        case t.CLASSIFIED.name:
            return classified(seen, MOVIE)
        case t.EXTRACTED.name:
            return read
        case t.LINKED.name:
            return linked(album, Match(status=LinkStatus.NONE, artist=MARKER))
        case t.CORRECTIONS.name:
            return correction(seen, "medium", "audio/album", reporter=MARKER, revision=1)
        case _:
            raise ValueError(f"{topic.name} has no document")


def infohash_of(topic: Topic, name: str) -> str:
    """The infohash of `document(topic, name)`."""
    return hashlib.sha1(f"{topic.name} {name}".encode()).hexdigest()


def letter(name: str, *, topic: Topic = t.DISCOVERED, value: bytes | None = b"{") -> DeadLetter:
    """A dead letter as a stage writes it, of a record that nobody published."""
    offset = INVENTED + int(hashlib.sha1(name.encode()).hexdigest()[:8], 16)
    record = FakeRecord(offset, value, name.encode(), topic=topic.name)
    return DeadLetter.of(record, Fault("classify", "invalid", "why"))
