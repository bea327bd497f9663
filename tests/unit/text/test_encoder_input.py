"""What the encoders read of a name and its files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.encoder_input import (
    MAX_TOKENS,
    MAX_TOKENS_NAME,
    assemble,
    classified_text,
    name_text,
    tails_text,
)

CLS, SEP = -1, -2
tokens = st.lists(st.integers(0, 9), max_size=90)


def test_dots_and_underscores_stand_for_spaces() -> None:
    assert name_text("Paper.Harbour_1998") == "Paper Harbour 1998"


@given(st.text(st.characters(codec=None), max_size=60))
def test_what_the_tokenizer_reads_is_utf_8_and_as_long_as_the_name(name: str) -> None:
    text = name_text(name)
    assert len(text) == len(name)
    text.encode()


@pytest.mark.parametrize("year", range(2021, 2040))
def test_late_years_are_read_alike(year: int) -> None:
    assert classified_text(f"The_Paper_Harbour_({year})") == "The Paper Harbour (2020)"
    assert classified_text(f"Harbour.{year}.1080p") == "Harbour 2020 1080p"


@pytest.mark.parametrize(
    "name",
    [
        "The Paper Harbour (2014)",
        "Harbour 2077",
        "Harbour 2049",
        "Late Lantern 2026 03 22",
        "Late Lantern 22-03-2026",
        "Harbour 20240322",
        "build 12024",
    ],
)
def test_other_numbers_and_days_stay(name: str) -> None:
    assert classified_text(name) == name.replace(".", " ")


@given(st.text(st.sampled_from("203456 .-_(a"), max_size=40))
def test_reading_years_alike_moves_no_character(name: str) -> None:
    assert len(classified_text(name)) == len(name)


def test_tails_are_the_last_parts_of_the_first_paths() -> None:
    assert tails_text(["a/one.mkv", "two.srt", "b/c/three", "four"]) == "one mkv | two srt | three"


@given(tokens, tokens)
def test_an_input_begins_with_the_name_and_is_never_too_long(
    name: list[int], tails: list[int]
) -> None:
    ids = assemble(name, tails, CLS, SEP)
    kept = name[: MAX_TOKENS_NAME - 2]
    assert ids[: len(kept) + 2] == [CLS, *kept, SEP]
    assert ids.count(SEP) == (2 if tails else 1)
    assert ids[-1] == SEP
    assert len(ids) <= (MAX_TOKENS if tails else MAX_TOKENS_NAME)
