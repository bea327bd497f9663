"""What the catalogue knows of each word of a name, as flags.

A word may be alone the title of a known film, series, game, book or program, or the name of an
artist; such a title may begin at it or go on over it; and its year may follow.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from models.text.folding import folded
from models.text.known_names import KINDS, KnownNames, year_key
from models.text.known_names import MAX_WORDS as LONGEST_TITLE

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

KNOWN = (
    *(f"{kind}.{how}" for kind in KINDS for how in ("alone", "begins", "continues")),
    "dated.begins",
    "dated.continues",
)
"""Names of the flags, in the order of the network's inputs."""

FLAGS = {name: 1 << place for place, name in enumerate(KNOWN)}
"""Name of a flag -> the number in which only this flag is set; flags of a word are added up."""

MAX_WORDS = 28
"""Words looked up in the catalogue; what comes later is release noise."""

_SHORTEST_ALONE = 3
"""Letters of a title of one word; a shorter one is met by chance."""

_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*|&")
_YEAR = re.compile(r"(?:19[2-9]\d|20[0-3]\d)\Z")


class FoldedWord(NamedTuple):
    """A word as the catalogue folds it, and where it stands."""

    start: int
    end: int
    text: str
    key: bytes
    is_year: bool


class _TitleFlags(NamedTuple):
    """The flags of a title's words."""

    alone: int
    begins: int
    continues: int


class _Span(NamedTuple):
    """Words of a name, first and last, that may be a title; with the year behind it if dated."""

    name: int
    first: int
    last: int
    is_dated: bool


_OF_KIND = tuple(
    _TitleFlags(FLAGS[f"{kind}.alone"], FLAGS[f"{kind}.begins"], FLAGS[f"{kind}.continues"])
    for kind in KINDS
)
_DATED = _TitleFlags(FLAGS["dated.begins"], FLAGS["dated.begins"], FLAGS["dated.continues"])


def folded_words(text: str) -> list[FoldedWord]:
    """The words of a text as the catalogue folds them."""
    return [
        FoldedWord(match.start(), match.end(), *_folded(match[0])) for match in _WORD.finditer(text)
    ]


@lru_cache(maxsize=16_384)
def _folded(written: str) -> tuple[str, bytes, bool]:
    """A word folded, the bytes of which checksums are made, and whether it is a year."""
    word = folded(written.replace("`", "")).strip()
    key = word.encode("utf-8", "surrogatepass") + b" "
    return word, key, _YEAR.match(word) is not None


def known_flags(works: KnownNames, names: Sequence[Sequence[FoldedWord]]) -> list[list[int]]:
    """The flags of the first `MAX_WORDS` words of each name."""
    rows = [[0] * min(len(words), MAX_WORDS) for words in names]
    last_covered: dict[tuple[int, int], int] = {}
    for span, kinds in _titles(works, names):
        word = names[span.name][span.first]
        if span.first == span.last and len(word.text) < _SHORTEST_ALONE:
            continue
        for kind in _kinds_in(kinds):
            if last_covered.get((span.name, kind), -1) < span.last:
                _mark(rows[span.name], span, _OF_KIND[kind])
                last_covered[span.name, kind] = span.last
        if span.is_dated:
            _mark(rows[span.name], span, _DATED)
    return rows


def unpacked(flags: "NDArray[Any]") -> "NDArray[float32]":
    """Whole numbers of shape (…) to zeros and ones of shape (…, KNOWN)."""
    import numpy as np

    ones: NDArray[float32] = (flags[..., None] >> np.arange(len(KNOWN)) & 1).astype(np.float32)
    return ones


def _titles(
    works: KnownNames, names: Sequence[Sequence[FoldedWord]]
) -> Iterator[tuple[_Span, int]]:
    """The spans that the catalogue knows, and the byte of their kinds.

    From each word the longest come first: a shorter title inside a longer one does not count.
    """
    keys: list[int] = []
    places: list[tuple[int, int, int, bool]] = []
    for name, words in enumerate(names):
        _add_spans(keys, places, name, words)
    hits = [(_Span(*places[place]), kinds) for place, kinds in works.found(keys)]
    hits.sort(key=lambda hit: (hit[0].name, hit[0].first, -hit[0].last))
    yield from hits


def _add_spans(
    keys: list[int],
    places: list[tuple[int, int, int, bool]],
    name: int,
    words: Sequence[FoldedWord],
) -> None:
    """Add the checksum and the place of every run of words, and again with the year behind it."""
    count = min(len(words), MAX_WORDS)
    years = {place for place, word in enumerate(words) if word.is_year}
    for first in range(count):
        checksum = 0
        for last in range(first, min(count, first + LONGEST_TITLE)):
            checksum = zlib.crc32(words[last].key, checksum)
            keys.append(checksum)
            places.append((name, first, last, False))
            if last + 1 in years:
                keys.append(year_key(checksum, words[last + 1].text))
                places.append((name, first, last, True))


@cache
def _kinds_in(kinds: int) -> tuple[int, ...]:
    """The places in `KINDS` of the kinds that a byte of the catalogue names."""
    return tuple(place for place in range(len(KINDS)) if kinds >> place & 1)


def _mark(row: list[int], span: _Span, flags: _TitleFlags) -> None:
    """Set the flags of a title's words."""
    if span.first == span.last:
        row[span.first] |= flags.alone
        return
    row[span.first] |= flags.begins
    for place in range(span.first + 1, span.last + 1):
        row[place] |= flags.continues
