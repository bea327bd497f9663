"""What the tagger reads of a name: its word pieces, how they are written, and what the catalogue
knows of them.

The same for training and for answering. Pieces are those of the classifier's tokenizer; case and
the separator before a word are lost to it, so they are told apart as a *shape*. Each word also
carries bits of the catalogue: whether it begins, continues or is alone the title of a known film,
series, game, book, program, or the name of an artist.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.text.encoder_input import name_text
from models.text.folding import folded
from models.text.known_names import KINDS, KnownNames, year_key
from schemas.media import MEDIUM_OF, Medium, Subcategory

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MAX_TOKENS = 64
"""Pieces read, with [CLS] and [SEP]. Real names have 20 to 25; one in a hundred is longer."""

MAX_WORDS = 28
"""Words looked up in the catalogue; what comes later is release noise."""

_LONGEST = 8
"""Words of the longest title looked up, as in the catalogue."""

SHAPES = 36
"""Six kinds of what stands before a piece times six kinds of case."""

_HOW = ("alone", "begins", "continues")
KNOWN = (*(f"{kind}.{how}" for kind in KINDS for how in _HOW), "dated.begins", "dated.continues")
"""Bits of a word: for each kind of title whether one is this word alone, begins here, or goes on
here; and whether a title begins or goes on here whose year follows it.
"""

MEDIA = list(Medium)
SUBS = list(Subcategory)
BELIEFS = len(MEDIA) + len(SUBS)
"""Width of what the tagger is told about the class."""

_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*|&")
_YEAR = re.compile(r"(?:19[2-9]\d|20[0-3]\d)\Z")


@dataclass(frozen=True, slots=True)
class Belief:
    """What the classifier thinks of a torrent, and how sure it is (0..1); a confidence of 0 says
    nothing.
    """

    subcategory: Subcategory
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A name and its numbers. `ids`, `shapes`, `spans` (characters of the name) are one a piece;
    the first and the last piece are [CLS] and [SEP]. `known` are bits of `KNOWN`.
    """

    name: str
    ids: list[int]
    shapes: list[int]
    known: list[int]
    spans: list[tuple[int, int]]


def belief_row(belief: Belief | None) -> list[float]:
    """`BELIEFS` numbers: the medium's place and the subcategory's hold the confidence."""
    row = [0.0] * BELIEFS
    if belief is not None:
        row[MEDIA.index(MEDIUM_OF[belief.subcategory])] = belief.confidence
        row[len(MEDIA) + SUBS.index(belief.subcategory)] = belief.confidence
    return row


class Reader:
    """Reads names. Not safe for use from several threads at once.

    Args:
        tokenizer: a `tokenizers.Tokenizer`, the classifier's.
        works: the catalogue.
    """

    def __init__(self, tokenizer: Any, works: KnownNames) -> None:
        self._tokenizer, self._works = tokenizer, works
        pieces = tokenizer.get_vocab()
        self._cls: int = pieces["[CLS]"]
        self._sep: int = pieces["[SEP]"]

    def read(self, names: Sequence[str]) -> list[Reading]:
        """Each name read, in order."""
        texts = [name_text(name) for name in names]
        words = [_words(text) for text in texts]
        known = self._known(words)
        return [self._one(*parts) for parts in zip(names, texts, words, known, strict=True)]

    def _one(self, name: str, text: str, words: "list[_Word]", known: list[int]) -> Reading:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        spans = encoded.offsets[: MAX_TOKENS - 2]
        bits, word = [], 0
        for start, _ in spans:
            while word < len(words) and words[word].end <= start:
                word += 1
            bits.append(known[word] if word < len(known) and words[word].start <= start else 0)
        shapes = [_shape(name, start, end) for start, end in spans]
        return Reading(
            name,
            [self._cls, *encoded.ids[: MAX_TOKENS - 2], self._sep],
            [0, *shapes, 0],
            [0, *bits, 0],
            [(0, 0), *spans, (0, 0)],
        )

    def _known(self, names: "Sequence[list[_Word]]") -> list[list[int]]:
        keys: list[int] = []
        places: list[tuple[int, int, int, bool]] = []
        for index, words in enumerate(names):
            count = min(len(words), MAX_WORDS)
            for start in range(count):
                running = 0
                for end in range(start, min(count, start + _LONGEST)):
                    running = zlib.crc32(words[end].key, running)
                    keys.append(running)
                    places.append((index, start, end, False))
                    if end + 1 < len(words) and words[end + 1].is_year:
                        keys.append(year_key(running, words[end + 1].text))
                        places.append((index, start, end, True))
        out = [[0] * min(len(words), MAX_WORDS) for words in names]
        covered: dict[tuple[int, int], int] = {}
        hits = [(places[at], kinds) for at, kinds in self._works.found(keys)]
        # Longest first from each start, so that a shorter title inside a longer one does not hide
        # it.
        for (index, start, end, dated), kinds in sorted(
            hits, key=lambda hit: (hit[0][0], hit[0][1], -hit[0][2])
        ):
            bits = out[index]
            if start == end and len(names[index][start].text) < 3:
                continue
            for kind in range(len(KINDS)):
                if not kinds >> kind & 1 or covered.get((index, kind), -1) >= end:
                    continue
                if start == end:
                    bits[start] |= 1 << 3 * kind
                else:
                    bits[start] |= 1 << 3 * kind + 1
                    for place in range(start + 1, end + 1):
                        bits[place] |= 1 << 3 * kind + 2
                covered[index, kind] = end
            if dated:
                bits[start] |= 1 << 3 * len(KINDS)
                for place in range(start + 1, end + 1):
                    bits[place] |= 1 << 3 * len(KINDS) + 1
        return out


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    key: bytes
    is_year: bool


def _words(text: str) -> list[_Word]:
    """The words as the catalogue folds them, with their places."""
    out = []
    for match in _WORD.finditer(text):
        word = folded(match[0].replace("`", "")).strip()
        out.append(
            _Word(
                match.start(),
                match.end(),
                word,
                word.encode("utf-8", "surrogatepass") + b" ",
                bool(_YEAR.match(word)),
            )
        )
    return out


def _shape(name: str, start: int, end: int) -> int:
    before = name[start - 1] if start else ""
    if not before:
        gap = 0
    elif before.isalnum():
        gap = 1
    else:
        gap = {" ": 2, ".": 3, "_": 4}.get(before, 5)
    piece = name[start:end]
    if piece.isdigit():
        case = 4
    elif piece.islower():
        case = 0
    elif piece.isupper():
        case = 2
    elif piece[:1].isupper() and piece[1:].islower():
        case = 1
    else:
        case = 3 if piece.isalnum() else 5
    return gap * 6 + case


def joins(shape: int) -> bool:
    """Whether a piece of this shape goes on a word: letters or digits right after such."""
    return shape // 6 == 1 and shape % 6 != 5


def unpacked(bits: "NDArray[Any]") -> "NDArray[float32]":
    """(…) whole numbers to (…, KNOWN) zeros and ones."""
    import numpy as np

    ones: NDArray[float32] = (bits[..., None] >> np.arange(len(KNOWN)) & 1).astype(np.float32)
    return ones
