"""A line of a listing, and a size as it is written."""

import re
from dataclasses import dataclass

_SIZE = re.compile(
    r"(\d{1,3}(?:[,.\u00a0 ]\d{3})+|\d{1,20}(?:[.,]\d{1,3})?) ?([kmgt]?)i?(?:b|bytes?)?"
)
_GROUPS = re.compile(r"[,\u00a0 ](?=\d{3}(?:\D|$))")
_DOTTED_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
LONGEST = 1024
"""Characters that are looked at in a line; no more than half as many are kept of a path."""


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder of a listing."""

    path: str
    size: int | None = None
    is_folder: bool = False
    """Whether the listing says that it is one."""


def size_of(text: str) -> int | None:
    """Bytes of a size such as `1234`, `1,234`, `4.0K` or `1.4 GB`. Returns None if it is none.

    A thousand is 1,024 everywhere, as in the programs that shorten sizes.
    """
    matched = _SIZE.fullmatch(text.strip().lower())
    if matched is None:
        return None
    written, unit = matched.groups()
    digits = _GROUPS.sub("", written).replace(",", ".")
    if _DOTTED_GROUPS.fullmatch(digits) and (not unit or digits.count(".") > 1):
        digits = digits.replace(".", "")
    if unit:
        return int(float(digits) * _UNITS[unit])
    return int(digits) if digits.isdecimal() else None
