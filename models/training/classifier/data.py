"""The labelled rows: real names, read one by one, and a held-out part of them for calibration."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.media import MEDIUM_OF, Medium, Subcategory

LABELLED = "names/p2p_labelled.jsonl.gz"
GOLD = "gold/dev.jsonl"

UNSURE_WEIGHT = 0.4
"""Weight of a row whose reader was not sure.

Its label is right more often than not, but should not overrule.
"""

NSFW_TRUST = 0.9
"""How much of the nsfw target is the reader's label.

Who reads a name sees whether it is adult; the teachers guess by the studio's style, and mistake
plain file names for it.
"""

HELD_OUT = 0.06
"""Share kept from training for the temperature and the threshold.

1,700 rows give a calibration error to within about 0.01.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One name to learn from.

    `medium`, `subcategory` and `nsfw` are `None` where the source does not decide them; `tails` are
    invented file tails; `weight` is its share in the loss; `trust` is how much of the target is its
    label, the rest being the teacher's opinion (`nsfw_trust` for that label).
    """

    name: str
    medium: Medium | None
    subcategory: Subcategory | None
    nsfw: bool | None
    sure: bool = True
    tails: tuple[str, ...] = ()
    weight: float = 1.0
    trust: float = 1.0
    nsfw_trust: float = 1.0


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a (gzipped) JSON-lines file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def labelled(data: Path) -> list[Row]:
    """All rows of p2p_labelled.

    Raises:
        ValueError: a row's subcategory is not of its medium.
    """
    rows = []
    for raw in read_json_lines(data / LABELLED):
        sure = not raw.get("unsure")
        row = Row(
            name=str(raw["name"]),
            medium=Medium(str(raw["medium"])),
            subcategory=Subcategory(str(raw["sub"])),
            nsfw=bool(raw.get("nsfw")),
            sure=sure,
            weight=1.0 if sure else UNSURE_WEIGHT,
            trust=0.6 if sure else 0.3,
            nsfw_trust=NSFW_TRUST,
        )
        assert row.subcategory is not None
        if MEDIUM_OF[row.subcategory] != row.medium:
            raise ValueError(f"{row.subcategory} is no subcategory of {row.medium}")
        rows.append(row)
    return rows


def near_copy(name: str) -> str:
    """What near-copies of a name have in common: its first letters and digits."""
    return "".join(c for c in name.lower() if c.isalnum())[:40]


def place(name: str) -> float:
    """A number in [0, 1) by a hash: stable when rows are added, the same for near-copies."""
    digest = hashlib.sha256(near_copy(name).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def split(rows: Iterable[Row], held_out: float = HELD_OUT) -> tuple[list[Row], list[Row]]:
    """Training and held-out rows."""
    train: list[Row] = []
    held: list[Row] = []
    for row in rows:
        (held if place(row.name) < held_out else train).append(row)
    return train, held


def forbidden(data: Path, held: Iterable[Row]) -> frozenset[str]:
    """Near-copies (`near_copy`) that nothing may be learnt from: gold, and what is held out."""
    gold = data / GOLD
    names = [str(raw["name"]) for raw in read_json_lines(gold)] if gold.is_file() else []
    return frozenset(map(near_copy, [*names, *(row.name for row in held)]))
