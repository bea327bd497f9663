"""Values of a dump as numbers, dates, infohashes and identifiers; what makes no sense is None."""

import binascii
import math
import re
from base64 import b32decode, b64decode
from datetime import UTC, datetime
from urllib.parse import unquote

MAX_COUNT = 2**31 - 1

_EARLIEST = 946_684_800
"""2000-01-01: BitTorrent is from 2001, so an older date is a wrong clock or an empty field (0)."""

_LATEST = 4_102_444_800
"""2100-01-01: milliseconds taken for seconds end up far beyond it."""

_DIGITS = 10
"""Of Unix seconds, from 2001 to 2286."""

_HEX40 = re.compile(r"[0-9a-fA-F]{40}")
_HEX64 = re.compile(r"[0-9a-fA-F]{64}")
_BASE32 = re.compile(r"[A-Za-z2-7]{32}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{27}=")
_EXACT_TOPIC = re.compile(r"xt(?:\.\d+)?=urn:(btih|btmh):([0-9a-zA-Z]+)", re.IGNORECASE)
_SHA256 = "1220"
"""What a multihash of SHA-256 begins with: the function, and 32 bytes."""
_IMDB = re.compile(r"tt[0-9]{5,12}")

Hashes = tuple[str | None, str | None]
"""The 20-byte infohash and that of version 2, in lower-case hex."""


def hashes(value: object) -> Hashes:
    """The infohashes that a value names; `(None, None)` if it names none.

    Version 2 alone gives both: its first 20 bytes are what the DHT knows the torrent by.
    """
    if isinstance(value, str):
        if _HEX40.fullmatch(value):
            return value.lower(), None
        return _unusual(value.strip())
    if isinstance(value, bytes | bytearray | memoryview):
        if len(value) == 20:
            return binascii.hexlify(value).decode(), None
        if len(value) == 32:
            digits = binascii.hexlify(value).decode()
            return digits[:40], digits
    return None, None


def _unusual(text: str) -> Hashes:
    if _HEX40.fullmatch(text):
        return text.lower(), None
    if _HEX64.fullmatch(text):
        digits = text.lower()
        return digits[:40], digits
    if text.startswith("\\x"):  # as Postgres writes bytes
        return _unusual(text[2:]) if "\\x" not in text[2:] else (None, None)
    if _BASE32.fullmatch(text):
        return b32decode(text.upper()).hex(), None
    if _BASE64.fullmatch(text):
        return b64decode(text).hex(), None
    if "urn:bt" in text or "URN:BT" in text or "urn%3Abt" in text:
        return topics(text)
    return None, None


def topics(link: str) -> Hashes:
    """The infohashes of a magnet link."""
    version_1, version_2 = None, None
    for kind, digits in _EXACT_TOPIC.findall(unquote(link)):
        if kind.lower() == "btmh":
            if digits.startswith(_SHA256) and _HEX64.fullmatch(digits[4:]):
                version_2 = digits[4:].lower()
        elif len(digits) in (32, 40):
            version_1 = version_1 or _unusual(digits)[0]
    if version_1 is None and version_2 is not None:
        version_1 = version_2[:40]
    return version_1, version_2


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
