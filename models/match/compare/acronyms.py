"""Whether a short name is made of the initials of a longer one, wholly or in part.

"GNR" is Guns N' Roses, "DSOTM" The Dark Side of the Moon, "30STS" Thirty Ships to Shore, and
"TMOA 5" The Moths of August V.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from models.match.compare.words import CARDINALS, NOUNS, spoken
from models.match.normalise import LONGEST, fold

LONGEST_ACRONYM = 8
"""Letters of the longest acronym."""
_MOST_WORDS = 16
"""Words of the longest name that is abbreviated."""
_WHOLE = 3
"""Letters of a word that an acronym may hold whole: the "TV" of "TVOTL", TV on the Lighthouse."""

_FEWEST_BESIDE = 3
"""Letters of acronyms that stand beside words; any word of two letters may be one by chance."""

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

    A digit counts twice, and words that stand beside the acronym count as a letter, as both tell
    more.

    >>> acronym_letters("DSOTM", "The Dark Side of the Moon")
    5
    >>> acronym_letters("TMOA: Low Tide", "The Moths of August: Low Tide")
    5
    """
    letters = _joined(short)
    for words in dict.fromkeys((_words(name), _words(_CAMEL.sub(" ", name[:LONGEST])))):
        if not 2 <= len(words) <= _MOST_WORDS:
            continue
        if 2 <= len(letters) <= LONGEST_ACRONYM and _spells(letters, words):
            return len(letters) + (not letters.isalpha())
        beside = _in_part(_words(short), words)
        if beside:
            return beside
    return 0


def _joined(short: str) -> str:
    """The letters of a name that is one token, or letters with dots, stars or spaces between."""
    text = short[:LONGEST].strip()
    if len(text) > 4 * LONGEST_ACRONYM or (" " in text and not _DOTTED.match(text)):
        return ""
    letters = _NOT_WORD.sub("", text.casefold())
    return letters if letters.isascii() else ""


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    """The folded words of a name, with its article in front."""
    words = fold(name).split()
    plain = name[:LONGEST].strip().lower()
    if len(words) > 1 and (plain.startswith("the ") or plain.endswith(", the")):
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
    """How telling acronyms are that stand beside words of the name ("TMOA 5", "TMOA S02").

    Their letters, and one more for the words beside them.
    """
    tokens, longer = _parts(short), _parts(words)
    if not 2 <= len(tokens) <= _MOST_WORDS or len(longer) <= len(tokens):
        return 0
    letters = _aligned(tokens, longer)
    return letters + 1 if letters >= _FEWEST_BESIDE else 0


@lru_cache(maxsize=65_536)
def _aligned(tokens: tuple[str, ...], words: tuple[str, ...]) -> int:
    """The letters of the acronyms when every token is a word or an acronym of words; else 0."""
    best: dict[tuple[int, int], int] = {(0, 0): 0}
    for at, token in enumerate(tokens):
        for start in range(len(words)):
            letters = best.get((at, start))
            if letters is None:
                continue
            if words[start] in _SMALL:
                best[at, start + 1] = max(letters, best.get((at, start + 1), 0))
            if _said(token) == _said(words[start]):
                best[at + 1, start + 1] = max(letters, best.get((at + 1, start + 1), 0))
            for stop in _stops(token, words, start):
                best[at + 1, stop] = max(letters + len(token), best.get((at + 1, stop), 0))
    return best.get((len(tokens), len(words)), 0)


def _stops(token: str, words: Sequence[str], start: int) -> Iterator[int]:
    """Where the words end that a token is an acronym of."""
    if 2 <= len(token) <= LONGEST_ACRONYM and token.isalpha() and token != words[start]:
        for stop in range(start + 2, len(words) + 1):
            if _spells(token, words[start:stop]):
                yield stop


def _parts(words: Sequence[str]) -> tuple[str, ...]:
    """Words, with letters and digits apart."""
    return tuple(part for word in words for part in _GLUED.findall(word))


@lru_cache(maxsize=65_536)
def _said(word: str) -> str:
    """A word that does not start a name, numbers as digits."""
    return NOUNS.get(word) or spoken(f"z {word}")[-1]
