"""What a GGUF worker is asked: nothing of the file list twice, and nothing is lost by it."""

import json
import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.extract.extractor import Extractor
from models.extract.rules import listing
from schemas import (
    MAX_FILES,
    MAX_NAME,
    MAX_PATH,
    AlbumMetadata,
    Extraction,
    ExtractionRequest,
    ListedTrack,
    LlmRequest,
    Medium,
    Method,
    Subcategory,
    Track,
    Verdict,
)
from schemas.topics import MAX_MESSAGE_BYTES
from streams.pipeline.stages import extraction_of, subject_of
from tests.support import ROOT, torrent

GOLDEN = ROOT / "schemas" / "examples"
RULES = Extractor.load(tagger=False)
NOTE = "\U0001f3b5"
"""A character of four bytes."""


def request(name: str, paths: list[str], subcategory: Subcategory) -> ExtractionRequest:
    verdict = Verdict(
        medium=Medium.AUDIO, subcategory=subcategory, confidence=0.9, source="patterns"
    )
    files = [(path, 2**50) for path in paths]
    return ExtractionRequest(torrent=torrent(name, files=files), verdict=verdict)


def by_rules(asked: ExtractionRequest) -> Extraction:
    (extracted,) = RULES.extract([subject_of(asked)])
    return extraction_of(asked, extracted, by=RULES, method=Method.RULES, llm="requested")  # type: ignore[arg-type]


def album_of(asked: ExtractionRequest, tracks: tuple[Track, ...]) -> Extraction:
    return by_rules(asked).model_copy(update={"metadata": AlbumMetadata(tracks=tracks)})


def again(question: LlmRequest) -> LlmRequest:
    return LlmRequest.model_validate_json(question.to_json())


@pytest.mark.parametrize(
    ("subcategory", "path"),
    [
        (Subcategory.ALBUM, "{number:04} " + NOTE * (MAX_PATH - 10) + ".flac"),
        (Subcategory.ALBUM, "{number:04}_" + NOTE * 250 + "__" + NOTE * 240 + ".flac"),
        (Subcategory.COLLECTION, "{number:04}" + NOTE * 250 + "/" + NOTE * 240 + ".flac"),
    ],
)
def test_the_worst_question_is_hardly_larger_than_its_torrent(
    subcategory: Subcategory, path: str
) -> None:
    paths = [path.format(number=number) for number in range(MAX_FILES)]
    asked = request(NOTE * MAX_NAME, paths, subcategory)
    question = LlmRequest.of(asked, by_rules(asked))
    assert len(question.to_json()) < 1.15 * len(asked.to_json())
    assert len(question.to_json()) < 0.6 * MAX_MESSAGE_BYTES
    assert again(question).whole_extraction == by_rules(asked)


_PART = st.text(st.sampled_from("ab_ -.\u00a0\u3000é" + NOTE), min_size=1, max_size=12)
_PATHS = st.lists(
    st.tuples(st.sampled_from(["", "CD1/", "CD2/", "Artist - "]), st.integers(0, 99), _PART).map(
        lambda parts: f"{parts[0]}{parts[1]:02} {parts[2]}x.flac"
    ),
    max_size=8,
)


@given(_PATHS)
def test_whatever_the_files_are_called_the_tracks_come_back_as_they_were(paths: list[str]) -> None:
    asked = request("Lamps", paths, Subcategory.ALBUM)
    whole = album_of(asked, listing.tracks(asked.torrent.files or ()))
    question = again(LlmRequest.of(asked, whole))
    assert question.whole_extraction == whole
    stems = [" ".join(re.split(r"[\s_]+", PurePosixPath(path).stem)).strip() for path in paths]
    names = [track.name for track in whole.metadata.tracks]
    for name, track in zip(names, question.tracks or (), strict=True):
        # A group that every file ends with is no part of a name; then the name stands in full.
        ends_stem = any(stem.endswith(name) for stem in stems)
        assert isinstance(track, ListedTrack) or not ends_stem


def test_a_track_that_no_file_is_called_after_is_sent_by_its_name() -> None:
    asked = request("Lamps", ["01 - Tide.flac", "02 - Harbour.flac"], Subcategory.ALBUM)
    whole = album_of(asked, (Track(num=1, name="Tide"), Track(num=2, name="Somewhere else")))
    question = again(LlmRequest.of(asked, whole))
    assert question.tracks == (
        ListedTrack(file=0, start=5, end=9, num=1),
        Track(num=2, name="Somewhere else"),
    )
    assert question.whole_extraction == whole


def test_a_question_from_before_tracks_were_places_is_read_alike() -> None:
    event = json.loads((GOLDEN / "torrents.llm-requests.v1__album.json").read_text())["value"]
    question = LlmRequest.model_validate(event)
    assert question.tracks is None
    metadata = question.whole_extraction.metadata
    assert isinstance(metadata, AlbumMetadata)
    assert [track.name for track in metadata.tracks] == ["Tide"]


@pytest.mark.parametrize("place", [(2, 0, 4), (0, 400, 404), (0, 2, 3)])
def test_a_place_that_the_file_list_does_not_have_is_refused(place: tuple[int, int, int]) -> None:
    asked = request("Lamps", ["01 - Tide.flac", "02 - Harbour.flac"], Subcategory.ALBUM)
    file, start, end = place
    track = {"file": file, "start": start, "end": end}
    event = {**LlmRequest.of(asked, by_rules(asked)).model_dump(mode="json"), "tracks": [track]}
    with pytest.raises(ValidationError, match="a place that the file list does not have"):
        LlmRequest.model_validate(event)


def test_what_is_no_album_is_sent_as_it_is() -> None:
    asked = request("Lamps", ["01 - Tide.flac"], Subcategory.TRACK)
    question = LlmRequest.of(asked, by_rules(asked))
    assert question.tracks is None
    assert question.whole_extraction == question.extraction == by_rules(asked)
