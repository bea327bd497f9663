"""Who is known of classical music: composers, conductors, and the words of ensembles and works.

The data is `musicians.toml`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_TABLE = Path(__file__).with_suffix(".toml")
_NUMBER_OF_WORK = re.compile(r"\b(?:op|bwv|kv?|hob|rv|hwv|d|no|nos|nr)\b\.?\s?\d", re.IGNORECASE)
_PARTICLES = frozenset(
    ["van", "von", "de", "da", "di", "del", "der", "du", "le", "la", "of", "the"]
)

MOST_WORDS = 5
"""Of the name of a person or a group, titles and particles counted."""

_GivenNames = Mapping[str, frozenset[str]]
"""Family name -> the ways its given names are written."""


class Word(NamedTuple):
    """A word in small letters without accents, and where it stands in its text."""

    text: str
    start: int
    end: int


class _Musicians(NamedTuple):
    """The data, ready to be asked."""

    composers: _GivenNames
    whole_names: _GivenNames
    conductors: _GivenNames
    whole_conductors: _GivenNames
    ensembles: frozenset[str]
    works: frozenset[str]
    first_of_work: frozenset[str]
    no_names: frozenset[str]


def may_name_composer(name: str) -> bool:
    """Whether the family name of a composer is among the words of a name."""
    words = _WORD.findall(name.lower()) if name.isascii() else folded(name).split()
    return not _composers_families().isdisjoint(words)


def is_composer(text: str) -> bool:
    """Whether a text is the name of a known composer and nothing else."""
    words = [word.text for word in words_of(text)]
    known = _known()
    if _is_person(words, known.composers, known.whole_names):
        return True
    turned = [*words[1:], *words[:1]] if "," in text else []
    return _is_person(turned, known.composers, known.whole_names)


def is_conductor(text: str) -> bool:
    """Whether a text is the name of a known conductor and nothing else."""
    words = [word.text for word in words_of(text)]
    return _is_person(words, _known().conductors, _known().whole_conductors)


def is_ensemble(text: str) -> bool:
    """Whether a text has a word of groups of musicians."""
    return not _known().ensembles.isdisjoint(word.text for word in words_of(text))


def is_work(text: str) -> bool:
    """Whether a text is named as works are."""
    if _NUMBER_OF_WORK.search(text):
        return True
    return not is_ensemble(text) and not _known().works.isdisjoint(
        word.text for word in words_of(text)
    )


def begins_work(word: str) -> bool:
    """Whether a work may begin with a word right behind its composer: `Mahler Symphony No 5`."""
    return word in _known().first_of_work


def may_play(text: str) -> bool:
    """Whether a text may name a person or a group: a few words with capitals."""
    words = words_of(text)
    if not 1 <= len(words) <= MOST_WORDS:
        return False
    if is_ensemble(text):
        return True
    texts = {word.text for word in words}
    if any(letter.isdigit() for letter in text):
        return False
    if words[-1].text in _PARTICLES or words[0].text == "the":
        return False
    known = _known()
    if not (known.no_names | known.works).isdisjoint(texts - _PARTICLES):
        return False
    return all(text[word.start].isupper() or word.text in _PARTICLES for word in words)


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    return tuple(
        Word(folded(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)
    )


def folded(text: str) -> str:
    """A text in small letters without accents, with a space for all that is no word."""
    if not text.isascii():
        pieces = unicodedata.normalize("NFKD", text)
        text = "".join(piece for piece in pieces if not unicodedata.combining(piece))
    return " ".join(_WORD.findall(text.lower()))


def _is_person(words: Sequence[str], known: _GivenNames, known_whole: _GivenNames) -> bool:
    """Whether words are a known family name, or one with given names that are known."""
    if not 1 <= len(words) <= MOST_WORDS:
        return False
    *given, family = words
    written = " ".join(given)
    if not written:
        return family in known
    return written in known.get(family, ()) or written in known_whole.get(family, ())


@cache
def _known() -> _Musicians:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    names = {
        part: {family: frozenset(given) for family, given in entries.items()}
        for part, entries in table.items()
        if part != "words"
    }
    words = {part: frozenset(listed) for part, listed in table["words"].items()}
    return _Musicians(
        composers=names["composers"],
        whole_names=names["whole_names"] | names["compound_names"],
        conductors=names["conductors"],
        whole_conductors=names["whole_conductors"],
        **words,
    )


@cache
def _composers_families() -> frozenset[str]:
    return frozenset({*_known().composers, *_known().whole_names})
