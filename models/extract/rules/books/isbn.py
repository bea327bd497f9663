"""ISBNs in a name: ten or thirteen digits whose check digit is right."""

import re
from typing import NamedTuple

_ISBN = re.compile(
    r"(?<![0-9A-Za-z])(?:ISBN(?:-?1[03])?[ :._-]{0,3})?"
    r"(?P<number>97[89](?:[ -]?\d){10}|\d(?:-?\d){8}-?[\dXx])(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_LONG = 13
_FEWEST_DIGITS = re.compile(r"(?:\d[ -]?){9}")


class Isbn(NamedTuple):
    """An ISBN without hyphens, and where it stands."""

    number: str
    start: int
    end: int


def isbn(name: str) -> Isbn | None:
    """The first ISBN of a name. Returns None if it has none whose check digit is right."""
    if _FEWEST_DIGITS.search(name) is None:
        return None
    for match in _ISBN.finditer(name):
        number = re.sub(r"[ -]", "", match["number"]).upper()
        if is_valid(number):
            return Isbn(number, *match.span())
    return None


def is_valid(number: str) -> bool:
    """Whether the last digit is the one that the others give (ISO 2108).

    Args:
        number: ten or thirteen digits; the last of ten may be an X.
    """
    digits = [10 if digit == "X" else int(digit) for digit in number]
    if len(digits) == _LONG:
        return (sum(digits) + 2 * sum(digits[1::2])) % 10 == 0
    weighed = (weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True))
    return sum(weighed) % 11 == 0
