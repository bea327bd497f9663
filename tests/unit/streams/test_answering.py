"""The GGUF worker's work, with a model that a test writes: who is asked, and who is guilty."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from infra.roles import LlmMode
from infra.settings import Settings
from models import registry
from models.ban.ban_list import BanList
from models.extract.extractor import Extractor
from models.extract.llm.complete import LlmExtractor
from models.extract.llm.prompt import Prompt
from models.registry import WeightsError
from schemas import (
    DecidedBy,
    Extraction,
    ExtractionRequest,
    LlmRequest,
    Medium,
    Method,
    Record,
    Subcategory,
    Verdict,
)
from schemas.topics import EXTRACTED
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.operate.metrics import Progress
from streams.pipeline.answering import Answering, Answers, ModelGone
from streams.pipeline.stages import extraction_of, subject_of
from tests.fakes import ListSink, records
from tests.support import torrent

QUICK = Settings(retry_first_delay=0.001, retry_attempts=2)
RULES = Extractor.load(tagger=False)


class FakeModel:
    """Answers every prompt alike; what it cannot bear ends the whole batch, as llama.cpp would."""

    def __init__(self, unbearable: str = "unbearable") -> None:
        self.unbearable = unbearable
        self.asked: list[str] = []

    def answer(self, prompts: Sequence[Prompt]) -> list[str]:
        if any(self.unbearable in prompt.name for prompt in prompts):
            raise WeightsError("could not evaluate a batch of tokens")
        self.asked += [prompt.name for prompt in prompts]
        return ["- | 2001" for _ in prompts]


class NoTable:
    """A database in which nothing was answered before."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def fetch(self, query: str, *arguments: object) -> list[Any]:
        if self.error is not None:
            raise self.error
        return []


def question(name: str) -> bytes:
    request = ExtractionRequest(
        torrent=torrent(name),
        verdict=Verdict(
            medium=Medium.VIDEO,
            subcategory=Subcategory.MOVIE,
            confidence=0.9,
            source=DecidedBy.PATTERNS,
        ),
    )
    (extracted,) = RULES.extract([subject_of(request)])
    extraction = extraction_of(
        request,
        extracted,
        by=RULES,
        method=Method.RULES,
        llm="requested",  # type: ignore[arg-type]
    )
    return LlmRequest.of(request, extraction).to_json()


class Worker:
    """A GGUF worker without Kafka, Postgres and llama.cpp."""

    def __init__(self, model: FakeModel, mode: LlmMode = LlmMode.ALWAYS) -> None:
        self.sink = ListSink()
        self.database = NoTable()
        extractor = LlmExtractor(model, registry.load("smollm2"))
        self.answering = Answering(extractor, Answers(self.database), mode)
        progress = Progress("llm")
        gate = Gate(BanList.load(), progress)
        self.engine = Engine(self.answering, self.sink, gate, progress, QUICK)
        self.acknowledged = 0

    async def deliver(self, *names: str) -> int:
        return await self.engine.deliver(
            records(*(question(name) for name in names)), self._acknowledge
        )

    async def _acknowledge(self, acknowledged: Sequence[Record]) -> None:
        self.acknowledged += len(acknowledged)

    @property
    def answered(self) -> list[Extraction]:
        return [
            Extraction.model_validate_json(sent.value or b"")
            for sent in self.sink.of(EXTRACTED.name)
        ]


async def test_a_batch_that_the_model_cannot_bear_costs_only_the_guilty_question() -> None:
    worker = Worker(FakeModel())
    batch = [f"Lamp {number}" for number in range(15)]
    batch.insert(6, "an unbearable name")
    assert await worker.deliver(*batch) == 1
    assert len(worker.answered) == 15
    assert [(letter.stage, letter.reason, letter.offset) for letter in worker.sink.letters] == [
        ("llm", "handler_error", 6)
    ]
    assert worker.acknowledged == 16, "the batch is done and does not come again"
    assert (worker.answering.asked, worker.answering.looked_up) == (15, 0)


async def test_a_model_that_bears_nothing_ends_the_process_and_no_question_is_at_fault() -> None:
    worker = Worker(FakeModel(unbearable=""))
    with pytest.raises(ModelGone):
        await worker.deliver("Lamp", "Harbour")
    assert worker.sink.messages == []
    assert worker.acknowledged == 0


async def test_a_question_is_asked_once_and_then_looked_up() -> None:
    model = FakeModel()
    worker = Worker(model)
    await worker.deliver("Lamp", "Lamp", "Harbour")
    await worker.deliver("Lamp")
    assert model.asked == ["Lamp", "Harbour"]
    assert (worker.answering.asked, worker.answering.looked_up) == (2, 2)
    assert {result.method for result in worker.answered} == {Method.LLM}


async def test_a_database_that_fails_the_look_up_is_no_questions_fault() -> None:
    worker = Worker(FakeModel())
    worker.database.error = asyncpg.UndefinedTableError("llm_answers")
    with pytest.raises(asyncpg.UndefinedTableError):
        await worker.deliver("Lamp")
    assert worker.sink.messages == []
    assert worker.acknowledged == 0


async def test_a_shadow_publishes_nothing() -> None:
    worker = Worker(FakeModel(), LlmMode.SHADOW)
    await worker.deliver("Lamp")
    assert worker.sink.messages == []
    assert worker.answering.asked == 1
