"""The gate: who is asked about, what the budget says, and what a shadow counts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.roles import LlmMode
from infra.settings import Settings
from models.ban.ban_list import BanList
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from schemas import (
    MEDIUM_OF,
    DecidedBy,
    Extraction,
    ExtractionRequest,
    LlmRequest,
    LlmState,
    Method,
    Record,
    Subcategory,
    Verdict,
    metadata_for,
    uniform,
)
from schemas.topics import EXTRACTED, EXTRACTION_REQUESTS, LLM_REQUESTS
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.operate.metrics import LLM_COMPARED, Progress
from streams.pipeline.agents import InThread
from streams.pipeline.answering import compare
from streams.pipeline.stages import Extract
from tests.fakes import ListSink, records
from tests.support import torrent

RULES = Extractor.load(tagger=False)
SPARING = Settings(llm_mode=LlmMode.ALWAYS, llm_per_second=0.001)
CLEAR, DOUBTFUL = "Big.Buck.Bunny.2008.1080p.BluRay.x264", "Lamps - something or other"


def request(
    name: str, subcategory: Subcategory = Subcategory.MOVIE, **fields: object
) -> ExtractionRequest:
    verdict = Verdict(
        medium=MEDIUM_OF[subcategory],
        subcategory=subcategory,
        nsfw=False,
        confidence=0.9,
        source=DecidedBy.PATTERNS,
    )
    return ExtractionRequest(torrent=torrent(name, **fields), verdict=verdict)


def told(name: str, **values: object) -> tuple[str, LlmState]:
    """Topics of what is published for a name, and what the extraction says of the GGUF workers."""
    stage = Extract(RULES, Settings(**values))
    (messages,) = stage.conclude(stage.handle([request(name)]))
    extraction = Extraction.model_validate_json(messages[0].value or b"")
    assert messages[0].topic == EXTRACTED.name
    topics = {message.topic for message in messages}
    asked = "asked" if LLM_REQUESTS.name in topics else "not asked"
    return asked, extraction.llm


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        (DOUBTFUL, {}, ("not asked", LlmState.NOT_NEEDED)),
        (
            DOUBTFUL,
            {"llm_mode": LlmMode.GATE, "llm_confidence": 0.5},
            ("asked", LlmState.REQUESTED),
        ),
        (
            CLEAR,
            {"llm_mode": LlmMode.GATE, "llm_confidence": 0.5},
            ("not asked", LlmState.NOT_NEEDED),
        ),
        (CLEAR, {"llm_mode": LlmMode.ALWAYS}, ("asked", LlmState.REQUESTED)),
        (
            CLEAR,
            {"llm_mode": LlmMode.ALWAYS, "llm_share": 0.0},
            ("not asked", LlmState.OVER_BUDGET),
        ),
        (
            DOUBTFUL,
            {"llm_mode": LlmMode.SHADOW, "llm_confidence": 0.5},
            ("asked", LlmState.NOT_NEEDED),
        ),
        (
            CLEAR,
            {"llm_mode": LlmMode.SHADOW, "llm_confidence": 0.5},
            ("not asked", LlmState.NOT_NEEDED),
        ),
    ],
)
def test_the_gate_asks_where_the_settings_say(
    name: str, values: dict[str, object], expected: tuple[str, LlmState]
) -> None:
    assert told(name, **values) == expected


@pytest.mark.parametrize("subcategory", [Subcategory.EBOOK, Subcategory.GAME])
def test_the_workers_are_not_asked_about_media_they_were_never_measured_on(
    subcategory: Subcategory,
) -> None:
    stage = Extract(RULES, Settings(llm_mode=LlmMode.ALWAYS))
    (messages,) = stage.conclude(stage.handle([request(DOUBTFUL, subcategory)]))
    assert {message.topic for message in messages} == {EXTRACTED.name}


def test_a_rate_is_spent() -> None:
    stage = Extract(RULES, SPARING)
    drafts = stage.handle([request(CLEAR)] * 3)
    states = [
        Extraction.model_validate_json(messages[0].value or b"").llm
        for messages in stage.conclude(drafts)
    ]
    assert states == [LlmState.REQUESTED, LlmState.OVER_BUDGET, LlmState.OVER_BUDGET]


def test_the_pure_half_says_the_same_again_and_spends_nothing() -> None:
    stage = Extract(RULES, SPARING)
    batch = [request(CLEAR), request(DOUBTFUL)]
    drafts = stage.handle(batch)
    assert [stage.handle([item])[0] for item in batch] == drafts
    (messages,) = stage.conclude(drafts[:1])
    assert LLM_REQUESTS.name in {message.topic for message in messages}, "the token is still there"


class Delicate:
    """An extractor that a poisoned name breaks, whatever is in the batch beside it."""

    revision, model, method, gate = RULES.revision, RULES.model, RULES.method, RULES.gate

    def extract(self, subjects: Sequence[ExtractSubject]) -> list[Extracted]:
        if any("poison" in subject.name for subject in subjects):
            raise RuntimeError("cannot handle this")
        return RULES.extract(subjects)


async def delivered(sink: ListSink, *names: str) -> dict[str, tuple[LlmState, bool]]:
    """What the extractions of a batch of one partition say, and who is asked about."""
    stage = Extract(Delicate(), SPARING)  # type: ignore[arg-type]
    progress = Progress("extract")
    work = InThread(stage, ThreadPoolExecutor(1), Progress("test"))
    engine = Engine(work, sink, Gate(BanList.load(), progress), progress, SPARING)

    async def acknowledge(acknowledged: Sequence[Record]) -> None: ...

    same_partition = {"infohash": "ab" * 20}
    await engine.deliver(
        records(
            *(request(name, **same_partition).to_json() for name in names),
            topic=EXTRACTION_REQUESTS.name,
        ),
        acknowledge,
    )
    asked = {
        LlmRequest.model_validate_json(message.value or b"").request.torrent.name
        for message in sink.of(LLM_REQUESTS.name)
    }
    states = [
        Extraction.model_validate_json(message.value or b"").llm
        for message in sink.of(EXTRACTED.name)
    ]
    good = [name for name in names if "poison" not in name]
    return {name: (state, name in asked) for name, state in zip(good, states, strict=True)}


@pytest.mark.parametrize("poisoned", [0, 1, 2, 3])
async def test_the_budget_says_the_same_however_a_batch_is_cut(poisoned: int) -> None:
    names = ["Lamp 2001", "Harbour 2002", "Tide 2003"]
    whole = await delivered(ListSink(), *names)
    assert [state for state, _ in whole.values()].count(LlmState.REQUESTED) == 1
    cut = await delivered(ListSink(), *names[:poisoned], "poison", *names[poisoned:])
    assert cut == whole


async def test_a_question_is_in_kafka_before_the_result_that_says_so() -> None:
    """A crash between the two leaves a question too many, never a promise that nobody keeps."""
    sink = ListSink()
    await delivered(sink, "Lamp 2001", "Harbour 2002")
    assert [{sent.topic for sent in call} for call in sink.calls] == [
        {LLM_REQUESTS.name},
        {EXTRACTED.name},
    ]


def test_a_shadow_counts_what_would_have_changed() -> None:
    def extraction(title: str | None, year: int | None) -> Extraction:
        return Extraction(
            infohash="ab" * 20,
            revision=1,
            input_hash="cd" * 16,
            method=Method.RULES,
            model="m",
            observed_at=torrent().observed_at,
            metadata=metadata_for(Subcategory.MOVIE, {"title": title, "year": year}),
        )

    def count(field: str, outcome: str) -> float:
        return float(LLM_COMPARED.labels(field, outcome)._value.get())

    before = {
        key: count(*key) for key in (("title", "changed"), ("year", "filled"), ("creator", "same"))
    }
    compare(extraction("Lamp", None), extraction("Lamps", 2008))
    assert {key: count(*key) - value for key, value in before.items()} == dict.fromkeys(before, 1.0)
    assert uniform(extraction("Lamp", None).metadata).title == "Lamp"
