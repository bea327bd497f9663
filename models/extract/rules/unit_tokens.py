"""A name as numbers and the words that number seasons and episodes, in chains.

A chain is what stands close together: in `Title (3 сезон: 1-8 серии из 8) 2019 1080p` it is the
number 3, a word for a season, the numbers 1 to 8, a word for episodes, a word for "of", and 8.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from models.extract.rules.number_patterns import plain
from models.extract.rules.unit_words import Kind, UnitWord, number_words, unit_words

_RUN = re.compile(r"\d+|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(0x80)}
_NEAR = re.compile(r"[\s._,:;/|()\[\]#№«»\"'’&+~>–—-]{0,5}")
"""What may stand between two links of a chain."""

_DASH = re.compile(r"[-–—~]")
_SPACED_DASH = re.compile(r"[ ._][-–—~][ ._]?|[-–—~][ ._]")
_LIST = re.compile(r" ?[,&+] ?&? ?")
_ORDINALS = frozenset(
    ["st", "nd", "rd", "th", "й", "я", "е", "ой", "ая", "ª", "º", "âª", "âº", "ος", "η"]
)
_ORDINAL_MARK = re.compile(r"°|-?(?:ª|º|й|я|ой|ая)(?![^\W_])|[.](?= [^\W\d_])")
_VERSION = re.compile(r"v\d|[a-d](?![^\W_])")
_UNKNOWN = frozenset(["xx", "xxx", "хх", "ххх"])
"""A number that nobody knows yet, in Latin or Cyrillic letters."""
_PREFIXES = frozenset("제")
"""What may touch a number and says nothing."""

_SHORT = {
    "s": UnitWord(Kind.SEASON, behind=True),
    "e": UnitWord(Kind.EPISODE, behind=True),
}
"""The letters of `S02 E05`."""

_CLOSING = frozenset(")]")
_TEN = 10
_MOST_DIGITS = 4
_MOST_RUNS = 160
"""Words and numbers that are read of one name; a hostile one has any number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, a range or a list.

    `behind_dash` says that a spaced dash stands before it, `bracketed` that a bracket opens there,
    `open` that it may be more: `>12`, `xx`.
    """

    first: int
    start: int
    end: int
    last: int | None = None
    ordinal: bool = False
    in_words: bool = False
    padded: bool = False
    behind_dash: bool = False
    bracketed: bool = False
    open: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it may be the year of a work."""
        return 1900 <= self.first <= 2099


@dataclass(frozen=True, slots=True)
class Unit:
    """A word for a season, an episode or a part, or one that joins numbers.

    `short` says that it is only the letter of `S02`.
    """

    word: UnitWord
    start: int
    end: int
    short: bool = False


Link = Number | Unit
Chain = list[Link]


def chains(name: str) -> list[Chain]:
    """The chains of a name that hold a word for a season, an episode or "of"."""
    if not _may_count(plain(name)):
        return []
    lower = _lowered(name)
    runs = [(run[0], run.start(), run.end()) for run in _RUN.finditer(lower)][:_MOST_RUNS]
    together: list[Chain] = [[]]
    index = 0
    while index < len(runs):
        link, index = _link(lower, runs, index)
        if link is None:
            together.append([])
            continue
        chain = together[-1]
        if chain and not _NEAR.fullmatch(lower, chain[-1].end, link.start):
            together.append([])
        together[-1].append(link)
    return [_merged(lower, chain) for chain in together if any(map(_counts, chain))]


def _counts(link: Link) -> bool:
    return isinstance(link, Unit) and not link.short and link.word.kind in _COUNTING


_JOINTS = frozenset({Kind.TO, Kind.AND, Kind.FROM})
_COUNTING = frozenset({Kind.SEASON, Kind.EPISODE, Kind.OF})


def _lowered(name: str) -> str:
    """The name in small letters, letter for letter; a dotless i is an i."""
    lower = name.lower()
    if len(lower) != len(name):
        lower = "".join(letter.lower()[0] for letter in name)
    return lower.replace("\u0131", "i")


@cache
def _telling() -> frozenset[str]:
    """The words of which one must be there; a Latin letter needs another word beside it."""
    kinds = (Kind.SEASON, Kind.EPISODE)
    words = (word for word, unit in unit_words().items() if unit.kind in kinds)
    return frozenset(plain(word) for word in words if len(word) > 1 or not word.isascii())


@cache
def _between_numbers() -> re.Pattern[str]:
    """A word for "of" between two numbers."""
    words = sorted(word for word, unit in unit_words().items() if unit.kind is Kind.OF)
    return re.compile(rf"0[ ._]?(?:{'|'.join(words)})[ ._]?>?(?:0|xx|хх)")


def _may_count(plain_name: str) -> bool:
    """Whether a name, as `plain` writes it, has a word that makes a number one of a series."""
    if not _telling().isdisjoint(_words(plain_name)):
        return True
    return _between_numbers().search(plain_name) is not None


def _words(plain_name: str) -> list[str]:
    """The runs of letters of a name in small letters."""
    if plain_name.isascii():
        return plain_name.translate(_ASCII_LETTERS).split()
    return _WORD.findall(plain_name)


Run = tuple[str, int, int]
"""A run of letters or of digits, and where it begins and ends."""


def _link(lower: str, runs: Sequence[Run], index: int) -> tuple[Link | None, int]:
    """The link that begins with a run, and the run behind it; None where the run is no link."""
    text, start, end = runs[index]
    if text.isdecimal():
        return _number(lower, runs, index)
    touches_number = index + 1 < len(runs) and runs[index + 1][0].isdecimal()
    touches_number = touches_number and runs[index + 1][1] == end
    touches_word = start > 0 and lower[start - 1].isalnum()
    if text in _SHORT and touches_number and not touches_word:
        return Unit(_SHORT[text], start, end, short=True), index + 1
    if text in _PREFIXES and touches_number:
        return _number(lower, runs, index + 1)
    if text in _UNKNOWN:
        return Number(0, start, end, open=True), index + 1
    if number := number_words().get(text):
        in_words = Number(number.number, start, end, ordinal=number.ordinal, in_words=True)
        return in_words, index + 1
    word = unit_words().get(text)
    return (Unit(word, start, end) if word else None), index + 1


def _number(lower: str, runs: Sequence[Run], index: int) -> tuple[Number | None, int]:
    """A number with its ordinal mark or version; None if it touches a word that is no unit."""
    text, start, end = runs[index]
    behind = index + 1
    if len(text) > _MOST_DIGITS or (index > 0 and _is_foreign(runs[index - 1], start)):
        return None, behind
    ordinal = False
    if mark := _ORDINAL_MARK.match(lower, end):
        ordinal, end = True, mark.end()
    if behind < len(runs) and runs[behind][1] == runs[index][2]:
        suffix = runs[behind][0]
        if suffix in _ORDINALS:
            ordinal, end, behind = True, runs[behind][2], behind + 1
        elif version := _VERSION.match(lower, runs[index][2]):
            end, behind = version.end(), behind + 1 + (version[0][0] == "v")
        elif suffix not in unit_words():
            return None, behind
    while behind < len(runs) and runs[behind][1] < end:
        behind += 1
    return Number(int(text), start, end, ordinal=ordinal, padded=text[0] == "0"), behind


def _is_foreign(run: Run, start: int) -> bool:
    """Whether a run of letters touches the number that begins at `start` and is no unit."""
    text, _, end = run
    return end == start and not (text in _SHORT or text in _PREFIXES or text in unit_words())


def _merged(lower: str, chain: Chain) -> Chain:
    """The chain with each range or list as one number."""
    merged: Chain = []
    joint: Unit | None = None
    for index, link in enumerate(chain):
        if isinstance(link, Unit) and link.word.kind in _JOINTS:
            joint = None if link.word.kind is Kind.FROM else link
            continue
        before = merged[-1] if merged else None
        gap = lower[before.end : link.start] if before is not None else ""
        if isinstance(before, Number) and isinstance(link, Number):
            is_counted = _is_counted(merged[-2:-1]) or _is_counted(chain[index + 1 : index + 2])
            is_counted = is_counted or _is_range(lower, merged[-2:-1], before, link)
            if gap == "+" and any(map(is_of, chain[index + 1 : index + 2])):
                merged[-1] = replace(before, end=link.end)  # specials beside the episodes
                joint = None
                continue
            is_next = _is_next(gap, merged[-2:-1], before, link)
            is_next = is_next and not any(map(is_of, chain[index + 1 : index + 2]))
            if (is_next or _joins(gap, joint, is_counted)) and _follows(before, link, gap, joint):
                merged[-1] = replace(before, last=link.last or link.first, end=link.end)
                joint = None
                continue
        if isinstance(link, Number) and gap:
            is_behind_dash = _SPACED_DASH.fullmatch(gap) is not None
            is_bracketed = "(" in gap or "[" in gap
            is_open = link.open or ">" in gap
            link = replace(link, behind_dash=is_behind_dash, bracketed=is_bracketed, open=is_open)
        merged.append(link)
        joint = None
    return merged


def _is_counted(beside: Chain) -> bool:
    """Whether the word beside a number is of several, or tells of how many."""
    return any(
        isinstance(link, Unit) and (link.word.plural or link.word.kind is Kind.OF)
        for link in beside
    )


def _is_range(lower: str, beside: Chain, before: Number, link: Number) -> bool:
    """Whether a spaced dash behind a word for one makes a range: `Season 1 - 4`, `[ep. 11 - 15]`.

    In `Season 1 - 04` an episode follows.
    """
    if not beside or not isinstance(beside[0], Unit):
        return False
    if beside[0].word.kind is Kind.SEASON:
        return max(before.first, link.first) < _TEN and not link.padded
    return lower[link.end : link.end + 1] in _CLOSING


def is_of(link: Link) -> bool:
    """Whether a link is a word for "of"."""
    return isinstance(link, Unit) and link.word.kind is Kind.OF


def _is_next(gap: str, beside: Chain, before: Number, link: Number) -> bool:
    """Whether a season follows the one before it: `Seasons 1 2 3`."""
    last = before.first if before.last is None else before.last
    is_season = any(isinstance(unit, Unit) and unit.word.kind is Kind.SEASON for unit in beside)
    return is_season and gap == " " and link.first == last + 1 and not link.padded


def _joins(gap: str, joint: Unit | None, is_counted: bool) -> bool:
    """Whether what stands between two numbers makes them a range or a list."""
    if joint is not None or _DASH.fullmatch(gap) or _LIST.fullmatch(gap):
        return True
    return is_counted and _SPACED_DASH.fullmatch(gap) is not None


def _follows(before: Number, link: Number, gap: str, joint: Unit | None) -> bool:
    """Whether the second number continues the first: upwards, and one by one behind a comma."""
    last = before.first if before.last is None else before.last
    if before.is_year != link.is_year:
        return False
    return link.first == last + 1 if "," in gap and joint is None else link.first > last
