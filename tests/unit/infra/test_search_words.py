"""How the words of a question are folded, and which questions there are none for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.postgres.search import cursor
from infra.postgres.search.conditions import imdb_spellings
from infra.postgres.search.words import MAX_WORDS, Words, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Low.Tide", "Low Tide"),
        ("low-tide (2006) [FLAC]", "low tide 2006 FLAC"),
        ('"low.tide" -live', '"low tide" -live'),
        ('-"low tide"', '-"low tide"'),
        ("-low.tide", '-"low tide"'),
        ("a - b", "a b"),
        ("--- ...", ""),
        ('"open', '"open"'),
        ('""', ""),
        ("nul\0and\ud800surrogate", "nul and surrogate"),
        ("rock or roll", "rock or roll"),
    ],
)
def test_words_are_folded_like_those_of_names(typed: str, folded: str) -> None:
    assert words(typed).text == folded


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("paper ligh", Words("paper", "ligh")),
        ("paper li", Words("paper li")),
        ("paper ligh ", Words("paper ligh")),
        ("paper -ligh", Words("paper -ligh")),
        ("Paper.Ligh", Words("Paper", "Ligh")),
        ("ligh'", Words("ligh'")),
        ("lighthouse", Words("", "lighthouse")),
        ("ferry or light", Words("ferry or light")),
        ('ferry "or" light', Words('ferry "or"', "light")),
    ],
)
def test_the_last_word_may_go_on(typed: str, asked: Words) -> None:
    read = words(typed, prefix=True)
    assert (read.text, read.open_end) == (asked.text, asked.open_end)


def test_no_more_words_than_a_person_types_are_asked_for() -> None:
    assert len(words("a " * 200).text.split()) == MAX_WORDS


@given(st.text(), st.booleans())
def test_any_text_has_words_that_postgres_can_hold(text: str, prefix: bool) -> None:
    asked = words(text, prefix=prefix)
    (asked.text + asked.open_end).encode()
    assert "\0" not in asked.text + asked.open_end
    assert asked.open_end == "" or asked.open_end.isalnum()


@pytest.mark.parametrize(
    ("given_id", "spellings"),
    [
        ("0133093", ["tt0133093"]),
        ("tt0133093", ["tt0133093"]),
        ("133093", ["tt0133093", "tt133093"]),
        ("tt12345678", ["tt12345678"]),
        ("", []),
        ("tt", []),
        ("²", []),
        ("1" * 13, []),
    ],
)
def test_an_imdb_id_is_taken_in_every_spelling(given_id: str, spellings: list[str]) -> None:
    assert imdb_spellings(given_id) == spellings


@given(st.integers(-(2**62), 2**62), st.binary(min_size=20, max_size=20))
def test_a_cursor_is_read_as_it_was_written(value: int, infohash: bytes) -> None:
    text = cursor.written(value, infohash.hex())
    assert cursor.read(text, int, bytes) == [value, infohash]


@given(st.text())
def test_any_other_text_is_refused_by_one_error(text: str) -> None:
    with pytest.raises(cursor.BadCursor):
        cursor.read(text, int, bytes)
