"""Joins labelled rows of several origins to one data folder: the later word of a name counts.

A word on the class is none on whether a name is adult, and the other way round: what a later row
does not say stays as an earlier one said it.

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
from models.training.row_labels import with_flags

Row = Mapping[str, Any]

FLAGS = "names/p2p_flags.jsonl.gz"
"""Names of which people said whether they are adult, and nothing else."""

_OF_ADULT = ("nsfw", "adult_share")
"""What of a row says whether it is adult."""

_LABELS = frozenset({"medium", "sub", "nsfw", *FIELD_NAMES})
"""What of a row is its label. The rest says where it comes from."""


class RowsDamaged(Exception):
    """A file of rows cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Labelled rows of one origin."""

    name: str
    names: Sequence[Row] = ()
    """For the classifier: with medium, subcategory and whether it is adult, or one of both."""

    fields: Sequence[Row] = ()
    """For the tagger: with artist, title and numbers."""


@dataclass(slots=True)
class Joined:
    """Rows of all origins."""

    names: dict[str, Row] = field(default_factory=dict)
    fields: dict[str, Row] = field(default_factory=dict)
    flags: dict[str, Row] = field(default_factory=dict)
    """Names that are known to be adult or not, and whose class nobody has said."""

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
                if not kept_out.isdisjoint(_keys(str(row["name"]))):
                    joined.held_out += 1
                else:
                    _add(joined, rows, row)
    return joined


def _keys(name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a name has in common with its near-copies, by both lines that the project draws."""
    return ("copy", near_copy(name)), ("family", family(name))


def _add(joined: Joined, rows: dict[str, Row], row: Row) -> None:
    name = str(row["name"])
    earlier = rows.pop(name, None)
    if rows is joined.names:
        row = _with_rest(earlier or joined.flags.pop(name, {}), row)
        rows = joined.flags if _is_flag(row) else rows
    joined.overruled += earlier is not None and label_of(earlier) != label_of(row)
    rows[name] = row


def _is_flag(row: Row) -> bool:
    """Whether a row says only whether a name is adult."""
    return not row.get("medium") and row.get("nsfw") is not None


def _with_rest(earlier: Row, row: Row) -> Row:
    """The later row, with what the earlier one alone says: the class, or whether it is adult."""
    if _is_flag(row):
        # The votes on the class stay; those on this are as if all had said what people say.
        share = {"adult_share": float(row["nsfw"])} if "share" in earlier else {}
        return {**earlier, **row, **share}
    if row.get("nsfw") is not None:
        return row
    return {**row, **{key: earlier[key] for key in _OF_ADULT if key in earlier}}


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
    names = [*with_flags(read_rows(folder / NAMES)), *read_rows(folder / FLAGS)]
    return Origin(name, names, read_rows(folder / FIELDS))


def write_people(folder: Path, joined: Joined) -> None:
    """Write what people said: a data folder, and the flags of names whose class they left open."""
    write_folder(folder, joined, ())
    write_rows(folder / FLAGS, joined.flags.values())


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
            if path.is_file() and path.relative_to(other).as_posix() not in (NAMES, FIELDS, FLAGS):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.unlink(missing_ok=True)
                place.symlink_to(path.resolve())
