"""Joins labelled rows of several origins to one data folder: the later word of a name counts.

What the evaluation holds is kept out, and so are near-copies of it: a model that has learnt another
episode of a show knows the show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.training.classifier.data import near_copy, read_json_lines
from models.training.experiment.errors import DataMissing
from models.training.held_out import family
from models.training.row_files import FIELD_NAMES, FIELDS, NAMES, write_rows

Row = Mapping[str, Any]

_LABELS = frozenset({"medium", "sub", "nsfw", *FIELD_NAMES})
"""What of a row is its label. The rest says where it comes from."""


class RowsDamaged(Exception):
    """A file of rows cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Labelled rows of one origin."""

    name: str
    names: Sequence[Row] = ()
    """For the classifier: with medium, subcategory and whether it is adult."""

    fields: Sequence[Row] = ()
    """For the tagger: with artist, title and numbers."""


@dataclass(slots=True)
class Joined:
    """Rows of all origins."""

    names: dict[str, Row] = field(default_factory=dict)
    fields: dict[str, Row] = field(default_factory=dict)
    held_out: int = 0
    """Rows that were left out, as the evaluation holds them or near-copies of them."""

    overruled: int = 0
    """Rows whose label a later word changed."""

    @property
    def counts(self) -> dict[str, int]:
        """What a card tells of it."""
        return {
            "names": len(self.names),
            "fields": len(self.fields),
            "held_out": self.held_out,
            "overruled": self.overruled,
        }

    def leave_out(self, is_out: Callable[[str], bool]) -> int:
        """Take out the rows whose names must go no further; returns how many."""
        count = 0
        for rows in (self.names, self.fields):
            for name in [name for name in rows if is_out(name)]:
                del rows[name]
                count += 1
        return count


def join(origins: Iterable[Origin], evaluated: Iterable[str] = ()) -> Joined:
    """The rows of all origins, the last word of each name.

    Args:
        origins: in the order in which they speak, the last with the last word.
        evaluated: names that are measured on.
    """
    kept_out = frozenset(key for name in evaluated for key in _keys(name))
    joined = Joined()
    for origin in origins:
        for rows, listed in ((joined.names, origin.names), (joined.fields, origin.fields)):
            for row in listed:
                _add(joined, rows, row, kept_out)
    return joined


def _keys(name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a name has in common with its near-copies, by both lines that the project draws."""
    return ("copy", near_copy(name)), ("family", family(name))


def _add(
    joined: Joined, rows: dict[str, Row], row: Row, kept_out: frozenset[tuple[str, str]]
) -> None:
    name = str(row["name"])
    if not kept_out.isdisjoint(_keys(name)):
        joined.held_out += 1
        return
    earlier = rows.pop(name, None)
    joined.overruled += earlier is not None and label_of(earlier) != label_of(row)
    rows[name] = row


def label_of(row: Row) -> dict[str, Any]:
    """What a row teaches: its labels, without those that say nothing."""
    return {key: row[key] for key in sorted(_LABELS & row.keys()) if row[key] not in (None, False)}


def news(rows: Mapping[str, Row], earlier: Mapping[str, Row]) -> int:
    """How many rows are new or say something new."""
    return sum(
        name not in earlier or label_of(earlier[name]) != label_of(row)
        for name, row in rows.items()
    )


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a file of JSON lines, gzipped or not; none if there is no such file.

    Raises:
        RowsDamaged: a line is no JSON object with a name.
    """
    if not path.is_file():
        return []
    try:
        rows = list(read_json_lines(path))
    except DataMissing as error:
        raise RowsDamaged(str(error)) from error
    except OSError as error:
        raise RowsDamaged(f"{path} cannot be read: {error}") from error
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not isinstance(row.get("name"), str):
            raise RowsDamaged(f"{path}, line {number}: a row is a JSON object with a name")
    return rows


def origin_of(folder: Path, name: str) -> Origin:
    """The labelled rows of a data folder."""
    return Origin(name, read_rows(folder / NAMES), read_rows(folder / FIELDS))


def write_folder(folder: Path, joined: Joined, like: Sequence[Path]) -> None:
    """Write a data folder: the joined rows, and links to whatever else the given folders have.

    Args:
        folder: to write.
        joined: its labelled rows.
        like: data folders; of a file that several have, that of the last is taken.
    """
    write_rows(folder / NAMES, joined.names.values())
    write_rows(folder / FIELDS, joined.fields.values())
    for other in like:
        for path in sorted(other.glob("*/*")):
            place = folder / path.relative_to(other)
            if path.is_file() and path.relative_to(other).as_posix() not in (NAMES, FIELDS):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.unlink(missing_ok=True)
                place.symlink_to(path.resolve())
