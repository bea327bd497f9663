"""What a GGUF worker is asked: `torrents.llm-requests`.

The question holds a torrent with its file list, and what rules and tagger made of it. The names of
an album's tracks are parts of the file list, so they are sent as places in it: otherwise the worst
torrent would be twice as large as it is anywhere else, and hardly fit a Kafka message.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.base import MAX_PATH, Contract, digest
from schemas.extraction import Extraction, ExtractionRequest
from schemas.metadata import MAX_TRACKS, AlbumMetadata, Track
from schemas.torrent import MAX_FILES, TorrentFile

_GAP_CHARACTERS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "_"
_GAP = re.compile(f"[{_GAP_CHARACTERS}]+")


class ListedTrack(Contract):
    """A track whose name is a part of a file's path: `path[start:end]` of file number `file`.

    Underscores and runs of spaces in the path are single spaces in the name.
    """

    file: Annotated[int, Field(ge=0, lt=MAX_FILES)]
    start: Annotated[int, Field(ge=0, lt=MAX_PATH)]
    end: Annotated[int, Field(ge=1, le=MAX_PATH)]
    num: Annotated[int, Field(ge=0, le=9_999)] | None = None
    disc: Annotated[int, Field(ge=1, le=999)] | None = None


class LlmRequest(Contract):
    """Asks a GGUF worker to complete what the rules found. Key: infohash.

    Make it with `LlmRequest.of`, and read `whole_extraction`: between the two the tracks of an
    album may stand in `tracks` instead of in the extraction. Events from before `tracks` existed
    hold them in the extraction, and are read alike.
    """

    request: ExtractionRequest
    extraction: Extraction
    tracks: Annotated[tuple[Track | ListedTrack, ...], Field(max_length=MAX_TRACKS)] | None = None
    """The tracks of the extraction's album; None where the extraction itself holds them."""

    @model_validator(mode="after")
    def _same_torrent(self) -> Self:
        if self.request.torrent.infohash != self.extraction.infohash:
            raise ValueError("the request and its extraction have different infohashes")
        return self

    @model_validator(mode="after")
    def _tracks_are_in_the_list(self) -> Self:
        files = self.request.torrent.files or ()
        for track in self.tracks or ():
            if isinstance(track, ListedTrack) and not (
                track.file < len(files) and _listed_name(files, track)
            ):
                raise ValueError("a track names a place that the file list does not have")
        return self

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same question published twice carries the same id."""
        return digest(
            "llm-request", self.extraction.result_id, self.extraction.observed_at.isoformat()
        )

    @classmethod
    def of(cls, request: ExtractionRequest, extraction: Extraction) -> Self:
        """Makes a question in which no part of the file list is sent twice."""
        metadata = extraction.metadata
        files = request.torrent.files or ()
        if not isinstance(metadata, AlbumMetadata) or not metadata.tracks or not files:
            return cls(request=request, extraction=extraction)
        bare = metadata.model_copy(update={"tracks": ()})
        return cls(
            request=request,
            extraction=extraction.model_copy(update={"metadata": bare}),
            tracks=_listed(metadata.tracks, files),
        )

    @property
    def whole_extraction(self) -> Extraction:
        """The extraction with the tracks of its album."""
        metadata = self.extraction.metadata
        if self.tracks is None or not isinstance(metadata, AlbumMetadata):
            return self.extraction
        files = self.request.torrent.files or ()
        tracks = tuple(
            Track(num=track.num, name=_listed_name(files, track), disc=track.disc)
            if isinstance(track, ListedTrack)
            else track
            for track in self.tracks
        )
        whole = metadata.model_copy(update={"tracks": tracks})
        return self.extraction.model_copy(update={"metadata": whole})


def _listed(
    tracks: Sequence[Track], files: Sequence[TorrentFile]
) -> tuple[Track | ListedTrack, ...]:
    """The tracks by their place in the file list; those that it does not hold stay as they are."""
    # A track's name is the end of a file's stem. Reversed and sorted, the stems that end with a
    # name stand together, and a search by halves finds one.
    reversed_stems = sorted(
        (_as_name(PurePosixPath(file.path).stem)[::-1], index) for index, file in enumerate(files)
    )
    return tuple(_by_place(track, reversed_stems, files) for track in tracks)


def _by_place(
    track: Track, reversed_stems: Sequence[tuple[str, int]], files: Sequence[TorrentFile]
) -> Track | ListedTrack:
    position = bisect_left(reversed_stems, (track.name[::-1], 0))
    if position == len(reversed_stems):
        return track
    index = reversed_stems[position][1]
    path = files[index].path
    end = len(path) - len(PurePosixPath(path).suffix)
    start = _start_of(track.name, path[:end])
    if start is None:
        return track
    place = ListedTrack(file=index, start=start, end=end, num=track.num, disc=track.disc)
    return place if _listed_name(files, place) == track.name else track


def _start_of(name: str, text: str) -> int | None:
    """Where the end of a text begins that reads as this name; None if it does not end with it."""
    rest = text.rstrip(_GAP_CHARACTERS)
    for word in reversed(name.split(" ")):
        bare = rest.rstrip(_GAP_CHARACTERS)
        if not bare.endswith(word):
            return None
        rest = bare[: len(bare) - len(word)]
    return len(rest)


def _listed_name(files: Sequence[TorrentFile], track: ListedTrack) -> str:
    return _as_name(files[track.file].path[track.start : track.end])


def _as_name(text: str) -> str:
    return _GAP.sub(" ", text).strip()
