"""HTML entities are written out, and what only looks like one stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import entities, without_entities


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Harbour&#39;s Lamp", "Harbour's Lamp"),
        ("Harbour&#039;s Lamp", "Harbour's Lamp"),
        ("Harbour&#x27;s Lamp", "Harbour's Lamp"),
        ("Harbour&#39s Lamp", "Harbour's Lamp"),
        ("Harbour#39;s Lamp", "Harbour's Lamp"),
        ("Lamp &amp; Tide", "Lamp & Tide"),
        ("Lamp &AMP; Tide", "Lamp & Tide"),
        ("Lamp &amp Tide", "Lamp & Tide"),
        ("Lamp &amp;amp; Tide", "Lamp & Tide"),
        ("Harbour&amp;#39;s", "Harbour's"),
        ("&quot;Lamp&quot; 2010", '"Lamp" 2010'),
        ("Lamp &#8211; Tide", "Lamp – Tide"),
        ("Caf&eacute; Harbour", "Café Harbour"),
        ("Lamp&nbsp;2010", "Lamp 2010"),
        ("Lamp%3A Tide %7C Harbour", "Lamp: Tide | Harbour"),
        ("Lamp%20Tide%5B1080p%5D", "Lamp Tide[1080p]"),
        ("Lamp&#00;Tide", "Lamp�Tide"),
    ],
)
def test_an_entity_is_written_out(text: str, written: str) -> None:
    assert without_entities(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "Lamp & Tide",
        "R&B; Soul",
        "Q&A;",
        "Lamp &lamp; Tide",
        "Lamp #39; 2010",
        "Set #39",
        "AT&T",
        "100%20",
        "50% 2C",
        "%41 Lamp",
    ],
)
def test_what_only_looks_like_an_entity_stays(text: str) -> None:
    assert without_entities(text) == text
    assert entities(text) == []


@given(
    st.lists(st.sampled_from(["&", "amp;", "#39;", "#x", ";", "quot", "a"]) | st.text(), max_size=9)
)
def test_whatever_the_text_its_entities_are_places_one_behind_the_other(parts: list[str]) -> None:
    text = "".join(parts)
    ends = [0, *(entity.end for entity in entities(text))]
    for before, entity in zip(ends, entities(text), strict=False):
        assert before <= entity.start < entity.end <= len(text)
        assert entity.characters
