"""What the matcher is asked about a record: every door asks alike."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.content.subject import NamedSubject
from models.extract.subject import Extracted
from models.match.matcher import Matcher
from models.match.query import Query, query_of
from models.oneshot.answer import Answer
from models.oneshot.linking import link
from schemas import (
    AlbumMetadata,
    CollectionMetadata,
    DecidedBy,
    Extraction,
    Link,
    LlmState,
    Medium,
    Metadata,
    Method,
    Subcategory,
    Technical,
    Track,
    TrackMetadata,
    Verdict,
)
from streams.pipeline.linking import MatchMusic

SONG = TrackMetadata(track_name="Harbour", artist="Paper Lighthouse", album="Low Tide")

RECORDS = [
    (SONG, Query("Paper Lighthouse", "Harbour", subcategory=Subcategory.TRACK, album="Low Tide")),
    (
        AlbumMetadata(
            artist="Paper Lighthouse", album_name="Low Tide", tracks=(Track(num=1, name="Ebb"),)
        ),
        Query("Paper Lighthouse", "Low Tide", tracks=("Ebb",)),
    ),
    (
        CollectionMetadata(artists=("Paper Lighthouse",), collection_name="Discography"),
        Query("Paper Lighthouse", None, subcategory=Subcategory.COLLECTION),
    ),
    (
        CollectionMetadata(collection_name="Harbour Songs", year=2006),
        Query(None, "Harbour Songs", 2006, subcategory=Subcategory.COLLECTION),
    ),
]


@pytest.mark.parametrize(("metadata", "query"), RECORDS)
def test_a_record_is_asked_about(metadata: Metadata, query: Query) -> None:
    assert query_of(metadata) == query


def test_the_pipeline_seeks_a_track_by_its_album_as_the_command_does(sample_index: Path) -> None:
    (outcome,) = MatchMusic(sample_index).handle([extraction(SONG)])
    published = Link.model_validate_json(outcome.messages[0].value or b"").match
    verdict = Verdict(
        medium=Medium.AUDIO,
        subcategory=Subcategory.TRACK,
        confidence=0.9,
        source=DecidedBy.PATTERNS,
    )
    record = Extracted(SONG, Technical())
    said = link(Answer(NamedSubject("a song"), verdict, record), Matcher.open(sample_index))
    assert published.release_group_mbid is not None
    assert published.release_group_mbid == said["release_group_mbid"]


def extraction(metadata: Metadata) -> Extraction:
    return Extraction(
        infohash="a" * 40,
        revision=1,
        input_hash="b" * 32,
        method=Method.RULES,
        model="extract@1",
        observed_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
        metadata=metadata,
        technical=Technical(),
        evidence={},
        llm=LlmState.NOT_NEEDED,
    )
