"""Pairs of a dump: two passes, the first chooses entities, the second finds names near theirs."""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.match.dump import Dump
from models.training.pairs.entity import KINDS, Named, Shares, hashed
from models.training.pairs.near import Neighbour, Neighbours
from models.training.pairs.variants import Variant, album_variants, artist_variants

Row = dict[str, Any]

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True)
class Wanted:
    """Which pairs are made."""

    kind: str
    """`artist` or `album`."""
    count: int = 5_000
    """Pairs of one entity, and as many of two."""
    seed: int = 0
    shares: Shares = field(default_factory=Shares)
    least: float = 60.0
    """Likeness of near names, in percent."""
    aliases: float = 0.5
    """Share of the pairs of one entity that are of an alias, if there are as many."""


Breath = Callable[[Dump, int], None]
"""Is told now and then: which dump is read, and in which pass."""


def make_pairs(
    path: Path, wanted: Wanted, on_breath: Breath = lambda dump, number: None
) -> list[Row]:
    """The pairs of a dump, in an order that only the seed decides.

    Raises:
        DumpUnreadable: missing, cut short, not a dump of this kind.
    """
    chosen = _chosen(_entities(path, wanted, 1, on_breath), wanted)
    neighbours = Neighbours(chosen, wanted.shares, wanted.least)
    for entity in _entities(path, wanted, 2, on_breath):
        neighbours.offer(entity)
    positives = [row for entity in chosen for row in _positive(entity, wanted)]
    by_split = Counter(row["split"] for row in positives)
    negatives = _negatives(list(neighbours.ranked()), by_split, wanted)
    together = Counter(row["split"] for row in negatives)
    rows = _balanced(positives, together) + negatives
    return sorted(rows, key=lambda row: hashed(wanted.seed, row["a"], row["b"], row["mbid"]))


def _entities(path: Path, wanted: Wanted, number: int, on_breath: Breath) -> Iterator[Named]:
    dump = Dump(path, KINDS[wanted.kind])
    for count, entity in enumerate(dump.entities()):
        named = Named.of(entity)
        if named is not None:
            yield named
        if count % 1_000 == 0:
            on_breath(dump, number)


def _chosen(entities: Iterator[Named], wanted: Wanted) -> list[Named]:
    """Entities that a pair can be made of, by their hashes; those with an alias have their share.

    What is held is bounded: the smallest hashes of both kinds.
    """
    aliased = _Smallest(wanted.count)
    plain = _Smallest(wanted.count)
    for entity in entities:
        key = hashed(wanted.seed, entity.mbid)
        if entity.aliases:
            aliased.offer(key, entity)
        elif plain.admits(key) and _variants(entity, wanted):
            plain.offer(key, entity)
    with_alias = aliased.ranked()
    without = plain.ranked()
    most = round(wanted.count * wanted.aliases)
    first = with_alias[:most]
    rest = without[: wanted.count - len(first)]
    return first + rest + with_alias[most:][: wanted.count - len(first) - len(rest)]


class _Smallest:
    """Holds the entities of the smallest keys."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[int, str, Named]] = []

    def admits(self, key: int) -> bool:
        return len(self._heap) < self._size or -key > self._heap[0][0]

    def offer(self, key: int, entity: Named) -> None:
        item = (-key, entity.mbid, entity)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, item)
        elif item[0] > self._heap[0][0]:
            heapq.heapreplace(self._heap, item)

    def ranked(self) -> list[Named]:
        return [entity for _, _, entity in sorted(self._heap, reverse=True)]


def _variants(entity: Named, wanted: Wanted) -> list[Variant]:
    if wanted.kind == "album":
        return album_variants(entity.name, entity.year)
    variants = artist_variants(entity.name)
    if entity.sort_name and entity.sort_name != entity.name:
        variants.append(("sort name", entity.sort_name))
    return variants


def _positive(entity: Named, wanted: Wanted) -> list[Row]:
    """The pair of one entity: an alias where it has any, else a spelling that is made."""
    dice = random.Random(hashed(wanted.seed, "variant", entity.mbid))  # noqa: S311 (seeded choice)
    if entity.aliases:
        how, other = "alias", dice.choice(entity.aliases)
    else:
        by_how: dict[str, list[str]] = defaultdict(list)
        for way, spelling in _variants(entity, wanted):
            by_how[way].append(spelling)
        how = dice.choice(sorted(by_how))
        other = dice.choice(by_how[how])
    row = _row(entity, other, how, wanted)
    return [row | {"match": True, "other_mbid": entity.mbid}]


def _row(entity: Named, other: str, how: str, wanted: Wanted) -> Row:
    return {
        "kind": wanted.kind,
        "a": entity.name,
        "b": other,
        "match": False,
        "how": how,
        "mbid": entity.mbid,
        "other_mbid": None,
        "split": wanted.shares.split_of(entity.mbid),
    }


def _negatives(
    ranked: Sequence[tuple[Named, list[Neighbour]]], wanted_of: Mapping[str, int], wanted: Wanted
) -> list[Row]:
    """So many pairs of two entities a split: the nearest first, then names drawn by lot."""
    by_split: dict[str, list[tuple[Named, list[Neighbour]]]] = {split: [] for split in SPLITS}
    for entity, near in ranked:
        by_split[wanted.shares.split_of(entity.mbid)].append((entity, near))
    rows = []
    for split, listed in by_split.items():
        hard = [
            _row(entity, near[place].name, "near", wanted) | {"other_mbid": near[place].mbid}
            for place in range(max((len(near) for _, near in listed), default=0))
            for entity, near in listed
            if place < len(near)
        ]
        hard = _once(hard)[: wanted_of[split]]
        lots = _by_lot([entity for entity, _ in listed], wanted)
        rows += _once(hard + lots)[: wanted_of[split]]
    return rows


def _by_lot(entities: Sequence[Named], wanted: Wanted) -> list[Row]:
    """Pairs of entities that have nothing to do with each other."""
    rows = []
    for step in range(1, min(4, len(entities))):
        for at, entity in enumerate(entities):
            other = entities[(at + step) % len(entities)]
            if entity.forms.isdisjoint(other.forms):
                row = _row(entity, other.name, "by lot", wanted)
                rows.append(row | {"other_mbid": other.mbid})
    return rows


def _once(rows: Sequence[Row]) -> list[Row]:
    """Pairs of two names, whichever stands first, once."""
    pairs = {frozenset((row["a"], row["b"])): row for row in reversed(rows)}
    return list(reversed(pairs.values()))


def _balanced(rows: Sequence[Row], most: Mapping[str, int]) -> list[Row]:
    """No more pairs of a split than so many."""
    taken: Counter[str] = Counter()
    kept = []
    for row in rows:
        if taken[row["split"]] < most.get(row["split"], 0):
            taken[row["split"]] += 1
            kept.append(row)
    return kept
