"""Whether words of a name are those of a person.

A given name that is common (`given_names.txt`), or initials, tell a person from a title of two
words. They are many in fiction, too: `Jane Eyre` is a person here.
"""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("given_names.txt")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_INITIAL = re.compile(r"[^\W\d_]\.?|(?:[^\W\d_]\.-?){2,4}|Jr\.?|Sr\.?")
_PARTICLES = frozenset("van von de da di del der den du la le af av".split())
_NO_PERSON = frozenset(
    """a an and the of for from in on at to with or my your his her our their is are was how why what
    who when where not no new best complete collection series trilogy saga book books volume vol part
    audiobook audio unabridged abridged edition chronicles tales stories story history guide
    и в на не по с о из для как что или""".split()
)
_MOST_WORDS = 5
_SEPARATORS = re.compile(r"\s*(?:&|,|;|/|\+|\s(?:and|und|og|och|и|e|y|et)\s)\s*")


def is_person(text: str) -> bool:
    """Whether a text is a person's name and nothing else: by a given name or initials."""
    words = _WORD.findall(text)
    if not may_be_person(text):
        return False
    plain = [word.rstrip(".").lower().replace("ё", "е") for word in words]
    if any(word.split("-")[0] in _given_names() for word in plain[:-1]):
        return True
    if any(_INITIAL.fullmatch(word) for word in words[:-1]) and len(words[-1]) > 2:
        return True
    # Russian names are also written with the family name first.
    is_cyrillic = not text.isascii() and re.search("[а-я]", text) is not None
    return is_cyrillic and plain[-1] in _given_names()


def may_be_person(text: str) -> bool:
    """Whether a text may be a person's name: two to five words with capitals, none of a title."""
    if any(letter.isdigit() or letter in "!?:;()[]{}" for letter in text):
        return False
    words = _WORD.findall(text)
    if not 2 <= len(words) <= _MOST_WORDS:
        return False
    # An initial has a point, or it may be an article.
    if not _NO_PERSON.isdisjoint(word.lower() for word in words):
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words)


def are_persons(text: str) -> bool:
    """Whether a text is one person's name, or several with `&`, `and` or commas between."""
    people = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return bool(people) and all(is_person(person) for person in people)


@cache
def _given_names() -> frozenset[str]:
    return frozenset(_FILE.read_text(encoding="utf-8").split())
