"""The work of a GGUF worker: questions in, completed extractions out.

Answers are looked up before work is done: in memory, then in Postgres with one query a batch. What
was asked once at a model's revision is never asked again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import asyncpg

from infra.roles import LlmMode
from models.extract.extractor import Extracted, ExtractSubject
from models.extract.llm.complete import LlmExtractor
from schemas import (
    Extraction,
    LlmAnswer,
    LlmRequest,
    LlmState,
    Method,
    Record,
    Subcategory,
    uniform,
)
from schemas.topics import EXTRACTED
from streams.kafka.publisher import Message, message
from streams.operate.metrics import LLM_ANSWERS, LLM_COMPARED, RESULTS
from streams.pipeline.stages import extraction_of, subject_of

REMEMBERED = 50_000
"""Answers kept in memory: under 20 MB, and more than a worker makes in an hour."""

_LOOK_UP = "SELECT prompt_hash, answer FROM llm_answers WHERE prompt_hash = ANY($1::bytea[])"

_PLAIN = ExtractSubject("Big Buck Bunny (2008)", None, Subcategory.MOVIE, 1.0)
"""A question that any model bears."""


class ModelGone(Exception):
    """The model bears no question at all: it is short of memory, or damaged."""


class Answers:
    """What was answered before: a bounded memory over the `llm_answers` table."""

    def __init__(self, connections: asyncpg.Pool) -> None:
        self._pool = connections
        self._memory: OrderedDict[str, str] = OrderedDict()

    async def known(self, hashes: Sequence[str]) -> dict[str, str]:
        """Returns the answers that there are for these prompt hashes."""
        known = {name: self._memory[name] for name in hashes if name in self._memory}
        if unknown := sorted({bytes.fromhex(name) for name in hashes if name not in known}):
            for row in await self._pool.fetch(_LOOK_UP, unknown):
                known[row["prompt_hash"].hex()] = row["answer"]
        return known

    def remember(self, name: str, text: str) -> None:
        """Keeps an answer in memory, in the place of the one that was not used for longest."""
        self._memory[name] = text
        self._memory.move_to_end(name)
        if len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and the extraction that its answer completed."""

    question: LlmRequest
    result: Extraction


class Answering:
    """Looks up or generates answers, and completes extractions with them.

    `asked` and `looked_up` count the questions that the model answered, and those that it need not.
    """

    first: frozenset[str] = frozenset()

    def __init__(self, extractor: LlmExtractor, answers: Answers, mode: LlmMode) -> None:
        self._extractor = extractor
        self._answers = answers
        self._mode = mode
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="gguf")
        self._asked_now: set[str] = set()
        self.asked = 0
        self.looked_up = 0

    def decode(self, record: Record) -> LlmRequest | None:
        """Reads a question; a tombstone is passed over."""
        return None if record.value is None else LlmRequest.model_validate_json(record.value)

    async def handle(self, items: Sequence[LlmRequest]) -> list[Answered]:
        """Answers a batch. Only what nobody answered yet is asked, and each prompt once."""
        subjects = [subject_of(question.request) for question in items]
        hashes = [self._extractor.prompt_hash(subject) for subject in subjects]
        known = await self._answers.known(hashes)
        unknown = {
            name: subject
            for name, subject in zip(hashes, subjects, strict=True)
            if name not in known
        }
        if unknown:
            fresh = await self._asked(list(unknown.values()))
            known |= dict(zip(unknown, fresh, strict=True))
            self._asked_now |= unknown.keys()
        for name in hashes:
            self._answers.remember(name, known[name])
        return [
            Answered(question, self._result(question, name, known[name]))
            for question, name in zip(items, hashes, strict=True)
        ]

    async def _asked(self, subjects: Sequence[ExtractSubject]) -> list[str]:
        """What the model says of each subject.

        Raises:
            ModelGone: it cannot bear one question, nor a plain one.
        """
        try:
            return await self._generated(subjects)
        except Exception:
            if len(subjects) == 1:
                await self._require_model()
            raise

    async def _require_model(self) -> None:
        try:
            await self._generated([_PLAIN])
        except Exception as error:
            raise ModelGone("the model answers not even a plain question") from error

    async def _generated(self, subjects: Sequence[ExtractSubject]) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._extractor.answer, subjects)

    async def conclude(self, outcomes: Sequence[Answered]) -> list[list[Message]]:
        """Counts what was answered, and publishes it; in shadow mode it is only compared."""
        looked_up = max(0, len(outcomes) - len(self._asked_now))
        self.asked += len(self._asked_now)
        self.looked_up += looked_up
        LLM_ANSWERS.labels("asked").inc(len(self._asked_now))
        LLM_ANSWERS.labels("looked_up").inc(looked_up)
        self._asked_now.clear()
        return [self._messages(outcome) for outcome in outcomes]

    def blame(self, error: Exception) -> str | None:
        """What the model or the answer fails with is a question's fault.

        A look-up that fails is none, nor is a model that bears no question at all: the process
        ends, and the questions stay queued.
        """
        is_nobodys = isinstance(error, asyncpg.PostgresError | ModelGone)
        return None if is_nobodys else "handler_error"

    def _messages(self, outcome: Answered) -> list[Message]:
        result = outcome.result
        is_parsed = result.answer is not None and result.answer.parsed
        RESULTS.labels("llm", "parsed" if is_parsed else "unparsed", "").inc()
        if self._mode is LlmMode.SHADOW:
            compare(outcome.question.extraction, result)
            return []
        return [message(EXTRACTED, result.infohash, result, source="llm")]

    def _result(self, question: LlmRequest, prompt_hash: str, text: str) -> Extraction:
        cheap = question.whole_extraction
        before = Extracted(
            metadata=cheap.metadata,
            technical=cheap.technical,
            evidence=dict(cheap.evidence),
            confidence=0.0,
        )
        completed, parsed = self._extractor.complete(subject_of(question.request), before, text)
        result = extraction_of(
            question.request,
            completed,
            by=self._extractor,
            method=Method.LLM,
            llm=LlmState.REQUESTED,
        )
        answer = LlmAnswer(prompt_hash=prompt_hash, text=text, parsed=parsed)
        return result.model_copy(update={"answer": answer})


def compare(before: Extraction, after: Extraction) -> None:
    """Counts, field by field, what a model's answer would have changed (shadow mode)."""
    cheap = uniform(before.metadata)
    asked = uniform(after.metadata)
    for name in ("title", "creator", "year"):
        old = getattr(cheap, name)
        new = getattr(asked, name)
        outcome = "same" if old == new else "filled" if old is None else "changed"
        LLM_COMPARED.labels(name, outcome).inc()
