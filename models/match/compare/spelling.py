"""Whether two spellings are of one name: slips of the pen, and signs that stand for letters."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from models.match.normalise import fold

_ALIKE = 85
"""Similarity of two spellings, in percent, that are taken for one name."""
_SHORTEST = 6
"""Letters of the shortest name that may be misspelled: Fern is not a slip for Fens."""

_DISGUISED = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "tv", "8": "b"}
"""Digit -> what it stands for inside a word ("F3rry", "L1ghthouse")."""
_MIXED = re.compile(r"[a-z]\d|\d[a-z]")

_ARTICLES = frozenset(
    "the a an el la los las le les il lo gli i der die das de het den det os as".split()  # noqa: SIM905
)
"""Articles of languages that titles are in, where a name starts with one."""
_CONJUNCTIONS = frozenset({"and", "et", "y", "e", "und", "og", "och", "i"})
"""Words between two names that say "and"."""
_END_OF_LATIN = "\u0250"
"""The letter after the last one of Unicode's Latin blocks."""
_FEWEST_CONSONANTS = 4
"""Shorter names of other scripts have too many look-alikes."""
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"dzh|zh|dj", "j"),
        (r"kh", "h"),
        (r"ph", "v"),
        (r"th", "t"),
        (r"ts|tz|sch|sh|ch|z|c(?=[eiy])", "s"),
        (r"ck|[cqg]", "k"),
        (r"x", "ks"),
        (r"[wfb]", "v"),
        (r"l", "r"),
        (r"[aeiouyh]", ""),
        (r"(\w)\1+", r"\1"),
        (r" +", " "),
    )
)
"""Sounds that romanisations write in several ways -> one of them; vowels and h go."""
_SEPARATOR = re.compile(r"\s*[:;|]\s+|\s+[-–—/|]\s+|\s*[()\[\]{}]\s*")


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
    """Whether one word is plural on one side: "Gull" and "Gulls" are two films."""
    if len(mine) != len(theirs):
        return False
    unlike = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    return len(unlike) == 1 and f"{min(unlike[0], key=len)}s" == max(unlike[0], key=len)


def without_articles(words: Sequence[str]) -> tuple[str, ...]:
    """Words without an article in front, and every conjunction as "and"."""
    bare = words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
    last = len(bare) - 1
    return tuple(
        "and" if word in _CONJUNCTIONS and 0 < at < last else word for at, word in enumerate(bare)
    )


def are_romanised(mine: str, theirs: str) -> bool:
    """Whether two names, of which one is in another script, have the same consonants."""
    if _is_latin(mine) == _is_latin(theirs):
        return False
    consonants, others = _consonants(mine), _consonants(theirs)
    if min(len(consonants), len(others)) < _FEWEST_CONSONANTS:
        return False
    return likeness(consonants, others) >= _ALIKE


@lru_cache(maxsize=65_536)
def _consonants(name: str) -> str:
    """The consonants of a name's words, those alike that romanisations confuse."""
    sounds = fold(name)
    for pattern, sound in _SOUNDS:
        sounds = pattern.sub(sound, sounds)
    return sounds.strip()


def _is_latin(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return all(letter < _END_OF_LATIN for letter in letters)


def beginnings(title: str) -> Iterator[str]:
    """What stands before each colon, dash or bracket of a title."""
    for separator in _SEPARATOR.finditer(title):
        yield title[: separator.start()]


def endings(title: str) -> Iterator[str]:
    """What stands behind each colon or dash of a title."""
    for separator in _SEPARATOR.finditer(title):
        if not separator[0].strip(" :;|-–—/"):
            yield title[separator.end() :]
