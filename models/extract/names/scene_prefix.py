"""The group in front of a scene file's name: `grp-quiet.harbour.2011.720p.bluray.x264.mkv`."""

import re
import tomllib
from functools import cache
from pathlib import Path

from models.extract.names.scan import scan

_PREFIX = re.compile(
    r"(?!(?:mrs?|ms|dr|st|tv|dc|ww\d)-)(?P<group>[a-z0-9]{2,11})-"
    r"(?=[a-z0-9']+(?:[._][a-z0-9()'-]+){2,}$)"
)
_GROUP_BEHIND = re.compile(r"-[a-z0-9]{2,16}(?:\.[a-z0-9]{2,4})?$")
_LETTER = re.compile(r"[a-z]")
_VOWEL = re.compile(r"[aeiouy]")

_FILE = Path(__file__).with_suffix(".toml")


def scene_prefix(name: str) -> str | None:
    """The group that a name begins with, before its dash. Returns None if it begins with none.

    Such names are written small throughout. What looks like a word begins a title
    ("spider-man.2002.720p"), but for groups that are known.
    """
    match = _PREFIX.match(name) if name.islower() else None
    if match is None:
        return None
    group = match["group"]
    if group in _known("games"):
        return group
    if _GROUP_BEHIND.search(name, match.end()):
        return None
    if not _LETTER.search(group) or (_is_word(group) and group not in _known("video")):
        return None
    return group if any(hit.word.field.strong and not hit.weak for hit in scan(name)) else None


def _is_word(group: str) -> bool:
    """Whether a group is written as words are: letters alone, vowels among them."""
    return group.isalpha() and _VOWEL.search(group) is not None


@cache
def _known(kind: str) -> frozenset[str]:
    """The groups of a list of the file."""
    return frozenset(tomllib.loads(_FILE.read_text(encoding="utf-8"))[kind])
