"""From the network's outputs to places: where in the name each role stands, and how surely."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, NamedTuple

from models.extract.tagger.encode import Reading
from models.extract.tagger.roles import TAGS
from models.extract.tagger.shapes import JOINS

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


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a name: where each stands, and of each tag its share and log odds in each."""

    starts: list[int]
    ends: list[int]
    shares: list[list[float]]
    log_odds: list[list[float]]


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
    return decode_all([reading], [logits])[0]


def decode_all(
    readings: Sequence[Reading], logits: Sequence["NDArray[float32]"]
) -> list[dict[str, Tagged]]:
    """The places of each name, in order; what is counted is counted for all names at once."""
    return [_places(words) for words in _words(readings, logits)]


def _places(words: _Words) -> dict[str, Tagged]:
    free = [True] * len(words.starts)
    places: dict[str, Tagged] = {}
    # A role that is likelier than not in no word has no run.
    open_roles = [
        role for role in range(1, len(TAGS)) if max(words.log_odds[role], default=0.0) > 0
    ]
    while open_roles:
        runs = [_best_run(words.log_odds[role], free, role) for role in open_roles]
        best = max(runs, key=lambda run: run.gain)
        if best.gain <= 0:
            break
        for place in range(best.first, best.last + 1):
            free[place] = False
        start, end = words.starts[best.first], words.ends[best.last]
        places[TAGS[best.role]] = Tagged(start, end, _raw_confidence(words, best))
        open_roles.remove(best.role)
    return places


def odds(share: float) -> float:
    """The log odds of a share."""
    share = min(max(share, _LOWEST), 1 - _LOWEST)
    return log(share / (1 - share))


def _words(readings: Sequence[Reading], logits: Sequence["NDArray[float32]"]) -> Iterator[_Words]:
    """The words of each name, with their shares: the means over the pieces of a word."""
    import numpy as np

    begins_of = [_first_pieces(reading) for reading in readings]
    counts = [len(reading.spans) - 2 for reading in readings]
    if not any(counts):
        yield from (_Words([], [], [[]] * len(TAGS), [[]] * len(TAGS)) for _ in readings)
        return
    pieces = np.concatenate(logits).astype(np.float64)
    powers = np.exp(pieces - pieces.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    offsets = np.cumsum([0, *counts])
    begins = np.concatenate(
        [np.array(own, np.int64) + offset for own, offset in zip(begins_of, offsets, strict=False)]
    )
    lengths = np.diff(np.append(begins, offsets[-1]))
    means = np.add.reduceat(shares, begins, axis=0) / lengths[:, None]
    clipped = np.clip(means, _LOWEST, 1 - _LOWEST)
    log_odds = np.log(clipped / (1 - clipped)).T.tolist()
    by_tag = means.T.tolist()
    first = 0
    for reading, own in zip(readings, begins_of, strict=True):
        last = first + len(own)
        spans = reading.spans[1:-1]
        ends = [spans[place - 1][1] for place in [*own[1:], len(spans)]] if own else []
        yield _Words(
            [spans[place][0] for place in own],
            ends,
            [row[first:last] for row in by_tag],
            [row[first:last] for row in log_odds],
        )
        first = last


def _first_pieces(reading: Reading) -> list[int]:
    """The first piece of each word.

    Pieces that touch are one word, but for scripts that write no spaces.
    """
    firsts = []
    before = -1
    spans, shapes = reading.spans[1:-1], reading.shapes[1:-1]
    for place, ((start, end), number) in enumerate(zip(spans, shapes, strict=True)):
        goes_on = before == start and JOINS[number] and reading.name[start] < _UNSPACED
        if not goes_on:
            firsts.append(place)
        before = end
    return firsts


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


def _raw_confidence(words: _Words, run: _Run) -> float:
    shares = words.shares[run.role]
    inside = shares[run.first : run.last + 1]
    beside = [place for place in (run.first - 1, run.last + 1) if 0 <= place < len(shares)]
    return min(inside + [1 - shares[place] for place in beside])
