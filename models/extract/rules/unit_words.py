"""The words that number seasons and episodes, as `units.toml` lists them by language."""

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("units.toml")

_PLURALS = {"seasons": "season", "episodes": "episode"}
_BEHIND = {"season_behind": "season", "season_beside": "season"}
_BESIDE = "season_beside"
_NUMBERS = ("ordinals", "cardinals")
_OF_FILMS = frozenset(["episode", "episodio", "episódio", "épisode"])
"""Words for an episode that films have in their titles, too."""


class Kind(StrEnum):
    """What a word is to the numbers beside it."""

    SEASON = "season"
    EPISODE = "episode"
    PART = "part"
    OF = "of"
    TO = "to"
    AND = "and"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A word with its properties, which `units.toml` explains.

    `behind` says that its number never stands before it, `beside` that it needs an episode beside
    it, `of_films` that films have it in their titles, too.
    """

    kind: Kind
    plural: bool = False
    behind: bool = False
    beside: bool = False
    before: bool = False
    alone: bool = False
    whole: bool = False
    of_films: bool = False


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A number in a word: `second` before a season, `two` behind it."""

    number: int
    ordinal: bool


@cache
def unit_words() -> dict[str, UnitWord]:
    """Every word in small letters; one of several languages has the properties of each."""
    words: dict[str, UnitWord] = {}
    for language in tomllib.loads(_FILE.read_text(encoding="utf-8")).values():
        for kind, listed in language.items():
            if isinstance(listed, bool) or kind in _NUMBERS:
                continue
            for word in listed.split():
                unit = _unit(word, kind, language)
                words[word] = _both(words[word], unit) if word in words else unit
    return words


@cache
def number_words() -> dict[str, NumberWord]:
    """Words for numbers in small letters."""
    return {
        word: NumberWord(number, ordinal=kind == _NUMBERS[0])
        for language in tomllib.loads(_FILE.read_text(encoding="utf-8")).values()
        for kind in _NUMBERS
        for number, word in enumerate(language.get(kind, "").split(), start=1)
    }


def _unit(word: str, kind: str, language: dict[str, Any]) -> UnitWord:
    return UnitWord(
        Kind(_PLURALS.get(kind) or _BEHIND.get(kind, kind)),
        plural=kind in _PLURALS,
        behind=kind in _BEHIND,
        beside=kind == _BESIDE,
        before=language.get("before", False),
        alone=language.get("alone", False),
        whole=language.get("whole", False),
        of_films=word in _OF_FILMS,
    )


def _both(word: UnitWord, other: UnitWord) -> UnitWord:
    """One word of two languages, of the kind that it has in the first."""
    return replace(
        word,
        before=word.before or other.before,
        alone=word.alone or other.alone,
        whole=word.whole or other.whole,
    )
