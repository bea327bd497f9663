"""From the network's outputs to places: where in the name each role stands, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, NamedTuple

from models.extract.tagger.encode import Reading
from models.extract.tagger.roles import TAGS
from models.extract.tagger.shapes import joins

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_LOWEST = 1e-6
_UNSPACED = "\u2e80"
"""Where the CJK blocks begin; from here on every letter may begin a word."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A field that the tagger sees: characters of the name, and how likely it is right."""

    start: int
    end: int
    confidence: float


class _Word(NamedTuple):
    """A word of the name, and the share of each tag in it."""

    start: int
    end: int
    shares: list[float]


class _Run(NamedTuple):
    """Words from first to last, and how much they speak for a role: the sum of their log odds."""

    gain: float
    first: int
    last: int
    role: int


def decode(reading: Reading, logits: "NDArray[float32]") -> dict[str, Tagged]:
    """The likeliest place of each role: one run of words, and no two roles on a word.

    Confidence is not yet calibrated. It is the least of the shares of the role in the run's words
    and of the shares of anything else in the words on either side.

    Args:
        reading: the name, read.
        logits: (pieces without [CLS] and [SEP], TAGS).
    """
    words = _words(reading, _shares(logits))
    free = [True] * len(words)
    places: dict[str, Tagged] = {}
    open_roles = list(range(1, len(TAGS)))
    while open_roles:
        runs = [_best_run(words, free, role) for role in open_roles]
        best = max(runs, key=lambda run: run.gain)
        if best.gain <= 0:
            break
        for place in range(best.first, best.last + 1):
            free[place] = False
        start, end = words[best.first].start, words[best.last].end
        places[TAGS[best.role]] = Tagged(start, end, _raw_confidence(words, best))
        open_roles.remove(best.role)
    return places


def odds(share: float) -> float:
    """The log odds of a share."""
    share = min(max(share, _LOWEST), 1 - _LOWEST)
    return log(share / (1 - share))


def _shares(logits: "NDArray[float32]") -> list[list[float]]:
    """The share of each tag in each piece."""
    import numpy as np

    if not len(logits):
        return []
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: list[list[float]] = (powers / powers.sum(axis=1, keepdims=True)).tolist()
    return shares


def _words(reading: Reading, shares: Sequence[list[float]]) -> list[_Word]:
    """Words of pieces: those that touch are one, but for scripts that write no spaces."""
    groups: list[list[_Word]] = []
    spans, shapes = reading.spans[1:-1], reading.shapes[1:-1]
    for (start, end), number, share in zip(spans, shapes, shares, strict=True):
        piece = _Word(start, end, share)
        touches = bool(groups) and groups[-1][-1].end == start
        if joins(number) and touches and reading.name[start] < _UNSPACED:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_word(pieces) for pieces in groups]


def _word(pieces: Sequence[_Word]) -> _Word:
    """The word of some pieces: its shares are their means."""
    if len(pieces) == 1:
        return pieces[0]
    columns = zip(*(piece.shares for piece in pieces), strict=True)
    means = [sum(column) / len(pieces) for column in columns]
    return _Word(pieces[0].start, pieces[-1].end, means)


def _best_run(words: Sequence[_Word], free: Sequence[bool], role: int) -> _Run:
    """The run of free words with the greatest sum of log odds (Kadane)."""
    best = _Run(0.0, 0, -1, role)
    first = 0
    running = 0.0
    for place, word in enumerate(words):
        if not free[place]:
            running = 0.0
            continue
        if running <= 0:
            running = 0.0
            first = place
        running += odds(word.shares[role])
        if running > best.gain:
            best = _Run(running, first, place, role)
    return best


def _raw_confidence(words: Sequence[_Word], run: _Run) -> float:
    inside = [words[place].shares[run.role] for place in range(run.first, run.last + 1)]
    beside = [place for place in (run.first - 1, run.last + 1) if 0 <= place < len(words)]
    return min(inside + [1 - words[place].shares[run.role] for place in beside])
