"""Rows as columns, as `unnest` takes them."""

from infra.postgres.columns import columns


def test_rows_become_columns() -> None:
    assert columns([(1, "a"), (2, None)], 2) == [[1, 2], ["a", None]]


def test_a_column_of_nothing_but_null_is_null() -> None:
    assert columns([(1, None), (2, None)], 2) == [[1, 2], None]


def test_what_is_false_is_no_null() -> None:
    assert columns([(0, False, "")], 3) == [[0], [False], [""]]


def test_no_rows_have_columns_nevertheless() -> None:
    assert columns([], 3) == [[], [], []]
