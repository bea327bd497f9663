"""Names of other entities that are nearly those of chosen ones: the hard negatives.

Which entities may be near is told by keys that near names share: a name with one letter left out,
and its longest word. All of the dump is asked in one pass, and only the chosen are held.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from models.match.keys import deletions, words
from models.match.normalise import compact, fold
from models.training.pairs.entity import Named, Shares

PER_KEY = 64
"""Chosen entities that are compared under one key: what more of them share tells nothing."""

KEPT = 4
"""Near names kept of a chosen entity."""


@dataclass(order=True, frozen=True, slots=True)
class Neighbour:
    """An entity whose name is near; the nearest is the largest."""

    likeness: float
    """Of the folded names by rapidfuzz, in percent."""
    mbid: str
    name: str = field(compare=False)


class Neighbours:
    """Finds names near those of the chosen entities."""

    def __init__(self, chosen: Sequence[Named], shares: Shares, least: float) -> None:
        """Hold the chosen entities.

        Args:
            chosen: entities that neighbours are looked for of.
            shares: a neighbour is of the same split, so that no MBID is in two.
            least: likeness that a neighbour has at least, in percent.
        """
        self._chosen = chosen
        self._least = least
        self._shares = shares
        self._splits = [shares.split_of(entity.mbid) for entity in chosen]
        self._folded = [fold(entity.name) for entity in chosen]
        self._forms = [entity.forms for entity in chosen]
        self._near: list[list[Neighbour]] = [[] for _ in chosen]
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for at, entity in enumerate(chosen):
            for key in _keys(entity.name):
                if len(self._by_key[key]) < PER_KEY:
                    self._by_key[key].append(at)

    def offer(self, entity: Named) -> None:
        """Look at an entity of the dump."""
        keys = self._by_key
        places = {at for key in _keys(entity.name) if key in keys for at in keys[key]}
        if not places:
            return
        folded = fold(entity.name)
        split = self._shares.split_of(entity.mbid)
        forms: frozenset[str] | None = None
        for at in places:
            if self._splits[at] != split or self._chosen[at].mbid == entity.mbid:
                continue
            likeness = fuzz.ratio(folded, self._folded[at])
            if likeness < self._least:
                continue
            if forms is None:
                forms = entity.forms
            # One name of two entities tells nothing: nobody could say which is meant.
            if forms.isdisjoint(self._forms[at]):
                self._keep(at, Neighbour(likeness, entity.mbid, entity.name))

    def _keep(self, at: int, neighbour: Neighbour) -> None:
        near = self._near[at]
        if len(near) < KEPT:
            heapq.heappush(near, neighbour)
        else:
            heapq.heappushpop(near, neighbour)

    def ranked(self) -> Iterator[tuple[Named, list[Neighbour]]]:
        """Each chosen entity with its neighbours, the nearest first, a name once."""
        for entity, near in zip(self._chosen, self._near, strict=True):
            listed = {neighbour.name: neighbour for neighbour in sorted(near)}
            yield entity, sorted(listed.values(), reverse=True)


def _keys(name: str) -> Iterable[str]:
    key = compact(name)
    yield key
    yield from deletions(key)
    for word in words(fold(name), 1):
        yield f"{word} "
