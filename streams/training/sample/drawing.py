"""The pass over the sources: every torrent is asked about, few are held."""

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from models.ban.ban_list import BanList
from models.training.classifier.data import HELD_OUT, place
from schemas import Torrent, TorrentFile
from streams.training.sample.excluded import family_key
from streams.training.sample.flags import is_flagged
from streams.training.sample.reservoir import Kept, Reservoir, quotas
from streams.training.sample.sources import Reading, torrents
from streams.training.sample.strata import Weights, stratum_of

RESERVE = 1.25
"""Rows that are held for a row that is drawn: near-copies may lie in several strata."""

LARGEST_TEXT = 1_000
"""Characters of a name or path that are kept."""


@dataclass(frozen=True)
class Wanted:
    """What is drawn."""

    count: int = 50_000
    seed: int = 0
    files: int = 10
    """Files kept of a torrent, the largest."""
    adult: bool = False
    """Whether torrents that their source or their name flags as adult may be drawn."""
    marks_held_out: bool = False
    """Whether rows that classifiers are evaluated on are marked."""
    weights: Weights = field(default_factory=Weights)
    known: frozenset[int] = frozenset()
    """Keys of families that are not drawn again."""


@dataclass
class Drawn:
    """A sample, and what it was drawn from."""

    lines: list[bytes]
    strata: dict[str, tuple[int, int]]
    """Stratum -> torrents that were seen of it, and rows that were drawn."""
    refused: Counter[str]
    """Why families that could have been drawn were not."""
    readings: list[Reading]

    @property
    def torrents(self) -> int:
        """Torrents of all sources."""
        return sum(reading.torrents for reading in self.readings)


def draw(
    readings: list[Reading],
    wanted: Wanted,
    bans: BanList,
    on_breath: Callable[[], None] = lambda: None,
) -> Drawn:
    """Read all sources once and draw the sample; the order of their rows does not matter.

    Raises:
        DumpUnreadable: a source cannot be opened, or is none of what is read.
    """
    reservoir = Reservoir(round(wanted.count * RESERVE), wanted.weights)
    for reading in readings:
        for torrent in torrents(reading, on_breath):
            _consider(torrent, wanted, bans, reservoir)
    rows = reservoir.rows()
    counts = {name: len(held) for name, held in rows.items()}
    numbers = quotas(counts, wanted.weights, wanted.count)
    chosen = {
        key: row.line
        for name, held in rows.items()
        for key, row in list(held.items())[: numbers[name]]
    }
    strata = {name: (seen, numbers.get(name, 0)) for name, seen in sorted(reservoir.seen.items())}
    # By their keys, which are random: any first part of a sample is a sample, too.
    lines = [chosen[key] for key in sorted(chosen)]
    refused = reservoir.refusals()
    once = _once(lines)
    if len(once) < len(lines):
        refused["another name of a torrent that is drawn"] += len(lines) - len(once)
    return Drawn(once, strata, refused, readings)


def _once(lines: Sequence[bytes]) -> list[bytes]:
    """Each torrent by one name: two dumps may have one infohash under two names."""
    by_id: dict[str, bytes] = {}
    for line in lines:
        by_id.setdefault(orjson.loads(line)["id"], line)
    return list(by_id.values())


def _consider(torrent: Torrent, wanted: Wanted, bans: BanList, reservoir: Reservoir) -> None:
    """Hold a torrent if it may be drawn.

    The ban list is the slowest to ask, and is asked of whatever would be held: what it names is
    never in the reservoir.
    """
    files = largest(torrent.files or (), wanted.files)
    stratum = stratum_of(torrent.name, files)
    key = family_key(torrent.name, wanted.seed)
    rank = _rank(torrent, wanted.seed)
    if not reservoir.admits(stratum, key, rank):
        return
    rule = bans.check_torrent(torrent)
    if rule is not None:
        reservoir.refuse(stratum, key, rank, f"banned: {rule}")
    elif not wanted.adult and is_flagged(torrent):
        reservoir.refuse(stratum, key, rank, "adult")
    elif key in wanted.known:
        reservoir.refuse(stratum, key, rank, "in an earlier sample")
    else:
        line = orjson.dumps(_row(torrent, stratum, files, wanted))
        reservoir.add(stratum, key, Kept(rank, line))


def _rank(torrent: Torrent, seed: int) -> int:
    """A random number: of near-copies the one with the smallest is drawn."""
    text = f"{seed}\0{torrent.infohash}\0{torrent.name}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def largest(files: Iterable[TorrentFile], count: int) -> tuple[TorrentFile, ...]:
    """The largest files, the largest first; equal ones by their path."""
    return tuple(heapq.nsmallest(count, files, key=lambda file: (-(file.size or 0), file.path)))


def _row(
    torrent: Torrent, stratum: str, files: tuple[TorrentFile, ...], wanted: Wanted
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": torrent.infohash,
        "name": torrent.name[:LARGEST_TEXT],
        "files": [[file.path[-LARGEST_TEXT:], file.size or 0] for file in files],
        "size": torrent.size,
        "stratum": stratum,
    }
    if wanted.marks_held_out and place(torrent.name) < HELD_OUT:
        row["held_out"] = True
    return row
