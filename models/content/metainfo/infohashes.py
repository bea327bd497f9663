"""Infohashes however they are written: hex, base32, base64, bytes, magnet links (BEP 9, 52)."""

import binascii
import re
from base64 import b32decode, b64decode
from urllib.parse import unquote

_HEX40 = re.compile(r"[0-9a-fA-F]{40}")
_HEX64 = re.compile(r"[0-9a-fA-F]{64}")
_BASE32 = re.compile(r"[A-Za-z2-7]{32}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{27}=")
_EXACT_TOPIC = re.compile(r"xt(?:\.\d+)?=urn:(btih|btmh):([0-9a-zA-Z]+)", re.IGNORECASE)
_SHA256 = "1220"
"""What a multihash of SHA-256 begins with: the function, and 32 bytes."""

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
