"""Rows as columns, which is how `unnest` takes a batch in one statement."""

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Turn rows into columns; `width` is how many there are, also where there are no rows."""
    return [[row[column] for row in rows] for column in range(width)]
