"""McNemar's exact test and Holm's correction: known values, and what they must be like."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.compare.mcnemar import exact_p, holm

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("won", "lost", "expected"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (0, 5, 0.0625),
        (0, 6, 0.03125),
        (10, 10, 1.0),
        (5, 15, 0.04138946533203125),  # the binomial test of 5 of 20
        (2, 12, 0.012939453125),  # of 2 of 14
        (1, 9, 0.021484375),  # of 1 of 10
    ],
)
def test_p_values_are_those_of_tables(won: int, lost: int, expected: float) -> None:
    assert exact_p(won, lost) == expected


@given(COUNTS, COUNTS)
def test_a_p_value_is_the_share_of_splits_that_are_as_uneven(won: int, lost: int) -> None:
    total = won + lost
    ways = sum(comb(total, picked) for picked in range(min(won, lost) + 1))
    assert exact_p(won, lost) == float(min(Fraction(1), Fraction(2 * ways, 2**total)))
    assert exact_p(won, lost) == exact_p(lost, won)


def test_thousands_of_cases_are_no_trouble() -> None:
    assert exact_p(5_000, 5_000) == 1.0
    assert 0 < exact_p(4_800, 5_200) < 0.0001


def test_holm_gives_the_values_of_the_textbook() -> None:
    adjusted = holm([0.01, 0.04, 0.03, 0.005])
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_keeps_the_order_and_lowers_nothing(values: list[float]) -> None:
    adjusted = holm(values)
    in_order = sorted(range(len(values)), key=lambda place: values[place])
    ranked = [adjusted[place] for place in in_order]
    assert ranked == sorted(ranked)
    assert all(value <= more <= 1 for value, more in zip(values, adjusted, strict=True))
    assert not values or min(adjusted) == pytest.approx(min(1, min(values) * len(values)))
