"""Chromaprint fingerprints compared as AcoustID does: by bits, at the best offset, with tolerance.

A fingerprint is a word of 32 bits each 0.1238 s (4096 samples of 11025 Hz, two thirds overlapping).
The same recording in another format differs in some bits of each word, and begins a little earlier
or later; another recording differs in half of them. A hash of the fingerprint is therefore no key:
of 56 recordings 24 had the same on two paths of decoding.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from schemas import Fingerprint

Name = TypeVar("Name", bound=Hashable)

MAX_SECONDS_APART = 7.0
"""Recordings whose lengths differ by more are never one (acoustid-server, issue 70)."""

MAX_BIT_ERROR = 0.25
"""Most bits that differ at the best offset. Chance is a half; a lossy copy has a tenth at most."""

MAX_OFFSET = 80
"""Words by which one may begin later: ten seconds (acoustid-server's TRACK_MAX_OFFSET)."""

LEAST_WORDS = 40
"""Words that have to overlap: five seconds. Of less nothing is said."""

_SILENCE = 627964279
"""The word of digital silence. Blocks of it would make all quiet beginnings alike."""

_BLOCK = 0xFFFFFFF0
"""Bits of a word that a block keys on: the upper 28, as acoustid-server's queries do."""

_LEAST_DISTINCT = LEAST_WORDS // 2
"""Different words below which a fingerprint says nothing: noise, silence and a tone that is held
have one and the same word all through, and would be alike without a bit that differs.
"""

_LEAST_SHARED = 2
"""Blocks that have to be shared before two fingerprints are compared."""


class Likeness(NamedTuple):
    """How alike two fingerprints are where they fit best."""

    bit_error: float
    """Share of bits that differ, 0.5 by chance."""
    offset: int
    """Words by which the second begins later in the recording."""
    words: int
    """How many were compared."""


def likeness(known: Fingerprint, other: Fingerprint) -> Likeness | None:
    """How alike two fingerprints are.

    Returns None if they are not comparable: other algorithms, lengths too far apart, too little in
    common, or nothing but one sound.
    """
    if known.algorithm != other.algorithm:
        return None
    if min(len(set(known.words)), len(set(other.words))) < _LEAST_DISTINCT:
        return None
    if abs(known.duration - other.duration) > MAX_SECONDS_APART:
        return None
    best: Likeness | None = None
    for offset in range(-MAX_OFFSET, MAX_OFFSET + 1):
        first = known.words[max(0, offset) :]
        second = other.words[max(0, -offset) :]
        words = min(len(first), len(second))
        if words < LEAST_WORDS:
            continue
        error = _differing_bits(first[:words], second[:words]) / (32 * words)
        if best is None or error < best.bit_error:
            best = Likeness(error, offset, words)
    return best


def is_same(known: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints are of one recording."""
    best = likeness(known, other)
    return best is not None and best.bit_error <= MAX_BIT_ERROR


def blocks(fingerprint: Fingerprint) -> Iterator[int]:
    """The blocks by which a fingerprint is found: its words without the bits that flip most."""
    seen = set()
    for word in fingerprint.words:
        block = word & _BLOCK
        if word != _SILENCE and block not in seen:
            seen.add(block)
            yield block


class Fingerprints(Generic[Name]):
    """Fingerprints by name, found by blocks and then compared by bits. Held in memory."""

    def __init__(self) -> None:
        self._known: dict[Name, Fingerprint] = {}
        self._by_block: dict[tuple[int, int], list[Name]] = defaultdict(list)

    def add(self, name: Name, fingerprint: Fingerprint) -> None:
        """Remember a fingerprint. A name has one; the first stays."""
        if name in self._known:
            return
        self._known[name] = fingerprint
        for block in blocks(fingerprint):
            self._by_block[fingerprint.algorithm, block].append(name)

    def find(self, fingerprint: Fingerprint) -> list[tuple[Name, Likeness]]:
        """The names of the same recording, the most alike first."""
        shared = Counter(
            name
            for block in blocks(fingerprint)
            for name in self._by_block.get((fingerprint.algorithm, block), ())
        )
        alike = []
        for name, count in shared.items():
            if count < _LEAST_SHARED:
                continue
            best = likeness(self._known[name], fingerprint)
            if best is not None and best.bit_error <= MAX_BIT_ERROR:
                alike.append((name, best))
        return sorted(alike, key=lambda entry: entry[1].bit_error)


def _differing_bits(known: Sequence[int], other: Sequence[int]) -> int:
    return sum((a ^ b).bit_count() for a, b in zip(known, other, strict=True))
