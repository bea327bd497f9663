"""What the readers share: tables, lists in cells, and sounds that may have several endings."""

import ast
import csv
from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import ENDINGS, BadClips

_LONGEST_CELL = 1 << 20


def table(path: Path, columns: set[str], separator: str = ",") -> Iterator[dict[str, str]]:
    """Rows of a table whose first line names its columns.

    Raises:
        BadClips: it is not there, or lacks a column.
    """
    names: list[str] = []
    for number, row in enumerate(rows(path, separator)):
        if not number:
            names = row
            if missing := sorted(columns - set(names)):
                raise BadClips(f"{path}: no column {', '.join(missing)}")
            continue
        yield dict(zip(names, row, strict=False))


def rows(path: Path, separator: str = ",") -> Iterator[list[str]]:
    """Rows of a table, empty ones left out.

    Raises:
        BadClips: it is not there, or is no table.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            yield from filter(None, csv.reader(stream, delimiter=separator, skipinitialspace=True))
    except (OSError, csv.Error) as error:
        raise BadClips(f"{path} cannot be read: {error}") from error


def list_in(cell: str) -> list[str]:
    """A list that a cell holds as Python writes it; none where it holds no list.

    >>> list_in("['slow', 'sad']")
    ['slow', 'sad']
    >>> list_in("")
    []
    """
    try:
        value = ast.literal_eval(cell.strip() or "[]")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def sound(folder: Path, stem: str, ending: str = ".wav") -> Path:
    """The file of a sound, whatever its ending; with `ending` where there is none."""
    paths = (folder / f"{stem}{known}" for known in (ending, *sorted(ENDINGS)))
    return next((path for path in paths if path.is_file()), folder / f"{stem}{ending}")
