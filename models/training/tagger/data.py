"""Names whose fields are known, as places in the name: real ones read one by one, and scene names
split by rule.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.extract.evidence.guard import find
from models.extract.rules.episode_titles import episode_title
from models.extract.rules.numbering import numbering
from models.training.classifier.data import read_json_lines
from schemas.media import Subcategory

READ = "fields/p2p_labelled.jsonl.gz"
SCENE_AUDIO = "fields/scene_audio.jsonl.gz"
SCENE_VIDEO = "fields/scene_video.jsonl.gz"
SCENE_BOOK = "fields/scene_book.jsonl.gz"
GOLD = "gold/dev.jsonl"

UNSURE_WEIGHT = 0.4
"""As in the classifier: a reader's doubtful label is right more often than not, but should not
overrule.
"""

_VARIOUS = re.compile(
    r"(?<![A-Za-z])(?:VA|V\.A\.?|Various(?:[ ._]Artists)?)(?![A-Za-z])", re.IGNORECASE
)
_UNCUT = re.compile(
    r"(?:\b(?:german|french|dutch|multi|swedish|danish|norwegian|finnish|italian|spanish|polish|nordic|internal|limited|dubbed|subbed"
    r"|proper|repack|extended|uncut|directors cut|remastered|complete|uhd|3d)$)|\b(?:E|EP|S|Vol)\d+\b",
    re.IGNORECASE,
)
"""Titles that the rule behind the scene files cut too late."""


@dataclass(frozen=True, slots=True)
class Example:
    """A name, its class, where its fields stand (role -> characters from, to), and what it counts.

    `unknown` are roles that are not labelled: pieces are neither right nor wrong to carry them.
    """

    name: str
    subcategory: Subcategory
    spans: dict[str, tuple[int, int]]
    weight: float = 1.0
    unknown: frozenset[str] = field(default_factory=frozenset)


def place(name: str, values: Mapping[str, str | int | None]) -> dict[str, tuple[int, int]] | None:
    """Where the values stand in the name, each apart from the others; `None` when one does not.

    The creator is looked for first, then the title after it, else before it: of `Artist - Artist`
    each gets its own.
    """
    spans: dict[str, tuple[int, int]] = {}
    for role in ("creator", "title", "year"):
        value = values.get(role)
        if value is None or value == "":
            continue
        found = _free(name, str(value), spans, role)
        if (
            found is None
            and role == "creator"
            and re.fullmatch(r"(?i)va|various( artists)?", str(value))
        ):
            match = _VARIOUS.search(name)
            found = match.span() if match else None
        if found is None:
            return None
        spans[role] = found
    return spans


def _free(
    name: str, value: str, taken: Mapping[str, tuple[int, int]], role: str
) -> tuple[int, int] | None:
    """The place of a value that no other field has; of years the last one."""
    if role == "year":
        places = [match.span() for match in re.finditer(rf"(?<!\d){re.escape(value)}(?!\d)", name)]
        # A year that belongs to a title ("1917") is the work's only if there is no other.
        apart = [
            at
            for at in places
            if all(at[1] <= start or at[0] >= end for start, end in taken.values())
        ]
        return (apart or [None])[0]  # type: ignore[list-item]
    starts = [0, *sorted(end for _, end in taken.values())]
    for start in sorted(starts, reverse=True):
        found = find(value, name[start:])
        if found is not None:
            at = found[0] + start, found[1] + start
            if all(at[1] <= first or at[0] >= last for first, last in taken.values()):
                return at
    return None


def read_rows(data: Path) -> tuple[list[Example], int]:
    """The rows read one by one, of audio, video, books and software; and how many have a value that
    is not in the name.
    """
    out, lost = [], 0
    for raw in read_json_lines(data / READ):
        subcategory = Subcategory(str(raw["sub"]))
        values = {"creator": raw.get("artist"), "title": raw.get("title"), "year": raw.get("year")}
        name = str(raw["name"])
        spans = place(name, values)
        if spans is None:
            lost += 1
            continue
        spans |= _episode_title(name, subcategory)
        unknown = frozenset({"episode_title", "album"})
        out.append(
            Example(name, subcategory, spans, UNSURE_WEIGHT if raw.get("unsure") else 1.0, unknown)
        )
    return out, lost


def _episode_title(name: str, subcategory: Subcategory) -> dict[str, tuple[int, int]]:
    """The episode's title where the rule finds one."""
    if subcategory is not Subcategory.EPISODE:
        return {}
    number = numbering(name)
    found = (
        episode_title(name, number) if number is not None and number.episode is not None else None
    )
    return {"episode_title": found[1:]} if found else {}


def scene_rows(data: Path, counts: Mapping[str, int], rng: random.Random) -> list[Example]:
    """So many rows of each scene file (keys: audio, video, book), drawn at random, without those
    whose fields are not found.
    """
    out = []
    for raw in _drawn(data / SCENE_AUDIO, counts["audio"], rng):
        values = {"creator": raw.get("artist"), "title": raw.get("album"), "year": raw.get("year")}
        if (spans := place(str(raw["name"]), values)) is not None:
            out.append(Example(str(raw["name"]), Subcategory.ALBUM, spans))
    for raw in _drawn(data / SCENE_VIDEO, counts["video"], rng):
        subcategory = (
            Subcategory(raw["kind"]) if raw.get("kind") in set(Subcategory) else Subcategory.MOVIE
        )
        values = {"title": raw.get("title"), "year": raw.get("year")}
        if _UNCUT.search(str(raw.get("title") or "")):
            continue
        if (spans := place(str(raw["name"]), values)) is not None:
            out.append(
                Example(
                    str(raw["name"]),
                    subcategory,
                    spans | _episode_title(str(raw["name"]), subcategory),
                )
            )
    for raw in _drawn(data / SCENE_BOOK, counts["book"], rng):
        values = {"creator": raw.get("author"), "title": raw.get("title"), "year": raw.get("year")}
        if (spans := place(str(raw["name"]), values)) is not None:
            out.append(Example(str(raw["name"]), Subcategory.EBOOK, spans))
    return out


def _drawn(path: Path, count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    rows = list(read_json_lines(path))
    yield from rng.sample(rows, min(count, len(rows)))
