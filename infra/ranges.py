"""Years and sizes as people type and read them: `1990-1999`, `1.5G`."""

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Value = TypeVar("Value")

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_YEARS = re.compile(r"(\d{4})?\s*(-)?\s*(\d{4})?", re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def size(text: str) -> int:
    """Bytes of a size as people write it.

    >>> size("1.5G"), size("700 MiB")
    (1610612736, 734003200)

    Raises:
        ValueError: it is none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is no size such as 700M or 1.5G")
    power: int = 1024 ** _POWERS[match[2].lower()]
    return min(round(min(float(match[1]), 2.0**63) * power), 2**63 - 1)


def said_size(count: float) -> str:
    """Bytes as people say them.

    >>> said_size(12), said_size(1_500_000_000), said_size(200 * 2**20)
    ('12 B', '1.4 GiB', '200 MiB')
    """
    for unit in _UNITS:
        if count < 1024 or unit == _UNITS[-1]:
            break
        count /= 1024
    return f"{count:,.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"


def years(text: str) -> tuple[int | None, int | None]:
    """The first and the last year of a range.

    >>> years("1999"), years("1990-"), years("-1999")
    ((1999, 1999), (1990, None), (None, 1999))

    Raises:
        ValueError: it is none, or the first year is the later one.
    """
    match = _YEARS.fullmatch(text.strip())
    if match is None or not (match[1] or match[3]) or (match[3] and not match[2]):
        raise ValueError(f"{text[:40]!r} is no year such as 1999 or 1990-1999")
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else None
    if first is not None and last is not None and first > last:
        raise ValueError(f"{text[:40]!r} ends before it begins; write {last}-{first}")
    return (first, first) if not match[2] else (first, last)


def plainly_read(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """A type of argparse whose `ValueError` is told in its own words."""

    @wraps(read)
    def reading(text: str) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from error

    return reading
