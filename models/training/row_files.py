"""Files of JSON lines: written whole or not at all, and the same rows are the same bytes."""

import gzip
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON lines, gzipped if the name ends in `.gz`; returns how many.

    Raises:
        OSError: it cannot be written. What was there before is there still.
    """
    count = 0
    content = io.BytesIO()
    for row in rows:
        content.write(orjson.dumps(row) + b"\n")
        count += 1
    data = content.getvalue()
    replace(path, [gzip.compress(data, mtime=0) if path.suffix == ".gz" else data])
    return count


def replace(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file beside its place, and move it there when it is whole; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
