"""The gate: which extractions ask the GGUF workers, and what the shadow counts."""

import pytest

from infra.settings import LlmMode, Settings
from models.extract.extractor import Extractor
from schemas import (
    DecidedBy,
    Extraction,
    ExtractionRequest,
    LlmState,
    Medium,
    Method,
    Subcategory,
    Verdict,
    metadata_for,
    uniform,
)
from schemas.topics import EXTRACTED, LLM_REQUESTS
from streams.operate.metrics import LLM_COMPARED
from streams.pipeline.llm import compare
from streams.pipeline.stages import Extract
from tests.support import torrent

RULES = Extractor.load(tagger=False)
CLEAR, DOUBTFUL = "Big.Buck.Bunny.2008.1080p.BluRay.x264", "Lamps - something or other"


def request(name: str) -> ExtractionRequest:
    verdict = Verdict(
        medium=Medium.VIDEO,
        subcategory=Subcategory.MOVIE,
        nsfw=False,
        confidence=0.9,
        source=DecidedBy.PATTERNS,
    )
    return ExtractionRequest(torrent=torrent(name), verdict=verdict)


def told(name: str, **values: object) -> tuple[str, LlmState]:
    """Topics of what is published for a name, and what the extraction says of the GGUF workers."""
    messages = Extract(RULES, Settings(**values))([request(name)])[0]
    extraction = Extraction.model_validate_json(messages[0].value or b"")
    assert messages[0].topic == EXTRACTED.name
    asked = "asked" if any(one.topic == LLM_REQUESTS.name for one in messages) else "not asked"
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


def test_a_rate_is_spent() -> None:
    stage = Extract(RULES, Settings(llm_mode=LlmMode.ALWAYS, llm_per_second=0.001))
    states = [
        Extraction.model_validate_json(stage([request(CLEAR)])[0][0].value or b"").llm
        for _ in range(3)
    ]
    assert states == [LlmState.REQUESTED, LlmState.OVER_BUDGET, LlmState.OVER_BUDGET]


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
