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
from models.match.spaces import Space

_STOP = frozenset(
    """a an the of and in on to for with from at by de la le les el los las der die das den un une
    il lo di da do e y et und vol pt ep feat ft no""".split()  # noqa: SIM905
)
"""Words so common that a pair of them names nothing."""
_ARTIST_WORDS = 4
"""Telling words of an artist's name that are paired."""
_TITLE_WORDS = 5
"""Likewise of a title."""
DELETED = range(4, 21)
"""Lengths of names that are filed by their neighbours.

Shorter ones have too many neighbours, longer ones have words.
"""
SHINGLES = 64
"""Hashes kept of a release group's tracks, the smallest: a sample that two lists choose alike
(Broder, 1997).
"""
FILED = 4
"""Of those, the smallest are keys of the release group.

Lists of the same tracks share most of them.
"""
ASKED = 12
"""A query looks up more of its smallest hashes, so that a few slips do not hide all of them."""


def key_hash(space: Space, key: str, artist: int | None = None) -> int:
    """64 bits that stand for a key.

    A clash is harmless, as every candidate is scored by its own names.

    Args:
        space: what the key is a key of.
        key: the folded name, the MBID or the words.
        artist: the number of the artist, of a title of one artist.
    """
    owner = "" if artist is None else str(artist)
    text = f"{space.letter}{owner}\0{key}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def words(folded: str, limit: int) -> list[str]:
    """The telling words of a folded name, longest first; all of them when none tells.

    A doubled letter counts as one, as it is the most common slip.
    """
    all_words = dict.fromkeys(folded.split())
    telling = [word for word in all_words if word not in _STOP] or list(all_words)
    return [_single(word) for word in sorted(telling, key=len, reverse=True)[:limit]]


def pairs(artist: str, title: str, *, wide: bool = False) -> Iterator[str]:
    """Keys of a word of the artist with a word of the title.

    Various artists share their name with every other compilation, so of those it is two words of
    the title.

    Args:
        artist: the artist's name.
        title: the title.
        wide: take more words, for a query, which may hold words that the name does not have.
    """
    factor = 2 if wide else 1
    title_words = words(bare_title(title), _TITLE_WORDS * factor)
    if is_various(artist):
        for both in combinations(title_words, min(2, len(title_words))):
            yield f"va {' '.join(sorted(both))}"
        return
    for artist_word in words(fold(artist), _ARTIST_WORDS * factor):
        for title_word in title_words:
            yield f"{artist_word} {title_word}"


def deletions(name: str) -> list[str]:
    """A compact name with each letter left out, once each; none if it is too short or too long."""
    if len(name) not in DELETED:
        return []
    return list(dict.fromkeys(name[:at] + name[at + 1 :] for at in range(len(name))))


def titles(title: str, aliases: Iterable[str] = ()) -> set[str]:
    """The compact forms of a title and its aliases: as they are, and without their edition."""
    forms = (form for name in (title, *aliases) for form in (name, split_edition(name)[0]))
    return {compact(form) for form in forms} - {""}


@lru_cache(maxsize=1_024)
def bare_title(title: str) -> str:
    """The folded title without its edition."""
    return fold(split_edition(title)[0])


def shingles(names: Iterable[str]) -> list[int]:
    """32-bit hashes of neighbouring words in track names, ascending, at most `SHINGLES`.

    A track of one word counts as that word. Word pairs rather than whole names: users type "01",
    "(live)", or slips.
    """
    hashes: set[int] = set()
    for name in names:
        spoken = [_single(word) for word in fold(name).split() if not word.isdigit()]
        hashes.update(_hash32(f"{before} {after}") for before, after in pairwise(spoken))
        if len(spoken) == 1:
            hashes.add(_hash32(spoken[0]))
    return sorted(hashes)[:SHINGLES]


def _hash32(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def _single(word: str) -> str:
    """The word with doubled letters as one."""
    return "".join(char for at, char in enumerate(word) if not at or char != word[at - 1])
