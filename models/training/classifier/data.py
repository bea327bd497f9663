"""The labelled rows: real names, read one by one, and a held-out part of them for calibration."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.oneshot.safe import safe
from models.training.experiment.errors import DataMissing
from models.training.held_out import N, family
from models.training.held_out import place as place_of
from models.training.row_files import GOLD, NAMES, opened
from models.training.row_labels import FAULTS, BadLabel, adult, fault_of, name_of, with_flags
from schemas.media import MEDIUM_OF, Medium, Subcategory

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
    label, the rest being the teacher's opinion (`nsfw_trust` for that label). Where several voted,
    `shares` says how: label (a subcategory, or a medium alone) -> share of the votes, and
    `adult_share` how many held it for adult.
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
    shares: Mapping[str, float] | None = None
    adult_share: float | None = None


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a (gzipped) JSON-lines file; blank lines are none.

    Raises:
        DataMissing: it is damaged; the message names the line.
    """
    for _, row in numbered(path):
        yield row


def numbered(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """As `read_json_lines`, each row with the number of its line.

    Raises:
        DataMissing: as `read_json_lines`.
    """
    number = 0
    try:
        with opened(path) as lines:
            for line in lines:
                number += 1
                if line.strip():
                    yield number, json.loads(line)
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise DataMissing(f"{path} is damaged after line {number}: {error}") from error
    except json.JSONDecodeError as error:
        raise DataMissing(f"{path}, line {number} is no JSON: {error}") from error


def labelled(data: Path) -> list[Row]:
    """All rows of p2p_labelled.

    Raises:
        DataMissing: a row is none of the classifier's; the message names its line.
    """
    parsed = list(numbered(data / NAMES))
    known = with_flags(raw for _, raw in parsed)
    rows = []
    for (number, _), raw in zip(parsed, known, strict=True):
        try:
            rows.append(_labelled(raw))
        except FAULTS as error:
            told = safe(fault_of(error))
            raise DataMissing(
                f"{data / NAMES}, line {number} is no row of name, medium and sub: {told}"
            ) from error
    return rows


def _labelled(raw: dict[str, Any]) -> Row:
    name, sure = name_of(raw), not raw.get("unsure")
    medium, subcategory = Medium(str(raw["medium"])), Subcategory(str(raw["sub"]))
    if MEDIUM_OF[subcategory] != medium:
        raise BadLabel(f"{subcategory} is no subcategory of {medium}")
    votes = _shares(raw.get("share"))
    return Row(
        name=name,
        medium=medium,
        subcategory=subcategory,
        nsfw=adult(raw.get("nsfw")),
        sure=sure,
        weight=1.0 if sure else UNSURE_WEIGHT,
        trust=0.6 if sure else 0.3,
        nsfw_trust=NSFW_TRUST,
        shares=votes or None,
        adult_share=float(raw.get("adult_share", 0.0)) if votes else None,
    )


def _shares(votes: object) -> dict[str, float]:
    """Shares of the votes by label; none where nobody voted."""
    if not votes:
        return {}
    if not isinstance(votes, Mapping):
        raise BadLabel(f'share is {votes!r}; it is a table of shares, {{"album": 0.75}}')
    return {str(label): float(share) for label, share in votes.items()}


def near_copy(name: str) -> str:
    """What near-copies of a name have in common: its first letters and digits."""
    return "".join(c for c in name.lower() if c.isalnum())[:40]


def place(name: str) -> float:
    """A number in [0, 1) by a hash: stable when rows are added, the same for near-copies."""
    return place_of(near_copy(name))


def split(
    rows: Iterable[N], held_out: float = HELD_OUT, judged: Iterable[str] = ()
) -> tuple[list[N], list[N]]:
    """Training and held-out rows; no name of a held-out or judged family is among the first.

    Args:
        rows: all rows.
        held_out: the share that is held out, by `place`.
        judged: names of a file that is judged on, none of which may be learnt from.
    """
    train: list[N] = []
    held: list[N] = []
    for row in rows:
        (held if place(row.name) < held_out else train).append(row)
    return unrelated(train, [*judged, *(row.name for row in held)]), held


def unrelated(rows: Iterable[N], judged: Iterable[str]) -> list[N]:
    """The rows that are of no family of a judged name: who has learnt an episode knows the show."""
    families = frozenset(map(family, judged))
    return [row for row in rows if family(row.name) not in families]


def forbidden(data: Path, held: Iterable[Row]) -> frozenset[str]:
    """Near-copies (`near_copy`) that nothing may be learnt from: gold, and what is held out."""
    gold = data / GOLD
    names = [str(raw["name"]) for raw in read_json_lines(gold)] if gold.is_file() else []
    return frozenset(map(near_copy, [*names, *(row.name for row in held)]))
