"""Values of a dump as numbers, dates and identifiers; what makes no sense is None."""

import math
import re
from datetime import UTC, datetime

MAX_COUNT = 2**31 - 1

_EARLIEST = 946_684_800
"""2000-01-01: BitTorrent is from 2001, so an older date is a wrong clock or an empty field (0)."""

_LATEST = 4_102_444_800
"""2100-01-01: milliseconds taken for seconds end up far beyond it."""

_DIGITS = 10
"""Of Unix seconds, from 2001 to 2286."""

_IMDB = re.compile(r"tt[0-9]{5,12}")


def whole(value: object) -> int | None:
    """A whole number of its digits. Returns None if it is none."""
    if isinstance(value, str):
        # int() also takes "1_000" and digits of other scripts, and a million digits take it
        # minutes.
        if value.isdecimal() and len(value) < 20 and value.isascii():
            return int(value)
        text = value.strip()
        return int(text) if text != value and text.isdecimal() and text.isascii() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return None


def moment(value: object) -> datetime | None:
    """A date of Unix seconds or ISO 8601. Returns None if it makes no sense."""
    is_usual = isinstance(value, str) and len(value) <= _DIGITS and value.isdecimal()
    seconds = int(value) if is_usual else seconds_of(value)  # type: ignore[call-overload]
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds <= _LATEST else None


def seconds_of(value: object) -> float:
    """Unix seconds of a number, its digits or an ISO 8601 date; not a number if it is neither."""
    try:
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, datetime):
            return _in_utc(value).timestamp()
        if isinstance(value, str):
            text = value[:48].strip()
            if text.replace(".", "", 1).isdecimal():
                return float(text)
            return _in_utc(datetime.fromisoformat(text)).timestamp()
    except (ValueError, OverflowError):
        pass
    return math.nan


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def imdb_of(value: object) -> str | None:
    """IMDb's identifier in a link, an identifier or a bare number. Returns None if it is none."""
    if isinstance(value, str):
        matched = _IMDB.search(value[:200])
        if matched is not None:
            return matched[0]
    number = whole(value)
    return f"tt{number:07}" if number is not None and 0 < number < 10**12 else None
