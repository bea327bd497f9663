"""Pairs of names with their truth, in two halves by a hash of a name."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

HALVES = ("dev", "held")
"""Rules are written while looking at the first half. The second one is looked at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, and whether they name one artist, album or title."""

    kind: str
    """artist, album or title."""
    what: str
    """The family of pairs that it belongs to: acronym, edition, number ..."""
    name: str
    other: str
    same: bool
    source: str
    """`real` if both names stand in the data, `built` if one was derived from the other."""


def plain(text: str) -> str:
    """Letters and digits alone; on purpose not the folding that is measured."""
    return "".join(char for char in text.casefold() if char.isalnum())


def half(name: str) -> str:
    """The half that a name is in."""
    return HALVES[hashlib.blake2b(plain(name).encode(), digest_size=1).digest()[0] & 1]


def unique(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """The pairs whose names differ, once each."""
    known: set[tuple[str, ...]] = set()
    for pair in pairs:
        mark = (pair.kind, *sorted((pair.name, pair.other)))
        if mark not in known and pair.name.strip() and pair.other.strip():
            known.add(mark)
            if pair.name != pair.other:
                yield pair


def write(pairs: Iterable[Pair], out: Path) -> dict[str, int]:
    """Write the halves, each pair into that of its other name. Returns how many went where."""
    out.mkdir(parents=True, exist_ok=True)
    halves: dict[str, list[Pair]] = {name: [] for name in HALVES}
    for pair in unique(pairs):
        halves[half(pair.other)].append(pair)
    for name, part in halves.items():
        lines = (json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in part)
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return {name: len(part) for name, part in halves.items()}
