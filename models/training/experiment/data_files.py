"""The files that an experiment learns from: their hashes and rows, and what differs from before."""

import gzip
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.registry import sha256_of
from models.training.experiment.errors import DataMissing

_CHUNK = 1 << 20


def described(paths: Sequence[Path], root: Path | None = None) -> list[dict[str, Any]]:
    """Name, SHA-256 and rows of each file.

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
        try:
            entries.append({"name": name, "sha256": sha256_of(path), "rows": rows_of(path)})
        except (OSError, EOFError, zlib.error) as error:
            raise DataMissing(f"{path} cannot be read: {error}") from error
    return entries


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
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
            return tuple(str(row["name"]) for row in rows if "name" in row)
    except (OSError, EOFError, ValueError, TypeError, zlib.error) as error:
        raise DataMissing(f"{path} cannot be read: {error}") from error


def require_rows(path: Path) -> None:
    """Refuse a file that does not begin with a JSON object, before hours are spent on a training.

    Raises:
        DataMissing: it is not there or cannot be read.
    """
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            row = json.loads(stream.readline() or "{}")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataMissing(f"--evaluation {path} cannot be read as JSON lines: {error}") from error
    if not isinstance(row, dict):
        raise DataMissing(f"--evaluation {path}: its first line is no JSON object")


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """What differs between the files of two runs, a line a file."""
    old = {entry["name"]: entry for entry in before}
    new = {entry["name"]: entry for entry in after}
    lines = [f"{name} is not learnt from any more" for name in old if name not in new]
    lines += [f"{name} is new" for name in new if name not in old]
    for name in old.keys() & new.keys():
        if old[name]["sha256"] != new[name]["sha256"]:
            rows = f"{old[name]['rows']} rows are now {new[name]['rows']}"
            lines.append(f"{name} holds something else ({rows})")
    return sorted(lines)


def read_entries(path: Path) -> list[dict[str, Any]]:
    """What `data.json` holds."""
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return entries
