"""Names that say nothing of a work: `New folder (2)`, `torrent_4821`, a checksum."""

import re
import tomllib
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_suffix(".toml")
_WORD = re.compile(r"[^\W\d_]+")
_CHECKSUM = re.compile(r"[0-9a-f]{16,64}", re.IGNORECASE)
_MOST_WORDS = 4
"""A longer name is no name of a folder."""


@cache
def _words() -> frozenset[str]:
    return frozenset(tomllib.loads(_WORDS.read_text(encoding="utf-8"))["words"])


def says_nothing(name: str) -> bool:
    """Whether a name has only numbers and words for folders, or is a checksum."""
    if _CHECKSUM.fullmatch(name.strip()):
        return True
    words = _WORD.findall(name.casefold())
    return len(words) <= _MOST_WORDS and all(word in _words() for word in words)
