"""Whether two spellings are of one name: slips of the pen, and signs that stand for letters."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from models.match.normalise import fold

_ALIKE = 85
"""Similarity of two spellings, in percent, that are taken for one name."""
_SHORTEST = 6
"""Letters of the shortest name that may be misspelled: Blur is not a slip for Blue."""

_DISGUISED = {
    "0": "[0o]",
    "1": "[1il]",
    "3": "[3e]",
    "4": "[4a]",
    "5": "[5s]",
    "7": "[7tv]",
    "8": "[8b]",
}
"""Digit -> what it stands for inside a word ("Se7en", "Deadmau5")."""
_MIXED = re.compile(r"[a-z]\d|\d[a-z]")


def are_disguised(mine: str, theirs: str) -> bool:
    """Whether two folded names are equal when digits inside words are read as letters."""
    return _stands_for(mine, theirs) or _stands_for(theirs, mine)


def _stands_for(mine: str, theirs: str) -> bool:
    compacted, other = mine.replace(" ", ""), theirs.replace(" ", "")
    if len(compacted) != len(other) or not _MIXED.search(compacted):
        return False
    return all(
        mine_letter == letter or letter in _DISGUISED.get(mine_letter, "")
        for mine_letter, letter in zip(compacted, other, strict=True)
    )


def are_alike(mine: str, theirs: str) -> bool:
    """Whether two folded names are alike enough to be spellings of one."""
    if min(len(mine), len(theirs)) < _SHORTEST:
        return False
    return likeness(mine, theirs) >= _ALIKE


def likeness(mine: str, theirs: str) -> float:
    """How alike two folded names are, in percent, in the order of their words or sorted."""
    return max(fuzz.ratio(mine, theirs), fuzz.token_sort_ratio(mine, theirs))


def differ_by_plural(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one word is plural on one side: "Alien" and "Aliens" are two films."""
    if len(mine) != len(theirs):
        return False
    unlike = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    return len(unlike) == 1 and f"{min(unlike[0], key=len)}s" == max(unlike[0], key=len)


def segments(title: str) -> tuple[str, ...]:
    """The folded parts of a title between colons, dashes and brackets; itself if it has none."""
    parts = re.split(r"\s*[:;|]\s+|\s+[-–—/|]\s+|\s*[()\[\]{}]\s*", title)
    return tuple(folded for part in parts if (folded := fold(part)))
