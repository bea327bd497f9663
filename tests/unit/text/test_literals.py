"""The screen of expressions never leaves out one that matches."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classify import patterns
from models.text.literals import Screen, folded, required

WORDS = ["ab", "a", "1", "7x", "é", " ", "-", "٣"]


def atoms() -> st.SearchStrategy[str]:
    """Pieces of expressions as rules are made of."""
    return st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from([r"\d", r"[ab]", r"[^\]]", r"[0-9a-c]", r"\w", ".", r"\b", "^", "(?!zz)"]),
    )


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of smaller ones."""
    repeats = st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}", "+?", "?+"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, repeats).map(lambda parts: f"(?:{parts[0]}){parts[1]}"),
        inner.map(lambda part: f"(?={part})"),
        inner.map(lambda part: f"(?>{part})"),
    )


EXPRESSIONS = st.recursive(atoms(), larger, max_leaves=8).map(re.compile)
TEXTS = st.lists(st.sampled_from([*WORDS, "b", "2", "c", "\ud800"]), max_size=8).map("".join)


@given(EXPRESSIONS, TEXTS)
@settings(max_examples=250)
def test_an_expression_that_matches_is_a_candidate(expression: re.Pattern[str], text: str) -> None:
    if expression.search(text):
        assert Screen([expression]).candidates(text) == [0], required(expression)


@pytest.mark.parametrize("rule", patterns.rules(), ids=lambda rule: rule.id)
@given(data=st.data())
@settings(max_examples=25)
def test_what_a_rule_matches_passes_the_screen(rule: patterns.Rule, data: st.DataObject) -> None:
    name = data.draw(st.from_regex(rule.regex))
    text = patterns.pattern_text(name)
    assert patterns.matching(text) == [r for r in patterns.usable() if r.regex.search(text)]


@given(st.text(max_size=60))
def test_the_screen_changes_no_answer(name: str) -> None:
    text = patterns.pattern_text(name)
    assert patterns.matching(text) == [r for r in patterns.usable() if r.regex.search(text)]


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        (r"\b(blu-?ray|remux)\b", [{"bluray", "blu-ray", "remux"}]),
        (r"\bs\d{2}\b(?!.*\bepisode)", [{"s00"}]),
        (r"^(?!.*\blive\b).*\b(19|20)\d\d\b.*\bflac\b", [{"0000"}, {"flac"}]),
        (r"\b(season|s) ?\d", [{"s0", "s 0", "season0", "season 0"}]),
        (r"(abc|\w+)", []),
        (r"(abc)?", []),
        (r"[^a]bc", [{"bc"}]),
    ],
)
def test_the_literals_of_an_expression_are_read_off_it(
    expression: str, pieces: list[set[str]]
) -> None:
    assert [set(texts) for texts in required(re.compile(expression))] == pieces


def test_an_expression_that_ignores_case_is_always_tried() -> None:
    assert required(re.compile("flac", re.IGNORECASE)) == ()
    assert required(re.compile("(?i:flac)")) == ()
    assert Screen([re.compile("flac"), re.compile("(?i)FLAC")]).candidates("mp3") == [1]


def test_digits_of_any_script_count_as_noughts() -> None:
    assert folded("s01 ٣x") == "s00 0x"
    assert Screen([re.compile(r"\dx\d")]).candidates("٣x4 é") == [0]


def test_a_lone_surrogate_hides_no_rule() -> None:
    assert Screen([re.compile("flac")]).candidates("\ud800flac") == [0]
