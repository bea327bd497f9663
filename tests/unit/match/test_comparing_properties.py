"""What holds of any two names that are compared."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.match.compare import NameKind, compare
from models.match.compare.tails import peel
from models.match.compare.words import spoken
from models.match.normalise import LONGEST, compact, fold

KINDS = st.sampled_from(NameKind)
_PIECES = """Low|Tide|the|of|&|and|TMOA|Part|II|2|five|hundred|twenty|(Live)|[2011 Remaster]|EP
(1998)|(US)|- |: |#1|feat.|S01|vol|Маяк|灯台|É|$|!||\u200b|000|ex|x|J.|(|]|, The"""
PIECES = st.sampled_from(_PIECES.replace("\n", "|").split("|"))
NAMES = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=9).map(" ".join), st.lists(PIECES).map("".join)
)


@given(KINDS, NAMES, NAMES)
def test_which_name_comes_first_makes_no_difference(kind: NameKind, name: str, other: str) -> None:
    comparison = compare(kind, name, other)
    assert comparison == compare(kind, other, name)
    assert 0 < comparison.confidence < 1


@given(KINDS, NAMES)
def test_a_name_is_itself(kind: NameKind, name: str) -> None:
    assert compare(kind, name, name).same is bool(fold(name))


@given(KINDS, NAMES)
def test_a_spelling_that_folds_to_a_name_is_that_name(kind: NameKind, name: str) -> None:
    for spelling in (fold(name), name.upper(), f" {name}_ ", name.replace(" ", ".")):
        if compact(spelling) == compact(name) and fold(name):
            assert compare(kind, spelling, name).same


@given(NAMES, st.booleans())
@example("_", False)
@example("...", True)
def test_what_is_left_of_a_title_is_part_of_it(name: str, tells_years: bool) -> None:
    tailed = peel(name, tells_years=tells_years)
    assert len(tailed.head) <= len(name)
    assert peel(tailed.head, tells_years=tells_years).head == tailed.head or tailed.tails
    if fold(name):
        assert fold(tailed.head)


_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
UNITS = _UNITS.split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = _TENS.split()


@given(st.integers(0, 99))
def test_a_number_in_words_is_the_number(number: int) -> None:
    words = UNITS[number] if number < 20 else TENS[number // 10 - 2]
    if number > 20 and number % 10:
        words += f"-{UNITS[number % 10]}"
    assert spoken(f"Gull {words}") == spoken(f"Gull {number}")


@given(st.integers(1, 39))
def test_a_roman_numeral_behind_a_part_is_the_number(number: int) -> None:
    ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    roman = "x" * (number // 10) + ones[number % 10]
    assert spoken(f"Gull Part {roman.upper()}") == ("gull", "pt", str(number))


@pytest.mark.parametrize("kind", list(NameKind))
@pytest.mark.parametrize(
    "piece",
    ["a ", "(", "A-", "x [cd 1]", "the ", "i ", "deluxe ", "1 ", ": ", "ab: ", "#", "one hundred "],
)
def test_hostile_names_are_answered(kind: NameKind, piece: str) -> None:
    hostile = piece * LONGEST
    assert compare(kind, hostile, hostile).same
    assert compare(kind, hostile, "Low Tide") == compare(kind, "Low Tide", hostile)
    assert compare(kind, "TMOA", hostile) == compare(kind, hostile, "TMOA")
