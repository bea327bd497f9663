"""JSON lines: an object a line, with `infohash` and `name`; other keys where they are known."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from streams.replay.dump import Dump
from streams.replay.lines import LineReader
from streams.replay.reader import Format
from streams.replay.rows import Builder, Fields, Unfit

_KEYS_KEPT = 40
"""Keys that are remembered to tell the user; a hostile dump has new ones in every line."""


class JsonLines(LineReader):
    """Reads JSON lines, under the names that dumps use for the same thing."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump, builder)
        self._keys: dict[str, None] = {}

    @property
    def columns(self) -> Sequence[str]:
        """The keys of the objects, as far as they were seen."""
        return [key[:40] for key in self._keys]

    def _fields(self, line: str) -> Fields:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Unfit("not_json", str(error)) from error
        if not isinstance(row, dict):
            raise Unfit("not_json", "the line is no JSON object")
        if len(self._keys) < _KEYS_KEPT:
            self._keys.update(dict.fromkeys(row))
        return Fields(
            infohash=_first(row, "infohash", "info_hash", "hash"),
            name=_first(row, "name", "title"),
            size=_first(row, "size", "size_bytes", "length"),
            files=_files(row.get("files")),
            num_files=row.get("num_files"),
            created_at=_first(row, "created_at", "created_unix"),
            observed_at=_first(row, "observed_at", "scraped_date", "discovered_on"),
            seeders=row.get("seeders"),
            leechers=row.get("leechers"),
            completed=row.get("completed"),
        )


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _files(value: object) -> Iterator[tuple[object, object]] | None:
    """Files as (path, size), None if they are unknown."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise Unfit("bad_files", value)
    return map(_file, value)


def _file(entry: object) -> tuple[object, object]:
    """A file is an object or just a path; a path may be a list of parts, as in a .torrent file."""
    path, size = entry, None
    if isinstance(entry, dict):
        path = entry.get("path")
        size = _first(entry, "size", "length")
    if isinstance(path, list) and all(isinstance(part, str) for part in path):
        path = "/".join(path)
    if not isinstance(path, str):
        raise Unfit("bad_files", entry)
    return path.replace("\\", "/"), size


def _fits(dump: Dump) -> bool:
    return dump.text_head.startswith(b"{")


FORMAT = Format(
    name="jsonl",
    expects=(
        "one JSON object a line with infohash (or info_hash, hash) and name (or title); "
        "size, files, created_at, observed_at, seeders, leechers, completed are optional"
    ),
    fits=_fits,
    open=JsonLines,
)
