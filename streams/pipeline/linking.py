"""The match stage: extractions of music, and their links to MusicBrainz."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.active import Stage, Weights, shipped
from models.loading import matcher
from models.match.query import query_of
from schemas import MUSIC, Extraction, Link, Method, digest
from schemas.topics import LINKED
from streams.kafka.publisher import Message, message
from streams.pipeline.stages import Answer, Author, counted


@dataclass(frozen=True, slots=True)
class Linker:
    """A matcher as the author of links."""

    model: str
    revision: int


class MatchMusic:
    """Extraction of a music torrent -> its link to MusicBrainz.

    `none` is published, too, so that an earlier link is retracted.
    """

    first: frozenset[str] = frozenset()

    def __init__(self, index_dir: Path, weights: Weights | None = None) -> None:
        self._index_dir = index_dir
        self._weights = weights or shipped(Stage.MATCH)
        self._matcher = matcher(self._weights, index_dir)

    def handle(self, items: Sequence[Extraction]) -> list[Answer]:
        """Links music; what is no music has an empty answer."""
        if self._matcher.is_stale():
            self._matcher = matcher(self._weights, self._index_dir)
        linker = self._matcher
        music = [extraction for extraction in items if extraction.subcategory in MUSIC]
        matches = iter(linker.match([query_of(extraction.metadata) for extraction in music]))
        answers = []
        for extraction in items:
            if extraction.subcategory not in MUSIC:
                answers.append(Answer())
                continue
            match = next(matches)
            link = Link(
                infohash=extraction.infohash,
                revision=linker.revision,
                input_hash=digest("match", extraction.result_id, linker.index_version),
                method=Method.RULES,
                model=linker.model.label,
                observed_at=extraction.observed_at,
                reference_date=linker.reference_date,
                extraction_id=extraction.result_id,
                match=match,
            )
            sent = message(LINKED, extraction.infohash, link, source="match")
            answers.append(Answer((sent,), match.status))
        return answers

    def conclude(self, outcomes: Sequence[Answer]) -> list[list[Message]]:
        """Counts the links."""
        return counted("match", outcomes)

    @property
    def author(self) -> Author:
        """The matcher; another one when the index was renewed."""
        return Linker(self._matcher.model.label, self._matcher.revision)
