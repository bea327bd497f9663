"""Columns of numbers: joined in pairs, sorted, looked up."""

from array import array
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_HALF = np.uint64(32)
"""Bits of the upper of two numbers that are joined."""


def of(column: "array[int]") -> Array:
    """A column as an array over the same memory."""
    return np.frombuffer(column, dtype=column.typecode)


def joined(upper: Array, lower: Array) -> Array:
    """Two columns of 32-bit numbers as one of 64 bits; it sorts by the first, then the second."""
    return upper.astype(np.uint64) << _HALF | lower.astype(np.uint64)


def upper(pairs: Array) -> Array:
    """The first of the two columns that were joined."""
    return (pairs >> _HALF).astype(np.uint32)


def lower(pairs: Array) -> Array:
    """The second of the two columns that were joined."""
    return pairs.astype(np.uint32)


def in_order(keys: Array, values: Array) -> tuple[Array, Array]:
    """Both columns sorted by the keys; equal keys keep the order of their values."""
    order = np.argsort(keys, kind="stable")
    return keys[order], values[order]


def located(keys: Array, wanted: Array) -> tuple[Array, Array]:
    """Where each wanted key stands among sorted keys, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), bool)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return places, keys[places] == wanted
