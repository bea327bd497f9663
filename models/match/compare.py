"""Whether two names are names of one artist: spellings, word order, acronyms, joint credits, and
the index's aliases.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from models.match.index import Index
from models.match.normalise import artist_parts, compact, distinguishing, fold, split_featuring

_SAME_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer for a pair of names."""

    same: bool
    confidence: float
    """That they are one artist, in [0, 1]: the share of pairs of the rule that were, measured on
    alias pairs and as many pairs of other artists with a word in common (README).
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
"""Rule -> confidence. The first that holds decides, in this order, but that a different number
outranks a likeness.
"""


def compare(left: str, right: str, index: Index | None = None) -> Comparison:
    """Compare two names of artists.

    >>> compare("GNR", "Guns N' Roses").why
    'acronym'
    """
    rule = _rule(left, right, index)
    return Comparison(RULES[rule] >= _SAME_FROM, RULES[rule], rule)


def _rule(left: str, right: str, index: Index | None) -> str:
    mine, theirs = fold(left), fold(right)
    if not mine or not theirs:
        return "names differ"
    if compact(left) == compact(right):
        return "names equal"
    if index is not None and _ids(index, left) & _ids(index, right):
        return "aliases of one artist"
    if sorted(mine.split()) == sorted(theirs.split()):
        return "same words in another order"
    if is_acronym(mine, theirs) or is_acronym(theirs, mine):
        return "acronym"
    if distinguishing(mine) != distinguishing(theirs):
        return "a number or kind differs"
    if index is not None and set(index.artists_named(left)) and set(index.artists_named(right)):
        return "other artists in the index"
    if max(fuzz.ratio(mine, theirs), fuzz.token_sort_ratio(mine, theirs)) >= 85:
        return "spelled alike"
    if any(
        fold(split_featuring(one)[0]) == other for one, other in ((left, theirs), (right, mine))
    ):
        return "one is joined by a guest"
    if _leads(left, theirs) or _leads(right, mine):
        return "one leads a joint credit"
    if _is_part(mine, theirs) or _is_part(theirs, mine):
        return "one name is part of the other"
    return "names differ"


def is_acronym(short: str, long: str) -> bool:
    """Whether a folded name is the initials of another's words: "gnr" of "guns and roses", "tmoa"
    of "moths of august".
    """
    letters, words = short.replace(" ", ""), long.split()
    if not 2 <= len(letters) <= 6 or len(words) < 2:
        return False
    small = {"and": ("a", "n", ""), "of": ("o", ""), "a": ("a", ""), "the": ("t", "")}
    forms = {"", "t"}  # folding takes a leading "the" off
    for word in words[:8]:
        forms = {form + letter for form in forms for letter in small.get(word, (word[0],))}
    return letters in forms


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
