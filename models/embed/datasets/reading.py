"""What the readers share: tables, lists in cells, and sounds that may have several endings."""

import ast
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from models.embed.clips import ENDINGS, BadClips

_LONGEST_CELL = 1 << 20


def table(
    path: Path, columns: set[str], separator: str = ","
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table whose first line names its columns, with the lines at which they end.

    Raises:
        BadClips: it is not there, or lacks a column, or a row does.
    """
    names: list[str] = []
    for number, row in rows(path, separator):
        if not names:
            names = row
            if missing := sorted(columns - set(names)):
                raise BadClips(f"{path}: no column {', '.join(missing)}")
            continue
        told = dict(zip(names, row, strict=False))
        if lacking := sorted(columns - set(told)):
            raise BadClips(f"{path}, line {number}: no {', '.join(lacking)}")
        yield number, told


def rows(path: Path, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Rows of a table with the lines at which they end, empty ones left out.

    Raises:
        BadClips: it is not there, or is no table.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            lines = csv.reader(stream, delimiter=separator, skipinitialspace=True)
            yield from ((lines.line_num, row) for row in lines if row)
    except (OSError, csv.Error) as error:
        raise BadClips(f"{path} cannot be read: {error}") from error


@contextmanager
def line(path: Path, number: int) -> Iterator[None]:
    """Reads a line.

    Raises:
        BadClips: what is done with it fails; the message says where.
    """
    try:
        yield
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise BadClips(f"{path}, line {number}: {error!r}") from error


def below(folder: Path, name: str) -> Path:
    """The path of a name of a table.

    Raises:
        ValueError: it would leave the folder.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} does not stay in the folder")
    return folder / path


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
    """The file of a sound, whatever its ending; with `ending` where there is none.

    Raises:
        ValueError: it would leave the folder.
    """
    paths = (below(folder, f"{stem}{known}") for known in (ending, *sorted(ENDINGS)))
    return next((path for path in paths if path.is_file()), below(folder, f"{stem}{ending}"))
