"""Whether two names are names of one artist.

Spellings, word order, acronyms, joint credits and the index's aliases say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from models.match.index import Index
from models.match.normalise import artist_parts, compact, distinguishing, fold, split_featuring

_SAME_FROM = 0.5
"""Confidence from which on two names are said to be of one artist."""
_SPELLED_ALIKE = 85
"""Similarity of two spellings, in percent, that are taken for one name."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer for a pair of names."""

    same: bool
    confidence: float
    """Of the pairs that the rule decided, the share that were one artist, in [0, 1].

    Measured on alias pairs and as many pairs of other artists with a word in common (the model
    card).
    """
    why: str


RULES = {
    "names equal": 0.99,
    "aliases of one artist": 0.97,
    "same words in another order": 0.97,
    "acronym": 0.9,
    "spelled alike": 0.88,
    "one is joined by a guest": 0.95,
    "one leads a joint credit": 0.85,
    "one name is part of the other": 0.4,
    "other artists in the index": 0.05,
    "a number or kind differs": 0.2,
    "names differ": 0.1,
}
"""Rule -> confidence."""


def compare(name: str, other: str, index: Index | None = None) -> Comparison:
    """Compare two names of artists.

    >>> compare("GNR", "Guns N' Roses").why
    'acronym'
    """
    rule = next(_rules(name, other, index))
    return Comparison(RULES[rule] >= _SAME_FROM, RULES[rule], rule)


def _rules(name: str, other: str, index: Index | None) -> Iterator[str]:
    """The rules that hold for two names; the first one decides.

    What tells two names apart (a number, two artists in the index) comes before what is only a
    likeness.
    """
    mine, theirs = fold(name), fold(other)
    if mine and theirs:
        if compact(name) == compact(other):
            yield "names equal"
        if index is not None and _ids(index, name) & _ids(index, other):
            yield "aliases of one artist"
        if sorted(mine.split()) == sorted(theirs.split()):
            yield "same words in another order"
        if is_acronym(mine, theirs) or is_acronym(theirs, mine):
            yield "acronym"
        if distinguishing(mine) != distinguishing(theirs):
            yield "a number or kind differs"
        if index is not None and index.artists_named(name) and index.artists_named(other):
            yield "other artists in the index"
        yield from _likenesses(name, other)
    yield "names differ"


def _likenesses(name: str, other: str) -> Iterator[str]:
    mine, theirs = fold(name), fold(other)
    if max(fuzz.ratio(mine, theirs), fuzz.token_sort_ratio(mine, theirs)) >= _SPELLED_ALIKE:
        yield "spelled alike"
    if _without_guest(name) == theirs or _without_guest(other) == mine:
        yield "one is joined by a guest"
    if _leads(name, theirs) or _leads(other, mine):
        yield "one leads a joint credit"
    if _is_part(mine, theirs) or _is_part(theirs, mine):
        yield "one name is part of the other"


def is_acronym(short: str, long: str) -> bool:
    """Whether a folded name is the initials of another's words.

    "gnr" is that of "guns and roses", "tmoa" of "moths of august".
    """
    letters = short.replace(" ", "")
    words = long.split()
    if not 2 <= len(letters) <= 6 or len(words) < 2:
        return False
    small = {"and": ("a", "n", ""), "of": ("o", ""), "a": ("a", ""), "the": ("t", "")}
    forms = {"", "t"}  # folding takes a leading "the" off
    for word in words[:8]:
        forms = {form + letter for form in forms for letter in small.get(word, (word[0],))}
    return letters in forms


def _without_guest(name: str) -> str:
    return fold(split_featuring(name)[0])


def _leads(credit: str, other: str) -> bool:
    """Whether a name is the first of a joint credit ("Count Basie and His Orchestra")."""
    parts = artist_parts(credit)
    return len(parts) > 1 and fold(parts[0]) == other


def _is_part(whole: str, other: str) -> bool:
    """Whether a folded name is the words at an end of a longer one ("buckley", "jeff buckley")."""
    longer, words = whole.split(), other.split()
    return len(words) < len(longer) and words in (longer[: len(words)], longer[-len(words) :])


def _ids(index: Index, name: str) -> set[int]:
    return {*index.artists_named(name), *index.artists_aliased(name)}
