"""Texts, moments and hashes: what runs in Rust takes and gives what the rule in Python says."""

import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.base import MAX_NAME, Infohash, Moment, Name, clean_text

NAME: TypeAdapter[str] = TypeAdapter(Name)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
ANY_TEXT = st.text(st.characters(), max_size=20)


def test_every_character_is_cleaned_alike_wherever_it_stands() -> None:
    """One text that is full of each tenth of Unicode, and each odd character at either end."""
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    odd = {letter for letter in characters if clean_text(f"a{letter}") != f"a{letter}"}
    assert len(odd) > 2_000, "surrogates alone are 2,048"
    for letter in [*odd, "\u00a0", "\u200b", "\ufeff", "é", "\U0001f600"]:
        for text in (f"{letter}a", f"a{letter}", f"a{letter}a"):
            assert NAME.validate_python(text) == clean_text(text)
    plain = [letter for letter in characters if letter not in odd]
    for start in range(0, len(plain), 1_000):
        text = f"a{''.join(plain[start : start + 1_000])}a"
        assert NAME.validate_python(text) == text


@given(ANY_TEXT)
def test_a_text_is_cleaned_or_refused_where_nothing_is_left(text: str) -> None:
    if clean_text(text):
        assert NAME.validate_python(text) == clean_text(text)
    else:
        with pytest.raises(ValidationError):
            NAME.validate_python(text)


@pytest.mark.parametrize("value", ["", " \n ", "x" * (MAX_NAME + 1), 5, None, b"\xff"])
def test_what_is_no_text_is_refused_with_one_plain_reason(value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        NAME.validate_python(value)
    (problem,) = refusal.value.errors()
    assert problem["msg"] == f"Text should have 1 to {MAX_NAME} characters"


def test_a_text_that_fits_once_it_is_cleaned_is_taken() -> None:
    assert NAME.validate_python(f" {'x' * MAX_NAME}\x00") == "x" * MAX_NAME


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-14, 14))
def test_a_moment_is_the_same_in_any_zone_and_always_utc(moment: datetime, hours: int) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    for read in (
        MOMENT.validate_python(there),
        MOMENT.validate_json(f'"{there.isoformat()}"'),
        MOMENT.validate_python(moment),
    ):
        assert read == moment.replace(tzinfo=UTC)
        assert read.utcoffset() == timedelta(0)
        assert read.isoformat() == moment.replace(tzinfo=UTC).isoformat()


def test_capitals_of_an_infohash_are_made_small_and_nothing_else_is_one() -> None:
    infohash: TypeAdapter[str] = TypeAdapter(Infohash)
    assert infohash.validate_python("AB" * 20) == "ab" * 20
    for wrong in ("ab" * 19, "ab" * 21, "gg" * 20, f"{'ab' * 20}\n"):
        with pytest.raises(ValidationError):
            infohash.validate_python(wrong)
