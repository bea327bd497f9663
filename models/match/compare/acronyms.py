"""Whether a short name is made of the initials of a longer one, wholly or in part.

"GNR" is Guns N' Roses, "DSOTM" The Dark Side of the Moon, "30STM" Thirty Seconds to Mars, and
"GTA 5" Grand Theft Auto V.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from models.match.compare.numerals import CARDINALS, spoken
from models.match.normalise import LONGEST, fold

LONGEST_ACRONYM = 8
"""Letters of the longest acronym."""
_MOST_WORDS = 16
"""Words of the longest name that is abbreviated."""
_WHOLE = 3
"""Letters of a word that an acronym may hold whole: the "TV" of "TVOTR"."""

_SMALL = frozenset(
    """a an and at by de der des di die du el et for from in into la le les los n no of on or the to
    und vs with y""".split()  # noqa: SIM905
)
"""Words whose initial may be left out."""
_DOTTED = re.compile(r"^(?:\w[.\s*_-]+){1,7}\w?\W*$")
_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GLUED = re.compile(r"\d+|[a-z]+")


def acronym_letters(short: str, name: str) -> int:
    """How many letters of an acronym stand for a name; 0 if it is none of it.

    >>> acronym_letters("DSOTM", "The Dark Side of the Moon")
    5
    >>> acronym_letters("GTA: San Andreas", "Grand Theft Auto: San Andreas")
    3
    """
    words = _words(name)
    if not 2 <= len(words) <= _MOST_WORDS:
        return 0
    letters = _joined(short)
    if 2 <= len(letters) <= LONGEST_ACRONYM and _spells(letters, words):
        return len(letters)
    return _in_part(_words(short), words)


def _joined(short: str) -> str:
    """The letters of a name that is one token, or letters with dots, stars or spaces between."""
    text = short[:LONGEST].strip()
    if len(text) > 4 * LONGEST_ACRONYM or (" " in text and not _DOTTED.match(text)):
        return ""
    letters = _NOT_WORD.sub("", fold(_NOT_WORD.sub(" ", text)))
    return letters if letters.isascii() else ""


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    """The folded words of a name, camel case taken apart and an article in front kept."""
    text = _CAMEL.sub(" ", name[:LONGEST])
    words = fold(text).split()
    if text.lstrip().lower().startswith("the ") and words != ["the"]:
        words.insert(0, "the")
    return tuple(words)


def _spells(letters: str, words: Sequence[str]) -> bool:
    """Whether letters are the initials of all words, small words aside."""
    places = {0}
    for word in words:
        reached = {
            at + len(form) for at in places for form in _forms(word) if letters.startswith(form, at)
        }
        if word in _SMALL:
            reached |= places
        places = reached
        if not places:
            return False
    return len(letters) in places or (letters[-1] == "s" and len(letters) - 1 in places)


def _forms(word: str) -> Iterator[str]:
    """What may stand for a word in an acronym."""
    yield word[0]
    if word == "and":
        yield "n"
    if word.startswith("ex"):
        yield "x"
    if word in CARDINALS:
        yield str(CARDINALS[word])
    if word.isdigit() or len(word) <= _WHOLE:
        yield word


def _in_part(short: Sequence[str], words: Sequence[str]) -> int:
    """Letters of an acronym that stands beside words of the name ("GTA 5", "HIMYM Season 2")."""
    tokens = [part for token in short for part in _GLUED.findall(token)]
    if not 2 <= len(tokens) <= _MOST_WORDS:
        return 0
    for at, token in enumerate(tokens):
        before, behind = _said(tokens[:at]), _said(tokens[at + 1 :])
        if not 2 <= len(token) <= LONGEST_ACRONYM or not token.isalpha():
            continue
        for start, stop in _spans(words, before, behind):
            if _spells(token, words[start:stop]) and stop - start >= 2:
                return len(token)
    return 0


def _spans(
    words: Sequence[str], before: tuple[str, ...], behind: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Where the words between what both names start with and what both end with may be."""
    starts = [at for at in range(len(words)) if _said(words[:at]) == before]
    stops = [at for at in range(len(words) + 1) if _said(words[at:]) == behind]
    for start in starts:
        for stop in stops:
            yield start, stop


def _said(words: Sequence[str]) -> tuple[str, ...]:
    return spoken("_ " + " ".join(words)) if words else ()
