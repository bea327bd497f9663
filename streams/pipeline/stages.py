"""What each agent's stage does with a batch: the brains between items and messages. No Kafka.

A stage has two halves (see `streams.kafka.delivery.Work`). `handle` is pure: called again for the
same items, alone or in other company, it answers the same. `conclude` is called once for the
answers of a batch: it counts them, and decides what may be decided only once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from infra.roles import LlmMode
from infra.settings import Settings
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.reuse.answers import Asked, extracted_of, say_the_same, verdict_of
from schemas import (
    COMPLETED,
    EXTRACTED,
    Classification,
    Extraction,
    ExtractionRequest,
    LlmRequest,
    LlmState,
    Method,
    Torrent,
    Verdict,
)
from schemas import Stage as ResultStage
from schemas import topics as t
from streams.kafka.publisher import Message, message
from streams.operate.metrics import BANNED, RESULTS
from streams.pipeline.budget import Budget
from streams.pipeline.reuse import Asking, Peers, Settled, count_reuse, settled

if TYPE_CHECKING:
    from models.ban.ban_list import BanList
    from models.classify.cascade import Classifier

Item = TypeVar("Item", contravariant=True)
Outcome = TypeVar("Outcome")


class Author(Protocol):
    """Whose answer a result is."""

    @property
    def revision(self) -> int:
        """Raised in the model's manifest when its answers change."""

    @property
    def model(self) -> str:
        """`name@version` of the model."""


class AgentStage(Protocol[Item, Outcome]):
    """What an agent runs, in a thread of its own."""

    first: frozenset[str]
    """Topics whose messages must be in Kafka before the others of the batch are sent."""

    def handle(self, items: Sequence[Item]) -> list[Outcome]:
        """Returns an outcome for each item; pure."""

    def conclude(self, outcomes: Sequence[Outcome]) -> list[list[Message]]:
        """Returns the messages of each outcome; called once a batch."""

    @property
    def author(self) -> Author | None:
        """Whose answers these are now; None where no model gives them, and no runtime is needed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The messages that answer an item, and how they are counted."""

    messages: tuple[Message, ...] = ()
    source: str | None = None
    rule: str = ""
    settled: Settled[Verdict] | None = None
    """How it was settled, where others could have told it."""


@dataclass(frozen=True, slots=True)
class Banned:
    """An item that the ban list bans: nothing is published of it."""

    rule: str


class Classify:
    """Torrent -> its class, and a request for extraction where the class has fields.

    Banned torrents vanish here.
    """

    first: frozenset[str] = frozenset()

    def __init__(
        self, classifier: "Classifier", bans: "BanList", peers: Peers | None = None
    ) -> None:
        self._classifier = classifier
        self._bans = bans
        self._peers = peers

    def handle(self, items: Sequence[Torrent]) -> list[Answer | Banned]:
        """Classifies what the ban list allows."""
        rules = [self._bans.check_torrent(torrent) for torrent in items]
        allowed = [torrent for torrent, rule in zip(items, rules, strict=True) if rule is None]
        verdicts = iter(
            settled(
                self._peers,
                allowed,
                Asking(
                    question=self._question,
                    read=lambda _, told: verdict_of(told),
                    own=self._classifier.classify,
                ),
            )
        )
        return [
            Banned(rule) if rule is not None else self._answer(torrent, next(verdicts))
            for torrent, rule in zip(items, rules, strict=True)
        ]

    def conclude(self, outcomes: Sequence[Answer | Banned]) -> list[list[Message]]:
        """Counts what was classified and what was banned."""
        for outcome in outcomes:
            if isinstance(outcome, Banned):
                BANNED.labels(outcome.rule).inc()
        answers = [Answer() if isinstance(outcome, Banned) else outcome for outcome in outcomes]
        if self._peers is not None:
            count_reuse("classify", (answer.settled for answer in answers))
        return counted("classify", answers)

    @property
    def author(self) -> Author:
        """The classifier."""
        return self._classifier

    def _question(self, torrent: Torrent) -> Asked:
        by = self._classifier
        return Asked(ResultStage.CLASSIFY, torrent.input_hash, by.model, by.revision, Method.RULES)

    def _answer(self, torrent: Torrent, answer: Settled[Verdict]) -> Answer:
        verdict = answer.answer
        result = Classification(
            infohash=torrent.infohash,
            revision=self._classifier.revision,
            input_hash=torrent.input_hash,
            method=Method.RULES,
            model=self._classifier.model,
            observed_at=torrent.observed_at,
            reuse=answer.reuse,
            torrent=torrent,
            verdict=verdict,
        )
        messages = [message(t.CLASSIFIED, torrent.infohash, result, source="classify")]
        if verdict.medium in EXTRACTED:
            request = ExtractionRequest(torrent=torrent, verdict=verdict)
            messages.append(
                message(t.EXTRACTION_REQUESTS, torrent.infohash, request, source="classify")
            )
        return Answer(tuple(messages), verdict.source, verdict.rule or "", answer)


@dataclass(frozen=True, slots=True)
class Draft:
    """An extraction as rules and tagger made it, before the budget of the GGUF workers is asked."""

    request: ExtractionRequest
    extraction: Extraction
    is_doubtful: bool
    """The gate says that a GGUF worker should be asked, if the budget allows it."""
    settled: Settled[Extracted]


class Extract:
    """Request -> what rules and tagger read, at once, and a question to the GGUF workers.

    The question is asked where the gate and the budget say so. The gate is a part of the pure half.
    The budget runs out, so it is asked in the other half: once for a record and batch, however
    often the batch was cut.

    After a crash a batch is delivered again, and the budget may then decide otherwise. Nothing is
    doubled by that: what the budget said is no part of a result's key, so the store keeps what came
    first, and a question that was asked before is looked up. And nothing is promised that does not
    happen: questions are in Kafka before the results that say `requested` are sent. A result that
    says `over_budget` may get an answer nevertheless.
    """

    first = frozenset({t.LLM_REQUESTS.name})

    def __init__(
        self,
        extractor: Extractor,
        settings: Settings,
        partitions: int = t.EXTRACTION_REQUESTS.partitions,
        peers: Peers | None = None,
    ) -> None:
        self._extractor = extractor
        self._peers = peers
        self._mode = settings.llm_mode
        self._gate = extractor.gate if settings.llm_confidence is None else settings.llm_confidence
        self._budget = Budget(settings.llm_share, settings.llm_per_second, partitions=partitions)

    def handle(self, items: Sequence[ExtractionRequest]) -> list[Draft]:
        """Reads names and file lists."""
        extracted = settled(
            self._peers,
            items,
            Asking(
                question=self._question,
                read=lambda request, told: extracted_of(told, subject_of(request)),
                own=lambda asked: self._extractor.extract([subject_of(item) for item in asked]),
                same=say_the_same,
            ),
        )
        return [self._draft(*pair) for pair in zip(items, extracted, strict=True)]

    def conclude(self, outcomes: Sequence[Draft]) -> list[list[Message]]:
        """Asks the budget about the doubtful ones, in their order."""
        if self._peers is not None:
            count_reuse("extract", (draft.settled for draft in outcomes))
        states = [self._state(draft) for draft in outcomes]
        for state, count in Counter(states).items():
            RESULTS.labels("extract", state, "").inc(count)
        return [self._messages(*pair) for pair in zip(outcomes, states, strict=True)]

    @property
    def author(self) -> Author:
        """Rules and tagger, under the one name that their results bear."""
        return self._extractor

    def _question(self, request: ExtractionRequest) -> Asked:
        by, sure = self._extractor, request.verdict.confidence
        stage = ResultStage.EXTRACT
        return Asked(stage, request.input_hash, by.model, by.revision, by.method, sure)

    def _draft(self, request: ExtractionRequest, answer: Settled[Extracted]) -> Draft:
        extracted = answer.answer
        extraction = extraction_of(
            request,
            extracted,
            by=self._extractor,
            method=self._extractor.method,
            llm=LlmState.NOT_NEEDED,
        )
        if answer.reuse is not None:
            extraction = extraction.model_copy(update={"reuse": answer.reuse})
        is_doubtful = self._mode is LlmMode.ALWAYS or (
            self._mode is not LlmMode.OFF and extracted.confidence < self._gate
        )
        may_be_asked = request.verdict.medium in COMPLETED
        return Draft(request, extraction, is_doubtful and may_be_asked, answer)

    def _state(self, draft: Draft) -> LlmState:
        if not draft.is_doubtful:
            return LlmState.NOT_NEEDED
        allowed = self._budget.allows(draft.extraction.infohash)
        return LlmState.REQUESTED if allowed else LlmState.OVER_BUDGET

    def _messages(self, draft: Draft, state: LlmState) -> list[Message]:
        # Nothing will come of a shadow's question, so nothing is said to be pending.
        said = LlmState.NOT_NEEDED if self._mode is LlmMode.SHADOW else state
        result = draft.extraction
        if said is not result.llm:
            result = result.model_copy(update={"llm": said})
        messages = [message(t.EXTRACTED, result.infohash, result, source="extract")]
        if state is LlmState.REQUESTED:
            question = LlmRequest.of(draft.request, result)
            messages.append(message(t.LLM_REQUESTS, result.infohash, question, source="extract"))
        return messages


def counted(stage: str, answers: Sequence[Answer]) -> list[list[Message]]:
    """Counts answers and returns their messages."""
    for answer in answers:
        if answer.source is not None:
            RESULTS.labels(stage, answer.source, answer.rule).inc()
    return [list(answer.messages) for answer in answers]


def subject_of(request: ExtractionRequest) -> ExtractSubject:
    """Returns what the extractors read of a request."""
    verdict = request.verdict
    return ExtractSubject(
        request.torrent.name, request.torrent.files, verdict.subcategory, verdict.confidence
    )


def extraction_of(
    request: ExtractionRequest,
    extracted: Extracted,
    *,
    by: Author,
    method: Method,
    llm: LlmState,
) -> Extraction:
    """Returns an extraction result from what an extractor read."""
    return Extraction(
        infohash=request.torrent.infohash,
        revision=by.revision,
        input_hash=request.input_hash,
        method=method,
        model=by.model,
        observed_at=request.torrent.observed_at,
        metadata=extracted.metadata,
        technical=extracted.technical,
        evidence=extracted.evidence,
        llm=llm,
        class_confidence=request.verdict.confidence,
    )
