"""How names are shared out among runs of a network."""

from hypothesis import given
from hypothesis import strategies as st

from models.runtime import runs

LONGEST = 64
_lengths = st.lists(st.integers(1, 100), max_size=300)


@given(_lengths)
def test_each_input_is_in_one_run_that_is_long_enough(lengths: list[int]) -> None:
    chosen = [(index, padded) for padded, _, picked in runs(lengths, LONGEST) for index in picked]
    assert sorted(index for index, _ in chosen) == list(range(len(lengths)))
    assert all(min(lengths[index], LONGEST) <= padded <= LONGEST for index, padded in chosen)


@given(_lengths)
def test_a_run_has_several_rows_and_few_tokens(lengths: list[int]) -> None:
    for padded, rows, picked in runs(lengths, LONGEST):
        assert max(2, len(picked)) == rows
        assert rows * padded <= 512


def test_inputs_longer_than_a_run_go_two_by_two() -> None:
    assert [(rows, picked) for _, rows, picked in runs([600] * 3, 1000)] == [(2, [0, 1]), (2, [2])]
