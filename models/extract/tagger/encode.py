"""What the tagger reads of a name: its word pieces, their shapes, and what the catalogue knows.

The same for training and for answering. Pieces are those of the classifier's tokenizer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.extract.tagger.known import FoldedWord, folded_words, known_flags
from models.extract.tagger.shapes import shape
from models.text.encoder_input import name_text
from models.text.known_names import KnownNames
from schemas.media import MEDIUM_OF, Medium, Subcategory

MAX_TOKENS = 64
"""Pieces read, with [CLS] and [SEP]. Real names have 20 to 25; one in a hundred is longer."""

MEDIA = list(Medium)
SUBS = list(Subcategory)
BELIEFS = len(MEDIA) + len(SUBS)
"""Width of what the tagger is told about the class."""


_PLACES = {sub: (MEDIA.index(MEDIUM_OF[sub]), len(MEDIA) + SUBS.index(sub)) for sub in SUBS}
"""Subcategory -> where its medium and it stand in a row."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What the classifier thinks of a torrent, and how sure it is (0..1).

    A confidence of 0 says nothing.
    """

    subcategory: Subcategory
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A name and its numbers.

    `ids`, `shapes`, `known` (flags) and `spans` (characters of the name) have one entry a piece;
    the first and the last piece are [CLS] and [SEP].
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
        for place in _PLACES[belief.subcategory]:
            row[place] = belief.confidence
    return row


class Reader:
    """Reads names. Not safe for use from several threads at once.

    Args:
        tokenizer: a `tokenizers.Tokenizer`, the classifier's.
        works: the catalogue.
    """

    def __init__(self, tokenizer: Any, works: KnownNames) -> None:
        self._tokenizer = tokenizer
        self.works = works
        self._cls: int = tokenizer.token_to_id("[CLS]")
        self._sep: int = tokenizer.token_to_id("[SEP]")

    def read(self, names: Sequence[str]) -> list[Reading]:
        """Each name read, in order."""
        texts = [name_text(name) for name in names]
        words = [folded_words(text) for text in texts]
        known = known_flags(self.works, words)
        return [self._reading(*parts) for parts in zip(names, texts, words, known, strict=True)]

    def _reading(
        self, name: str, text: str, words: Sequence[FoldedWord], known: Sequence[int]
    ) -> Reading:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids = encoded.ids[: MAX_TOKENS - 2]
        spans = encoded.offsets[: MAX_TOKENS - 2]
        shapes = [shape(name, start, end) for start, end in spans]
        flags = _flags_of_pieces(spans, words, known)
        return Reading(
            name,
            [self._cls, *ids, self._sep],
            [0, *shapes, 0],
            [0, *flags, 0],
            [(0, 0), *spans, (0, 0)],
        )


def _flags_of_pieces(
    spans: Sequence[tuple[int, int]], words: Sequence[FoldedWord], known: Sequence[int]
) -> list[int]:
    """The flags of the word that each piece is of; 0 if it is of none."""
    flags = []
    word = 0
    for start, _ in spans:
        while word < len(words) and words[word].end <= start:
            word += 1
        is_in_word = word < len(known) and words[word].start <= start
        flags.append(known[word] if is_in_word else 0)
    return flags
