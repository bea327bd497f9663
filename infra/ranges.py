"""Years and sizes as people type them: `1990-1999`, `1.5G`."""

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_YEARS = re.compile(r"(\d{4})?\s*(-)?\s*(\d{4})?", re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


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
