"""What each stage does with a batch: pure functions over the brains, from items to messages. No
Kafka, no Faust.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from infra.settings import LlmMode, Settings
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.match.matcher import Matcher
from models.match.query import Query
from schemas import (
    EXTRACTED,
    MUSIC,
    AlbumMetadata,
    Classification,
    CollectionMetadata,
    Extraction,
    ExtractionRequest,
    Link,
    LlmRequest,
    LlmState,
    Method,
    Torrent,
    digest,
    uniform,
)
from schemas import topics as t
from streams.kafka.publisher import Message, message
from streams.operate.metrics import BANNED, RESULTS
from streams.pipeline.budget import Budget

if TYPE_CHECKING:
    from models.ban.ban_list import BanList
    from models.classify.cascade import Classifier


class Classify:
    """Torrent -> its class, and a request for extraction where it is audio or video. Banned
    torrents vanish here.
    """

    def __init__(self, classifier: "Classifier", bans: "BanList") -> None:
        self._classifier = classifier
        self._bans = bans

    def __call__(self, torrents: Sequence[Torrent]) -> list[list[Message]]:
        allowed = [index for index, torrent in enumerate(torrents) if not self._banned(torrent)]
        answers: list[list[Message]] = [[] for _ in torrents]
        verdicts = self._classifier.classify([torrents[index] for index in allowed])
        for index, verdict in zip(allowed, verdicts, strict=True):
            torrent = torrents[index]
            result = Classification(
                infohash=torrent.infohash,
                revision=self._classifier.revision,
                input_hash=torrent.input_hash,
                method=Method.RULES,
                model=self._classifier.model,
                observed_at=torrent.observed_at,
                torrent=torrent,
                verdict=verdict,
            )
            RESULTS.labels("classify", verdict.source, verdict.rule or "").inc()
            answers[index].append(
                message(t.CLASSIFIED, torrent.infohash, result, source="classify")
            )
            if verdict.medium in EXTRACTED:
                request = ExtractionRequest(torrent=torrent, verdict=verdict)
                answers[index].append(
                    message(t.EXTRACTION_REQUESTS, torrent.infohash, request, source="classify")
                )
        return answers

    def _banned(self, torrent: Torrent) -> bool:
        paths = [file.path for file in torrent.files or ()]
        rule = self._bans.check(torrent.name, infohash=torrent.infohash, paths=paths)
        if rule is not None:
            BANNED.labels(rule).inc()
        return rule is not None


class Extract:
    """Request -> what rules and tagger found, at once; and a request to the GGUF workers where the
    gate says so.
    """

    def __init__(self, extractor: Extractor, settings: Settings) -> None:
        self._extractor = extractor
        self._mode = settings.llm_mode
        self._gate = extractor.gate if settings.llm_confidence is None else settings.llm_confidence
        self._budget = Budget(settings.llm_share, settings.llm_per_second)

    def __call__(self, requests: Sequence[ExtractionRequest]) -> list[list[Message]]:
        found = self._extractor.extract([subject_of(request) for request in requests])
        return [list(self._messages(*pair)) for pair in zip(requests, found, strict=True)]

    def _messages(self, request: ExtractionRequest, found: Extracted) -> Iterable[Message]:
        torrent = request.torrent
        state = self._asks(torrent.infohash, found.confidence)
        shadow = self._mode is LlmMode.SHADOW
        result = extraction_of(
            request,
            found,
            revision=self._extractor.revision,
            model=self._extractor.model,
            method=self._extractor.method,
            # Nothing will come of a shadow's question, so nothing is said to be pending.
            llm=LlmState.NOT_NEEDED if shadow else state,
        )
        RESULTS.labels("extract", state, "").inc()
        yield message(t.EXTRACTED, torrent.infohash, result, source="extract")
        if state is LlmState.REQUESTED:
            ask = LlmRequest(request=request, extraction=result)
            yield message(t.LLM_REQUESTS, torrent.infohash, ask, source="extract")

    def _asks(self, infohash: str, confidence: float) -> LlmState:
        if self._mode is LlmMode.OFF or (
            self._mode is not LlmMode.ALWAYS and confidence >= self._gate
        ):
            return LlmState.NOT_NEEDED
        return LlmState.REQUESTED if self._budget.allows(infohash) else LlmState.OVER_BUDGET


class MatchMusic:
    """Extraction of a music torrent -> its link to MusicBrainz, `none` included, so that an earlier
    link is retracted.
    """

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._matcher = Matcher.open(index_dir)

    def __call__(self, extractions: Sequence[Extraction]) -> list[list[Message]]:
        if self._matcher.is_stale():
            self._matcher = Matcher.open(self._index_dir)
        matcher = self._matcher
        music = [
            index for index, extraction in enumerate(extractions) if extraction.subcategory in MUSIC
        ]
        answers: list[list[Message]] = [[] for _ in extractions]
        matches = matcher.match([query_of(extractions[index]) for index in music])
        for index, found in zip(music, matches, strict=True):
            extraction = extractions[index]
            link = Link(
                infohash=extraction.infohash,
                revision=matcher.revision,
                input_hash=digest("match", extraction.result_id, matcher.index_version),
                method=Method.RULES,
                model=matcher.model.label,
                observed_at=extraction.observed_at,
                reference_date=matcher.reference_date,
                extraction_id=extraction.result_id,
                match=found,
            )
            RESULTS.labels("match", found.status, "").inc()
            answers[index].append(message(t.LINKED, extraction.infohash, link, source="match"))
        return answers


def subject_of(request: ExtractionRequest) -> ExtractSubject:
    """What the extractors read of a request."""
    verdict = request.verdict
    return ExtractSubject(
        request.torrent.name, request.torrent.files, verdict.subcategory, verdict.confidence
    )


def query_of(extraction: Extraction) -> Query:
    """What the matcher reads of an extraction."""
    metadata = extraction.metadata
    flat = uniform(metadata)
    title = flat.title
    if isinstance(metadata, CollectionMetadata) and flat.creator is not None:
        title = None  # a collection is linked to its artist; its own name is no release group
    tracks = (
        tuple(track.name for track in metadata.tracks)
        if isinstance(metadata, AlbumMetadata)
        else ()
    )
    return Query(
        artist=flat.creator,
        title=title,
        year=flat.year,
        tracks=tracks,
        subcategory=extraction.subcategory,
    )


def extraction_of(
    request: ExtractionRequest,
    found: Extracted,
    *,
    revision: int,
    model: str,
    method: Method,
    llm: LlmState,
) -> Extraction:
    """An extraction result from what an extractor found."""
    return Extraction(
        infohash=request.torrent.infohash,
        revision=revision,
        input_hash=request.input_hash,
        method=method,
        model=model,
        observed_at=request.torrent.observed_at,
        metadata=found.metadata,
        technical=found.technical,
        evidence=found.evidence,
        llm=llm,
    )
