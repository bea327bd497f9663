"""The smallest keys of each stratum, in bounded memory, whatever the order in which rows come.

A row's key is a hash, so that the smallest keys of a stratum are a random sample of it (bottom-k
sampling: Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). How many of a
stratum may be needed is known before the end: the room is shared by weight, and what a stratum
cannot fill goes to the others. While rows come strata only grow, so the share of each only
shrinks. What is beyond it now is never needed again and is let go.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

SLACK = 1.2
"""Rows held over the room before strata are cut: cutting costs more than holding a few."""

Weigh = Callable[[str], Fraction]


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the reservoir."""

    rank: int
    """Of rows with one key the one of the smallest rank is kept."""
    line: bytes

    def is_before(self, other: "Kept") -> bool:
        """Whether this row stands for the key, and not the other one."""
        return (self.rank, self.line) < (other.rank, other.line)


@dataclass(frozen=True, slots=True, order=True)
class _Refused:
    """A row that was not taken, and why."""

    rank: int
    why: str


@dataclass(slots=True)
class _Stratum:
    rows: dict[int, Kept] = field(default_factory=dict)
    refused: dict[int, _Refused] = field(default_factory=dict)
    heap: list[int] = field(default_factory=list)
    """The keys, negative: the first is the largest."""
    bound: int | None = None
    """The largest key that may still be needed; None if all may be."""

    def admits(self, key: int, rank: int) -> bool:
        if self.bound is not None and key > self.bound:
            return False
        held = self.rows.get(key)
        return held is None or rank <= held.rank

    def add(self, key: int, row: Kept) -> None:
        held = self.rows.get(key)
        if held is not None:
            if row.is_before(held):
                self.rows[key] = row
            return
        self.rows[key] = row
        heapq.heappush(self.heap, -key)
        if self.bound is not None:
            del self.rows[-heapq.heappop(self.heap)]
            self.bound = -self.heap[0]

    def cut(self, size: int) -> None:
        """Hold at most so many rows."""
        if len(self.rows) < size or not size:
            return
        keys = sorted(self.rows)[:size]
        self.bound = keys[-1]
        self.rows = {key: self.rows[key] for key in keys}
        self.heap = sorted(-key for key in keys)
        self.refused = {key: why for key, why in self.refused.items() if key <= keys[-1]}

    def forget(self, size: int) -> None:
        """Remember why rows were refused of so many keys at most, the smallest."""
        self.refused = {key: self.refused[key] for key in sorted(self.refused)[:size]}


class Reservoir:
    """Holds the rows that may be drawn.

    Args:
        room: how many rows are held in the end.
        weigh: the weight of a stratum; one that weighs nothing is never held.
    """

    def __init__(self, room: int, weigh: Weigh) -> None:
        self._room = room
        self._weigh = weigh
        self._strata: dict[str, _Stratum] = {}
        self._held = 0
        self.seen: Counter[str] = Counter()
        """Rows that came, by stratum."""

    def admits(self, stratum: str, key: int, rank: int) -> bool:
        """Whether a row that comes may be drawn; each row is asked about once."""
        self.seen[stratum] += 1
        held = self._strata.get(stratum)
        if held is None:
            if not self._weigh(stratum):
                return False
            held = self._strata[stratum] = _Stratum()
        return held.admits(key, rank)

    def add(self, stratum: str, key: int, row: Kept) -> None:
        """Hold a row that is admitted."""
        held = self._strata[stratum]
        before = len(held.rows)
        held.add(key, row)
        self._held += len(held.rows) - before
        if self._held > SLACK * self._room:
            self.cut()

    def refuse(self, stratum: str, key: int, rank: int, why: str) -> None:
        """Remember why an admitted row was not taken."""
        refused = self._strata[stratum].refused
        row = _Refused(rank, why)
        refused[key] = min(row, refused.get(key, row))
        if len(refused) > 2 * self._room:
            self._strata[stratum].forget(self._room)

    def cut(self) -> None:
        """Let go of what no longer may be drawn."""
        counts = {name: len(held.rows) for name, held in self._strata.items()}
        height = level(counts, self._weigh, self._room)
        if height is not None:
            for name, held in self._strata.items():
                held.cut(ceil(height * self._weigh(name)))
        self._held = sum(len(held.rows) for held in self._strata.values())

    def rows(self) -> dict[str, dict[int, Kept]]:
        """Stratum -> key -> row, the smallest keys first. A key is in one stratum alone.

        Near copies may lie in several strata, and stand in the rarest.
        """
        self.cut()
        taken: set[int] = set()
        rows: dict[str, dict[int, Kept]] = {}
        for name in sorted(self._strata, key=lambda name: (len(self._strata[name].rows), name)):
            held = self._strata[name].rows
            rows[name] = {key: held[key] for key in sorted(held.keys() - taken)}
            taken |= held.keys()
        return rows

    def refusals(self) -> Counter[str]:
        """Why rows that would have been held were not; near-copies count once.

        Of no stratum more than the room are counted.
        """
        self.cut()
        for held in self._strata.values():
            held.forget(self._room)
        reasons = {
            key: row.why
            for name in sorted(self._strata)
            for key, row in self._strata[name].refused.items()
            if self._strata[name].admits(key, row.rank)
        }
        return Counter(reasons.values())


def level(counts: Mapping[str, int], weigh: Weigh, total: int) -> Fraction | None:
    """How many rows a weight of 1 may have, so that all strata together have `total`.

    A stratum has so many times its weight, or all that there are of it. Returns None if `total` is
    no less than all.
    """
    rest = Fraction(total)
    weight = sum((weigh(name) for name in counts), Fraction(0))
    for name in sorted(counts, key=lambda name: (counts[name] / weigh(name), name)):
        if counts[name] * weight > rest * weigh(name):
            return rest / weight
        rest -= counts[name]
        weight -= weigh(name)
    return None


def quotas(counts: Mapping[str, int], weigh: Weigh, total: int) -> dict[str, int]:
    """How many rows of each stratum are drawn: `total` in all, or all that there are."""
    height = level(counts, weigh, total)
    if height is None:
        return dict(counts)
    shares = {name: min(Fraction(counts[name]), height * weigh(name)) for name in counts}
    drawn = {name: floor(share) for name, share in shares.items()}
    # What rounding down has left goes to those that lost most by it.
    by_loss = sorted(counts, key=lambda name: (drawn[name] - shares[name], name))
    for name in by_loss[: total - sum(drawn.values())]:
        drawn[name] += 1
    return drawn
