"""The GGUF model's part: questions, answers, and that only what the input holds is believed."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import registry
from models.extract.evidence.guard import find
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.llm.complete import LlmExtractor
from models.extract.llm.prompt import KINDS, Prompt, answer_text, parse, prompt_for, prompt_hash
from schemas import MEDIUM_OF, Medium, Subcategory, title_and_creator_fields

AUDIO_VIDEO = [
    subcategory
    for subcategory in Subcategory
    if MEDIUM_OF[subcategory] in (Medium.AUDIO, Medium.VIDEO)
]


@cache
def rules() -> Extractor:
    """Rules alone: they leave more open."""
    return Extractor.load(tagger=False)


def believing(**calibration: float) -> LlmExtractor:
    """A model that says nothing, with a calibration of our own."""
    manifest = registry.load("smollm2").model_copy(update={"calibration": calibration})
    return LlmExtractor(Says(""), manifest)


class Says:
    """An engine that always says the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def answer(self, prompts: list[Prompt]) -> list[str]:
        return [self.text] * len(prompts)


@settings(deadline=None)
@given(
    st.text(max_size=120), st.lists(st.text(max_size=40), max_size=4), st.sampled_from(AUDIO_VIDEO)
)
def test_whatever_the_model_says_only_what_is_in_the_input_is_published(
    name: str, parts: list[str], subcategory: Subcategory
) -> None:
    subject = ExtractSubject(name, None, subcategory)
    llm = believing()
    rules_found = rules().extract([subject])[0]
    completed, _ = llm.complete(subject, rules_found, "|".join(parts))
    title, creator = title_and_creator_fields(subcategory)
    for field in (title, creator, "year"):
        value = getattr(completed.metadata, field) if field else None
        for text in value if isinstance(value, tuple) else (value,):
            if text is not None:
                assert find(str(text), name) is not None, (field, text)


def test_a_model_that_invents_is_not_believed_and_one_that_reads_is() -> None:
    subject = ExtractSubject("paper lanterns by aurora vale", None, Subcategory.ALBUM)
    llm = believing()
    before = rules().extract([subject])[0]
    completed, parsed = llm.complete(subject, before, "Aurora Vale | Invented Title | 1997")
    assert parsed
    assert completed.metadata.model_dump(exclude_none=True, exclude={"tracks", "subcategory"}) == {
        "artist": "Aurora Vale"
    }
    same, parsed = llm.complete(subject, before, "no pipes here")
    assert not parsed
    assert same == before


def test_equal_questions_have_one_hash_and_a_new_revision_another() -> None:
    first, second = (
        prompt_for("A  name\n", Subcategory.ALBUM),
        prompt_for("A name", Subcategory.TRACK),
    )
    assert prompt_hash(first, 1) == prompt_hash(second, 1)
    assert prompt_hash(first, 2) != prompt_hash(first, 1)
    film = prompt_for("A name", Subcategory.MOVIE)
    assert prompt_hash(film, 1) != prompt_hash(first, 1)
    assert len({prompt_hash(first, 1, model) for model in (None, "mine@1", "mine@2")}) == 3


def test_an_answer_is_parsed_by_its_parts() -> None:
    assert parse(KINDS["music"], " A | B | - ") == {"creator": "A", "title": "B"}
    assert parse(KINDS["music"], "A | B") is None


def test_what_is_well_founded_stands_and_agreement_makes_surer() -> None:
    subject = ExtractSubject("Quiet Harbour 2014 720p", None, Subcategory.MOVIE)
    before = rules().extract([subject])[0]
    sure, _ = believing(**{"title.yields": 0.5}).complete(subject, before, "Harbour | 2014")
    assert sure.metadata.title == "Quiet Harbour"
    doubted, _ = believing(**{"title.yields": 1.1}).complete(subject, before, "Harbour | 2014")
    assert doubted.metadata.title == "Harbour"
    agreed, _ = believing(**{"title.agreed": 0.99}).complete(
        subject, before, "quiet.harbour | 2014"
    )
    assert agreed.evidence["title"].confidence == 0.99


def test_a_field_that_may_not_be_filled_stays_absent() -> None:
    subject = ExtractSubject("paper lanterns by aurora vale", None, Subcategory.ALBUM)
    before = rules().extract([subject])[0]
    completed, _ = believing(**{"creator.fills": 0.0}).complete(
        subject, before, "aurora vale | paper lanterns | -"
    )
    assert completed.metadata.artist is None
    assert completed.metadata.album_name == "paper lanterns"


@given(
    st.sampled_from(list(KINDS)),
    st.lists(
        st.text(st.characters(exclude_characters="|\n\r"), min_size=1), min_size=3, max_size=3
    ),
)
def test_an_answer_as_it_is_taught_reads_as_it_was_meant(name: str, values: list[str]) -> None:
    kind = KINDS[name]
    fields = {
        role: value
        for role, value in zip(kind.roles, values, strict=False)
        if value.strip() and value.strip() != "-"
    }
    read = parse(kind, answer_text(kind, fields))
    assert read == {role: value.strip()[:512] for role, value in fields.items()}


@pytest.mark.slow
def test_the_gguf_engine_answers_alike_alone_and_in_company(weights: object) -> None:
    from models.extract.llm.gguf import GgufEngine

    # Sums of floats depend on the batch's shape, so where the model has no idea (noise) its guess
    # may change; it may not where there is something to read.
    names = [
        "Aurora Vale - Paper Lanterns (2011) [FLAC]",
        "Ludwig van Beethoven - Symphony No. 9 (1963) [FLAC]",
        "Лев Озеров - Тихий свет (1998)",
        "The Copper Kings - Low Tide (2004) MP3 320",
    ]
    noise = ["", "\U0001f3b5\x00", "<|im_end|>", "x" * 2_000]
    assert isinstance(weights, Path)
    adapter = registry.file_path(registry.load("smollm2"), "adapter")
    with GgufEngine(weights, adapter, batch_size=8) as engine:
        together = engine.answer([prompt_for(name, Subcategory.ALBUM) for name in [*names, *noise]])
        alone = [engine.answer([prompt_for(name, Subcategory.ALBUM)])[0] for name in names]
        assert together[: len(names)] == alone
        assert len(engine.answer([prompt_for(name, Subcategory.MOVIE) for name in noise])) == len(
            noise
        )
    # Wording may differ from processor to processor: only what is plain to read is asked of it.
    assert alone[0].startswith("Aurora Vale | Paper Lanterns")
