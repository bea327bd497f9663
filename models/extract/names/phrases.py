"""Words and phrases of a table, looked up in a name word by word.

A look-up in a dictionary at each word costs the same however long the table is.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from models.extract.names.words import REMEMBERED

_WORD = re.compile(r"[^\W_]+")
_NUMBER_BEHIND = re.compile(r"\d{1,2}\Z")
_ANY_NUMBER = "#"
_WEAK = "~"
_SEPARATORS = " .-_+&/'’"
_WIDEST_GAP = 3


class Word(NamedTuple):
    """A run of letters and digits: in small letters, and where it stands in the name."""

    text: str
    start: int
    end: int


class Phrase(NamedTuple):
    """An entry of the table that stands in a name, and where.

    `weak` says that a title may contain it, too.
    """

    field: str
    value: str
    start: int
    end: int
    weak: bool


class _Entry(NamedTuple):
    """A phrase of the table: the words behind its first, and what it says."""

    later: tuple[str, ...]
    field: str
    value: str
    weak: bool


@lru_cache(maxsize=REMEMBERED)
def words_of(name: str) -> tuple[Word, ...]:
    """The words of a name, in order."""
    return tuple(
        Word(match[0].lower(), match.start(), match.end()) for match in _WORD.finditer(name)
    )


class Phrases:
    """A table of phrases.

    Args:
        table: field -> value -> how it is written, in small letters with a space between words. `#`
            at the end of a word stands for one or two digits. `~` before a phrase says that it is
            weak.
    """

    def __init__(self, table: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        entries: defaultdict[str, list[_Entry]] = defaultdict(list)
        for field, values in table.items():
            for value, spellings in values.items():
                for spelling in spellings:
                    first, *later = spelling.removeprefix(_WEAK).split()
                    is_weak = spelling.startswith(_WEAK)
                    entries[first].append(_Entry(tuple(later), field, value, is_weak))
        self._entries = {
            first: tuple(sorted(phrases, key=lambda entry: -len(entry.later)))
            for first, phrases in entries.items()
        }

    @classmethod
    def read(cls, path: Path) -> "Phrases":
        """The table of a TOML file."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def found_in(self, name: str) -> list[Phrase]:
        """The phrases of a name, in order; where several begin at one word, the longest.

        One that says several things is there several times.
        """
        phrases = []
        words = words_of(name)
        place = 0
        while place < len(words):
            entries = self._entries_at(name, words, place)
            if not entries:
                place += 1
                continue
            last = place + len(entries[0].later)
            start, end = words[place].start, words[last].end
            phrases += [
                Phrase(entry.field, entry.value, start, end, entry.weak) for entry in entries
            ]
            place = last + 1
        return phrases

    def _entries_at(self, name: str, words: Sequence[Word], place: int) -> list[_Entry]:
        """The longest entries that begin at a word; several say several things of it."""
        longest: list[_Entry] = []
        for entry in self._entries.get(_spelt(words[place].text, self._entries), ()):
            if longest and len(entry.later) < len(longest[0].later):
                break
            if not entry.later or _follow(name, words, place, entry.later):
                longest.append(entry)
        return longest


def _spelt(word: str, known: Mapping[str, object]) -> str:
    """The word as the table has it: with `#` for its number, if it is not there with its digits."""
    if word in known or not word[-1].isdigit():
        return word
    return _NUMBER_BEHIND.sub(_ANY_NUMBER, word)


def _follow(name: str, words: Sequence[Word], place: int, later: Sequence[str]) -> bool:
    """Whether the other words of a phrase follow, with nothing but separators between them."""
    if place + len(later) >= len(words):
        return False
    for offset, wanted in enumerate(later, 1):
        before, word = words[place + offset - 1], words[place + offset]
        if word.text != wanted and _NUMBER_BEHIND.sub(_ANY_NUMBER, word.text) != wanted:
            return False
        gap = name[before.end : word.start]
        if len(gap) > _WIDEST_GAP or gap.strip(_SEPARATORS):
            return False
    return True
