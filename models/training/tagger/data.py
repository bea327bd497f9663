"""Names whose fields are known, as places in the name.

Real ones were read one by one, scene names were split by rule.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.extract.evidence.guard import find
from models.extract.rules.episode_titles import episode_title
from models.extract.rules.numbering import numbering
from models.oneshot.safe import safe
from models.training.classifier.data import numbered, read_json_lines
from models.training.experiment.errors import DataMissing
from models.training.row_files import FIELDS
from models.training.row_labels import FAULTS, fault_of, fields_of, name_of
from schemas.media import Subcategory

SCENE_AUDIO = "fields/scene_audio.jsonl.gz"
SCENE_VIDEO = "fields/scene_video.jsonl.gz"
SCENE_BOOK = "fields/scene_book.jsonl.gz"

UNSURE_WEIGHT = 0.4
"""As in the classifier: a doubtful label is right more often than not, but should not overrule."""

_VARIOUS = re.compile(
    r"(?<![A-Za-z])(?:VA|V\.A\.?|Various(?:[ ._]Artists)?)(?![A-Za-z])", re.IGNORECASE
)
_IS_VARIOUS = re.compile(r"va|various( artists)?", re.IGNORECASE)
_UNCUT = re.compile(
    r"(?:\b(?:german|french|dutch|multi|swedish|danish|norwegian|finnish|italian|spanish|polish|nordic"
    r"|internal|limited|dubbed|subbed|proper|repack|extended|uncut|directors cut|remastered"
    r"|complete|uhd|3d)$)|\b(?:E|EP|S|Vol)\d+\b",
    re.IGNORECASE,
)
"""Titles that the rule behind the scene files cut too late."""

Span = tuple[int, int]
"""Characters of the name, from and to."""

Row = dict[str, Any]
"""A line of a file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A name, its class, where its fields stand (by role), and what it counts.

    `unknown` are roles that are not labelled: pieces are neither right nor wrong to carry them. Of
    a `rehearsed` name nothing is labelled.
    """

    name: str
    subcategory: Subcategory
    spans: dict[str, Span]
    weight: float = 1.0
    unknown: frozenset[str] = field(default_factory=frozenset)
    rehearsed: bool = False


def place(name: str, values: Mapping[str, str | int | None]) -> dict[str, Span] | None:
    """Where the values stand in the name, each apart from the others.

    The creator is looked for first, then the title after it, else before it: of `Artist - Artist`
    each gets its own. Returns None if one of the values is not in the name.
    """
    spans: dict[str, Span] = {}
    for role in ("creator", "title", "year"):
        value = values.get(role)
        if value is None or value == "":
            continue
        span = _place_of(role, name, str(value), list(spans.values()))
        if span is None:
            return None
        spans[role] = span
    return spans


def _place_of(role: str, name: str, value: str, taken: Sequence[Span]) -> Span | None:
    if role == "year":
        return _free_year(name, value, taken)
    span = _free_text(name, value, taken)
    if span is None and role == "creator" and _IS_VARIOUS.fullmatch(value):
        match = _VARIOUS.search(name)
        return match.span() if match else None
    return span


def _free_year(name: str, value: str, taken: Sequence[Span]) -> Span | None:
    """The first place of a year that no other field has.

    A year that belongs to a title ("1917") is the work's only if there is no other.
    """
    matches = re.finditer(rf"(?<!\d){re.escape(value)}(?!\d)", name)
    return next((match.span() for match in matches if _is_free(match.span(), taken)), None)


def _free_text(name: str, value: str, taken: Sequence[Span]) -> Span | None:
    """The place of a text that no other field has, behind the other fields if it is there."""
    for start in sorted((0, *(end for _, end in taken)), reverse=True):
        span = find(value, name[start:])
        if span is not None:
            shifted = span[0] + start, span[1] + start
            if _is_free(shifted, taken):
                return shifted
    return None


def _is_free(span: Span, taken: Sequence[Span]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in taken)


def read_rows(data: Path) -> tuple[list[Example], int]:
    """The rows read one by one, and how many were left out: a value is not in the name.

    Raises:
        DataMissing: a row has no name or class, or a field of another kind; the message
            names its line.
    """
    examples = []
    lost = 0
    for number, row in numbered(data / FIELDS):
        try:
            name, subcategory = name_of(row), Subcategory(str(row["sub"]))
            fields = fields_of(row)
        except FAULTS as error:
            told = safe(fault_of(error))
            raise DataMissing(
                f"{data / FIELDS}, line {number} is no row of name and sub: {told}"
            ) from error
        spans = place(name, _values(fields, creator="artist", title="title"))
        if spans is None:
            lost += 1
            continue
        spans |= _episode_title(name, subcategory)
        weight = UNSURE_WEIGHT if row.get("unsure") else 1.0
        examples.append(
            Example(name, subcategory, spans, weight, frozenset({"episode_title", "album"}))
        )
    return examples, lost


def scene_rows(data: Path, counts: Mapping[str, int], rng: random.Random) -> list[Example]:
    """Rows of the scene files, drawn at random, without those whose fields are not found.

    Args:
        data: folder of the data.
        counts: how many are drawn of `audio`, `video` and `book`.
        rng: draws.
    """
    return [
        *_scene_audio(_drawn(data / SCENE_AUDIO, counts["audio"], rng)),
        *_scene_video(_drawn(data / SCENE_VIDEO, counts["video"], rng)),
        *_scene_books(_drawn(data / SCENE_BOOK, counts["book"], rng)),
    ]


def _scene_audio(rows: Iterable[Row]) -> Iterator[Example]:
    for row in rows:
        name = str(row["name"])
        if (spans := place(name, _values(row, creator="artist", title="album"))) is not None:
            yield Example(name, Subcategory.ALBUM, spans)


def _scene_video(rows: Iterable[Row]) -> Iterator[Example]:
    known = set(Subcategory)
    for row in rows:
        name, kind = str(row["name"]), row.get("kind")
        subcategory = Subcategory(kind) if kind in known else Subcategory.MOVIE
        if _UNCUT.search(str(row.get("title") or "")):
            continue
        if (spans := place(name, _values(row, title="title"))) is not None:
            yield Example(name, subcategory, spans | _episode_title(name, subcategory))


def _scene_books(rows: Iterable[Row]) -> Iterator[Example]:
    for row in rows:
        name = str(row["name"])
        if (spans := place(name, _values(row, creator="author", title="title"))) is not None:
            yield Example(name, Subcategory.EBOOK, spans)


def _values(row: Row, title: str, creator: str | None = None) -> dict[str, str | int | None]:
    """Role -> value, by the names that the roles have in a file."""
    return {
        "creator": row.get(creator) if creator else None,
        "title": row.get(title),
        "year": row.get("year"),
    }


def _episode_title(name: str, subcategory: Subcategory) -> dict[str, Span]:
    """The episode's title where the rule finds one."""
    if subcategory is not Subcategory.EPISODE:
        return {}
    number = numbering(name)
    if number is None or number.episode is None:
        return {}
    title = episode_title(name, number)
    return {"episode_title": (title.start, title.end)} if title else {}


def _drawn(path: Path, count: int, rng: random.Random) -> list[Row]:
    rows = list(read_json_lines(path))
    return rng.sample(rows, min(count, len(rows)))
