"""Whether words are the name of a person: given names, initials, and small words of surnames."""

import re
from functools import cache
from pathlib import Path

from models.text.folding import folded

_FILE = Path(__file__).with_name("given_names.txt")

PARTICLES = frozenset(
    (
        *("van", "von", "der", "den", "de", "la", "le", "du", "da", "di", "del", "della", "dos"),
        *("des", "el", "al", "bin", "ibn", "ter", "ten", "st", "saint", "mac", "zu", "zur", "af"),
        *("av", "op", "'t", "y", "e"),
    )
)
"""Small words inside of surnames: van der, de la, von."""

_TITLES = frozenset(("dr", "prof", "sir", "phd", "md", "jr", "sr", "ii", "iii", "mr", "mrs", "rev"))
_NO_NAMES = frozenset(
    (
        *("the", "a", "an", "and", "of", "in", "to", "for", "with", "on", "at", "from", "your"),
        *("how", "what", "why", "guide", "book", "books", "history", "complete", "collection"),
        *("magazine", "issue", "edition", "series", "volume", "introduction", "handbook", "my"),
        *("manual", "press", "publishing", "media", "team", "new", "world", "stories", "novel"),
        *("les", "und", "der", "die", "das", "il", "los", "las", "into", "is", "are", "its"),
        *("i", "step", "design", "science", "art", "things", "ways", "life", "love", "war", "no"),
    )
)
"""Words that stand in titles and in no person's name."""

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`-])*\.?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.? ?){1,3}")
_AND = re.compile(r",\s?(?:and\s|&\s?)?|\s(?:and|&|und|et|y|и)\s|;")
_MOST_WORDS = 5
_MOST_PERSONS = 5
_LONGEST = 200
"""Characters of the names of so many persons."""


@cache
def given_names() -> frozenset[str]:
    """Common given names, folded."""
    return frozenset(map(folded, _FILE.read_text(encoding="utf-8").split()))


def is_given(word: str) -> bool:
    """Whether a word is a common given name, or two of them: Jean-Paul."""
    return folded(word.rstrip(".").partition("-")[0]) in given_names()


def is_persons(text: str) -> bool:
    """Whether a text is shaped as the names of persons: capitals, no digits, no words of titles."""
    if len(text) > _LONGEST:
        return False
    persons = [part for part in _AND.split(text.strip()) if part.strip()]
    if not persons or len(persons) > _MOST_PERSONS:
        return False
    return all(_is_shaped(person.split()) for person in persons)


def names_persons(text: str) -> bool:
    """Whether a text is shaped as names, and a given name or initials prove it."""
    if not is_persons(text):
        return False
    words = text.replace(",", " ").split()
    if len(words) < 2:
        return False
    return any(map(is_given, words)) or any(_is_initial(word) for word in words)


def _is_shaped(words: list[str]) -> bool:
    if not words or len(words) > _MOST_WORDS:
        return False
    if all(word.lower() in PARTICLES for word in words):
        return False
    return all(_fits(word) for word in words)


def _fits(word: str) -> bool:
    """Whether a word may be part of a person's name."""
    bare = word.strip(".'’()").lower()
    if bare in PARTICLES or bare in _TITLES:
        return True
    if "." in word and _is_initial(word):
        return True  # "A." is no article
    if bare in _NO_NAMES:
        return False
    return _is_initial(word) or (_WORD.fullmatch(word) is not None and word[0].isupper())


def _is_initial(word: str) -> bool:
    """`J.`, `J.R.R.`, `C` or `JK`."""
    letters = word.replace(".", "")
    is_short = 0 < len(letters) <= 3 and letters.isalpha() and letters.isupper()
    return is_short and ("." in word or len(letters) == 1)
