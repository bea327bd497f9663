"""How a piece of a name is written: what stands before it, and its case.

The tokenizer loses both, so the tagger is told them as one number, the *shape*.
"""

from enum import IntEnum
from functools import lru_cache


class Gap(IntEnum):
    """What stands before a piece."""

    NAME_BEGINS = 0
    WORD_GOES_ON = 1
    SPACE = 2
    DOT = 3
    UNDERSCORE = 4
    OTHER = 5


class Case(IntEnum):
    """The letters of a piece."""

    LOWER = 0
    CAPITALISED = 1
    UPPER = 2
    MIXED = 3
    DIGITS = 4
    NO_LETTERS = 5


SHAPES = len(Gap) * len(Case)
"""How many shapes there are."""

JOINS = tuple(
    gap is Gap.WORD_GOES_ON and case is not Case.NO_LETTERS for gap in Gap for case in Case
)
"""By shape, whether a piece goes on a word: letters or digits right after such."""

_GAP_OF = {" ": Gap.SPACE, ".": Gap.DOT, "_": Gap.UNDERSCORE}


def shape(name: str, start: int, end: int) -> int:
    """The shape of a piece of the name."""
    return _shape(name[start - 1] if start else "", name[start:end])


@lru_cache(maxsize=16_384)
def _shape(before: str, piece: str) -> int:
    """The shape of a piece behind a character; most names are made of the same pieces."""
    return _gap(before) * len(Case) + _case(piece)


def _gap(before: str) -> Gap:
    if not before:
        return Gap.NAME_BEGINS
    return Gap.WORD_GOES_ON if before.isalnum() else _GAP_OF.get(before, Gap.OTHER)


def _case(piece: str) -> Case:
    if piece.isdigit():
        return Case.DIGITS
    if piece.islower():
        return Case.LOWER
    if piece.isupper():
        return Case.UPPER
    if piece[:1].isupper() and piece[1:].islower():
        return Case.CAPITALISED
    return Case.MIXED if piece.isalnum() else Case.NO_LETTERS
