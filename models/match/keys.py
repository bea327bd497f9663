"""The keys under which the index files a name, and under which a query looks it up.

Equal names meet in one hash. Names that are only alike meet by their words (a word of the artist
with a word of the title) or, a single name, by their neighbours with one letter left out (symmetric
deletion: Garbe, "SymSpell", 2012). Both cost a few binary searches whatever the size of the
catalogue, where the postings of character n-grams grow with it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise

from models.match.normalise import compact, fold, is_various, split_edition

_STOP = frozenset(
    """a an the of and in on to for with from at by de la le les el los las der die das den un une il lo di da do e y et und
    vol pt ep feat ft no""".split()  # noqa: SIM905
)
"""Words so common that a pair of them names nothing."""
_ARTIST_WORDS = 4
_TITLE_WORDS = 5
DELETED = range(4, 21)
"""Lengths of names that are filed by their neighbours: shorter ones have too many, longer ones have
words.
"""
SHINGLES = 64
"""Hashes kept of a release group's tracks, the smallest: a sample that two lists choose alike
(Broder, 1997).
"""


FILED = 4
"""Of those, the smallest are keys of the release group: lists of the same tracks share most of
them.
"""
ASKED = 12
"""A query looks up more of its smallest hashes, so that a few slips do not hide all of them."""


def key_hash(space: str, key: str) -> int:
    """64 bits that stand for a key; a clash is harmless, as every candidate is scored by its own
    names.
    """
    return int.from_bytes(
        hashlib.blake2b(f"{space}\0{key}".encode(), digest_size=8).digest(), "little"
    )


def words(folded: str, limit: int) -> list[str]:
    """The telling words of a folded name, longest first, doubled letters as one; all of them when
    none tells.
    """
    all_words = dict.fromkeys(folded.split())
    telling = [word for word in all_words if word not in _STOP] or list(all_words)
    return [_single(word) for word in sorted(telling, key=len, reverse=True)[:limit]]


def pairs(artist: str, title: str, *, wide: bool = False) -> Iterator[str]:
    """Keys of (artist word, title word); more of them for a query, which may hold words that the
    name has not.

    Of various artists, who share their name with every other compilation: pairs of title words.
    """
    factor = 2 if wide else 1
    title_words = words(bare_title(title), _TITLE_WORDS * factor)
    if is_various(artist):
        yield from (
            f"va {' '.join(sorted(both))}"
            for both in combinations(title_words, min(2, len(title_words)))
        )
        return
    for mine in words(fold(artist), _ARTIST_WORDS * factor):
        for other in title_words:
            yield f"{mine} {other}"


def deletions(name: str) -> list[str]:
    """A compact name with each letter left out, once each; none for a name that is too short or too
    long.
    """
    if len(name) not in DELETED:
        return []
    return list(dict.fromkeys(name[:at] + name[at + 1 :] for at in range(len(name))))


def titles(title: str, aliases: Iterable[str] = ()) -> set[str]:
    """The compact forms of a title: as it is, and without its edition."""
    return {compact(form) for one in (title, *aliases) for form in (one, split_edition(one)[0])} - {
        ""
    }


@lru_cache(maxsize=65_536)
def bare_title(title: str) -> str:
    """The folded title without its edition."""
    return fold(split_edition(title)[0])


def shingles(names: Iterable[str]) -> list[int]:
    """32-bit hashes of neighbouring words in track names, ascending, at most `SHINGLES`.

    A track of one word counts as that word. Word pairs rather than whole names: users type "01",
    "(live)", or slips.
    """
    found: set[int] = set()
    for name in names:
        spoken = [_single(word) for word in fold(name).split() if not word.isdigit()]
        found.update(_hash32(f"{left} {right}") for left, right in pairwise(spoken))
        if len(spoken) == 1:
            found.add(_hash32(spoken[0]))
    return sorted(found)[:SHINGLES]


def _hash32(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def _single(word: str) -> str:
    return "".join(char for at, char in enumerate(word) if not at or char != word[at - 1])
