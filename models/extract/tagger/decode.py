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
    log_odds = {role: [odds(word.shares[role]) for word in words] for role in range(1, len(TAGS))}
    free = [True] * len(words)
    places: dict[str, Tagged] = {}
    open_roles = list(log_odds)
    while open_roles:
        runs = [_best_run(log_odds[role], free, role) for role in open_roles]
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
    words: list[_Word] = []
    pieces = 0
    spans, shapes = reading.spans[1:-1], reading.shapes[1:-1]
    for (start, end), number, share in zip(spans, shapes, shares, strict=True):
        goes_on = joins(number) and reading.name[start] < _UNSPACED
        if goes_on and words and words[-1].end == start:
            before = words[-1]
            sums = [total + part for total, part in zip(before.shares, share, strict=True)]
            words[-1] = _Word(before.start, end, sums)
            pieces += 1
        else:
            if pieces > 1:
                words[-1] = _mean(words[-1], pieces)
            words.append(_Word(start, end, share))
            pieces = 1
    if pieces > 1:
        words[-1] = _mean(words[-1], pieces)
    return words


def _mean(word: _Word, pieces: int) -> _Word:
    """A word whose shares are sums over its pieces, with their means."""
    return _Word(word.start, word.end, [total / pieces for total in word.shares])


def _best_run(log_odds: Sequence[float], free: Sequence[bool], role: int) -> _Run:
    """The run of free words with the greatest sum of log odds (Kadane)."""
    gain, first, last = 0.0, 0, -1
    begin = 0
    running = 0.0
    for place, summand in enumerate(log_odds):
        if not free[place]:
            running = 0.0
            continue
        if running <= 0:
            running = 0.0
            begin = place
        running += summand
        if running > gain:
            gain, first, last = running, begin, place
    return _Run(gain, first, last, role)


def _raw_confidence(words: Sequence[_Word], run: _Run) -> float:
    inside = [words[place].shares[run.role] for place in range(run.first, run.last + 1)]
    beside = [place for place in (run.first - 1, run.last + 1) if 0 <= place < len(words)]
    return min(inside + [1 - words[place].shares[run.role] for place in beside])
