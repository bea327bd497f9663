"""The files of an experiment: their hashes and rows, and what differs from before.

It learns from most, is judged on one, and begins with the weights of others.
"""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.registry import sha256_of
from models.training.experiment.errors import DataMissing
from models.training.row_files import opened

_CHUNK = 1 << 20


def described(paths: Sequence[Path], root: Path | None = None) -> list[dict[str, Any]]:
    """Name, SHA-256 and rows of each file that is learnt from.

    Args:
        paths: the files.
        root: folder that names are relative to; otherwise they are as they were given.

    Raises:
        DataMissing: a file cannot be read.
    """
    entries = []
    for path in paths:
        is_below = root is not None and path.is_relative_to(root)
        name = path.relative_to(root).as_posix() if root is not None and is_below else str(path)
        entries.append(_entry(name, path))
    return entries


@dataclass(frozen=True, slots=True)
class Besides:
    """What an experiment reads besides the files that it learns from."""

    evaluation: Path | None = None
    """A file of cases to judge on."""
    starts: Mapping[str, Path] = field(default_factory=dict)
    """Files of the weights that training begins with, by what they are."""

    def described(self) -> list[dict[str, Any]]:
        """Name, SHA-256, rows and use of each file.

        Raises:
            DataMissing: a file cannot be read.
        """
        judged = [] if self.evaluation is None else [self.evaluation]
        return [
            *(_entry(path.name, path, use="judged") for path in judged),
            *(_entry(name, path, use="start") for name, path in self.starts.items()),
        ]


def _entry(name: str, path: Path, **use: str) -> dict[str, Any]:
    try:
        return {"name": name, "sha256": sha256_of(path), "rows": rows_of(path), **use}
    except (OSError, EOFError, zlib.error) as error:
        raise DataMissing(f"{path} cannot be read: {error}") from error


def rows_of(path: Path) -> int:
    """Lines of a text file, which may be gzipped; 0 of anything else."""
    if not any(suffix in path.suffixes for suffix in (".jsonl", ".csv", ".tsv")):
        return 0
    opener: Any = gzip.open if path.suffix == ".gz" else open
    count, last = 0, b"\n"
    with opener(path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            count += chunk.count(b"\n")
            last = chunk[-1:]
    return count + (last != b"\n")


def names(path: Path | None) -> tuple[str, ...]:
    """The torrents' names in a file that is judged on; empty without a file.

    Raises:
        DataMissing: it is not there, or a line is no row.
    """
    if path is None:
        return ()
    try:
        with opened(path) as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
            return tuple(str(row["name"]) for row in rows if "name" in row)
    except (OSError, EOFError, ValueError, TypeError, zlib.error) as error:
        raise DataMissing(f"{path} cannot be read: {error}") from error


_CHANGES = {
    "learnt": ("is not learnt from any more", "is new", "holds something else"),
    "judged": (
        "is not judged on any more",
        "is to be judged on now, and may have been learnt from",
        "is judged on, and holds something else",
    ),
    "start": (
        "is not what training begins with any more",
        "is what training begins with now",
        "is what training begins with, and is another one",
    ),
}
"""What is said of a file that is gone, new or changed, by its use."""


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """What differs between the files of two runs, a line a file."""
    old, new = ({_key(entry): entry for entry in entries} for entries in (before, after))
    lines = []
    for use, name in old.keys() | new.keys():
        gone, added, changed = _CHANGES[use]
        was, now = old.get((use, name)), new.get((use, name))
        if was is None or now is None:
            lines.append(f"{name} {gone if now is None else added}")
        elif was["sha256"] != now["sha256"]:
            rows = f" ({was['rows']} rows are now {now['rows']})" if now["rows"] else ""
            lines.append(f"{name} {changed}{rows}")
    return sorted(lines)


def _key(entry: Mapping[str, Any]) -> tuple[str, str]:
    return entry.get("use", "learnt"), entry["name"]


def read_entries(path: Path) -> list[dict[str, Any]]:
    """What `data.json` holds."""
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return entries
