"""Rows as columns, which is how `unnest` takes a batch in one statement."""

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any] | None]:
    """Turn rows into columns; `width` is how many there are, also where there are no rows.

    A column of nothing but NULL is itself NULL: `unnest` fills it up, and nobody has to encode it.
    """
    if not rows:
        return [[] for _ in range(width)]
    return [
        list(values) if any(value is not None for value in values) else None
        for values in zip(*rows, strict=True)
    ]
