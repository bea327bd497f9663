"""What a labelled row says of a torrent: its name, whether it is adult, its files.

Rows are typed by people and exported from tables, so nothing is guessed: the word "false" is no
flag, and a name is a text.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from models.training.row_files import FIELD_NAMES, NUMBERED
from schemas import TorrentFile

FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
"""What reading a row of the wrong shape ends with."""


class BadLabel(ValueError):
    """A row says something that is no label; the message is for a person."""


def name_of(row: object) -> str:
    """The torrent's name.

    Raises:
        BadLabel: it is no row, or has no name.
    """
    if not isinstance(row, Mapping):
        raise BadLabel('a row is a JSON object, {"name": "...", ...}')
    if "name" not in row:
        raise BadLabel("name is missing")
    name = row["name"]
    if not isinstance(name, str):
        raise BadLabel(f"name is {name!r}; it is a text")
    return name


def fields_of(row: Mapping[str, Any]) -> dict[str, str | int | None]:
    """The fields of a row by their names in `row_files.FIELD_NAMES`; None where it has none.

    Raises:
        BadLabel: a value is of another kind.
    """
    return {name: field(name, row.get(name)) for name in FIELD_NAMES}


def field(name: str, value: object) -> str | int | None:
    """The value of a field: a text; of a year, a season or an episode a number, too.

    Raises:
        BadLabel: it is of another kind.
    """
    if value is None or isinstance(value, str):
        return value
    if name not in NUMBERED:
        raise BadLabel(f"{name} is {value!r}; it is a text or null")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadLabel(f"{name} is {value!r}; it is a number, a text or null")


def adult(value: object) -> bool | None:
    """Whether a work is adult; None where nobody decided it.

    Raises:
        BadLabel: it is none of true, false, 1, 0 and null.
    """
    if value is None:
        return None
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise BadLabel(f"nsfw is {value!r}; it is true, false or null")


def files_of(listed: object) -> tuple[TorrentFile, ...] | None:
    """The files of a torrent, as `sample` writes them (`["path", size]`) or as objects.

    Returns None where they are not known. A size of 0 in a sample is not known.

    Raises:
        BadLabel: they are none.
    """
    if listed is None:
        return None
    if not isinstance(listed, list):
        raise BadLabel(f"files is {listed!r}; {_FILES}")
    return tuple(map(_file, listed))


_FILES = 'it is a list of ["path", size] or {"path": "...", "size": ...}'


def _file(file: object) -> TorrentFile:
    try:
        if isinstance(file, Mapping):
            return TorrentFile(path=file["path"], size=file.get("size"))
        if isinstance(file, list) and len(file) == 2:
            return TorrentFile(path=file[0], size=file[1] or None)
    except (KeyError, ValidationError):
        pass
    raise BadLabel(f"files has {file!r}; {_FILES}")


def with_flags(rows: Iterable[Any]) -> list[Any]:
    """The rows of a file, each with the flag that the file gives it.

    Many write `nsfw` only where a work is adult. So where a file flags some rows as adult and says
    of none that it is not, rows without `nsfw` are not adult. Else they are not decided. Rows that
    are none stay, for others to name.
    """
    listed = list(rows)
    known = [row for row in listed if isinstance(row, Mapping)]
    flags = [flag for row in known if "nsfw" in row for flag in _flags(row["nsfw"])]
    if 1 not in flags or 0 in flags:
        return listed
    return [
        {**row, "nsfw": False} if isinstance(row, Mapping) and "nsfw" not in row else row
        for row in listed
    ]


def _flags(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def fault_of(error: Exception) -> str:
    """What is wrong with a row, for a person."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, ValueError):
        return str(error)
    return f"it is of another shape ({error})"
