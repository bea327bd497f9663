"""The words of names in one form: numbers as digits, and nouns that are often shortened as such.

"Nineteen Eighty-Four" is "1984", "Part Two" is "pt 2", "The Ferry V" is "ferry 5", and "Doctor" is
"dr".
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from models.match.normalise import fold

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"

CARDINALS = {word: value for value, word in enumerate(_UNITS.split())} | {
    word: 10 * tens for tens, word in enumerate(_TENS.split(), 2)
}
"""Number word -> number."""
_POWERS = {"hundred": 100, "thousand": 1000}
_AS_ORDINAL = {
    word: f"{value}{({1: 'st', 2: 'nd', 3: 'rd'}).get(value, 'th')}"
    for value, word in enumerate(_ORDINALS.split(), 1)
}

NOUNS = {
    "volume": "vol",
    "volumes": "vol",
    "vols": "vol",
    "part": "pt",
    "parts": "pt",
    "teil": "pt",
    "chapter": "chapter",
    "episode": "episode",
    "book": "book",
    "act": "act",
    "phase": "phase",
    "season": "season",
    "s": "season",
    "no": "no",
    "nr": "no",
    "number": "no",
}
"""Nouns that a number follows -> the noun that stands for it."""
_SHORTENED = {
    "doctor": "dr",
    "mister": "mr",
    "saint": "st",
    "mount": "mt",
    "versus": "vs",
    "brothers": "bros",
    "department": "dept",
    "orch": "orchestra",
}
"""Words -> the way in which they are written as often."""
_COUNTING = frozenset({*NOUNS, *NOUNS.values()})
_GLUED = re.compile(r"(vol|volume|pt|part|chapter|episode|cd|disc|no|s)(\d{1,3})")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
_AMBIGUOUS = frozenset({"i", "v", "x"})
"""Letters that are numerals at the end of a name and behind a counting noun only."""


@lru_cache(maxsize=65_536)
def spoken(name: str) -> tuple[str, ...]:
    """The folded words of a name, with every number as digits.

    >>> spoken("Nineteen Eighty-Four, Volume Two")
    ('1984', 'vol', '2')
    """
    words: list[str] = []
    for word in fold(name).split():
        glued = _GLUED.fullmatch(word)
        words += glued.groups() if glued and words else (word,)
    return tuple(_cardinals(_numerals(words)))


def key(name: str) -> str:
    """The spoken name without spaces."""
    return "".join(spoken(name))


def numbers(words: Sequence[str]) -> tuple[str, ...]:
    """The numbers of spoken words, in order."""
    return tuple(word for word in words if word[0].isdigit())


def _numerals(words: list[str]) -> list[str]:
    """Counting nouns in one form, and roman numerals as digits."""
    last = len(words) - 1
    plain = []
    for at, word in enumerate(words):
        follows_noun = at > 0 and words[at - 1] in _COUNTING
        is_numeral = follows_noun or (at > 0 and (word not in _AMBIGUOUS or at == last))
        if word in NOUNS and at < last:
            plain.append(NOUNS[word])
        elif is_numeral and _ROMAN.fullmatch(word):
            plain.append(str(_roman(word)))
        elif word == "000" and plain and plain[-1].isdecimal():
            plain[-1] += word
        elif word.isdecimal():
            plain.append(word.lstrip("0") or "0")
        else:
            plain.append(_AS_ORDINAL.get(word) or _SHORTENED.get(word, word))
    return plain


def _roman(word: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in word]
    total = 0
    for at, value in enumerate(values):
        total += -value if value < max(values[at:]) else value
    return total


def _cardinals(words: list[str]) -> list[str]:
    """Runs of number words as one number: a sum, a multiple, or a year read in two halves."""
    plain: list[str] = []
    at = 0
    while at < len(words):
        value, stop = _cardinal(words, at)
        if value is None:
            plain.append(words[at])
        else:
            plain.append(str(value))
        at = stop
    return plain


def _cardinal(words: Sequence[str], at: int) -> tuple[int | None, int]:
    """The number that starts at a place, and where it ends."""
    value, stop = _below_hundred(words, at)
    if value is None:
        return None, at + 1
    if stop < len(words) and words[stop] in _POWERS:
        value *= _POWERS[words[stop]]
        rest = stop + 1 + (stop + 1 < len(words) and words[stop + 1] == "and")
        more, end = _below_hundred(words, rest)
        return (value, stop + 1) if more is None else (value + more, end)
    if 10 <= value <= 20:
        decade, end = _below_hundred(words, stop)
        if decade is not None and decade >= 10:
            return 100 * value + decade, end
    return value, stop


def _below_hundred(words: Sequence[str], at: int) -> tuple[int | None, int]:
    if at >= len(words) or words[at] not in CARDINALS:
        return None, at
    value = CARDINALS[words[at]]
    if value >= 20 and at + 1 < len(words) and 1 <= CARDINALS.get(words[at + 1], 0) <= 9:
        return value + CARDINALS[words[at + 1]], at + 2
    return value, at + 1
