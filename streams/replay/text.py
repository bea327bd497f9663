"""Text dumps, a record a line: torrents.csv and JSON lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

from streams.replay.compressed import MAX_LINE, Expanded, lines
from streams.replay.rows import Builder, Fraction, Record, Rejected, Unfit, hexed, shown, whole

CSV_COLUMNS = (
    "infohash",
    "name",
    "size_bytes",
    "created_unix",
    "seeders",
    "leechers",
    "completed",
    "scraped_date",
)
"""The columns of torrents.csv (https://torrents-csv.com); real files separate them by `;`, some
copies by `,`.
"""

_AFTER_NAME = len(CSV_COLUMNS) - 2
_BOM = b"\xef\xbb\xbf"


class LineReader:
    """Reads a text dump line by line; `_record` says what a line holds. Blank lines are no records."""

    origin = "text"

    def __init__(self, expanded: Expanded, builder: Builder) -> None:
        self._expanded = expanded
        self._builder = builder

    @property
    def fraction(self) -> Fraction:
        return self._expanded.fraction

    @property
    def fault(self) -> str | None:
        return self._expanded.fault

    def close(self) -> None:
        self._expanded.close()

    def __iter__(self) -> Iterator[Record | None]:
        for number, line in enumerate(self._numbered(), 1):
            if line is None:
                yield None
            elif self._is_record(number, line):
                yield self._read(number, line)

    def _numbered(self) -> Iterator[bytes | None]:
        first = True
        for line in lines(self._expanded.chunks()):
            if line is not None and first:
                line, first = line.removeprefix(_BOM), False
            yield None if line is None else line.rstrip(b"\r")

    def _is_record(self, number: int, line: bytes) -> bool:
        return bool(line.strip())

    def _read(self, number: int, line: bytes) -> Record:
        if len(line) >= MAX_LINE:
            return Rejected(number, "too_long", f"more than {MAX_LINE:,} bytes")
        try:
            return self._record(number, line.decode("utf-8", "replace"))
        except Unfit as error:
            return Rejected(number, error.reason, error.detail)

    def _record(self, number: int, line: str) -> Record:
        raise NotImplementedError


class TorrentsCsv(LineReader):
    """torrents.csv. Names hold separators and quotes unescaped: a row is read from both ends, the
    name is what is between.
    """

    origin = "torrents.csv"

    def __init__(self, expanded: Expanded, builder: Builder) -> None:
        super().__init__(expanded, builder)
        head = expanded.head.removeprefix(_BOM).split(b"\n", 1)[0]
        self._separator = ";" if head.count(b";") >= head.count(b",") else ","

    def _is_record(self, number: int, line: bytes) -> bool:
        return bool(line.strip()) and not line.startswith(b"infohash" + self._separator.encode())

    def _record(self, number: int, line: str) -> Record:
        infohash, _, rest = line.partition(self._separator)
        parts = rest.rsplit(self._separator, _AFTER_NAME)
        if len(parts) != _AFTER_NAME + 1:
            return Rejected(
                number, "bad_row", f"{len(parts) + 1} columns instead of {len(CSV_COLUMNS)}"
            )
        name, size, created, seeders, leechers, completed, scraped = parts
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = name[1:-1].replace('""', '"')
        make = self._builder
        return make.torrent(
            number,
            hexed(infohash),
            name,
            size=whole(size),
            created_at=make.moment(created, "created_unix"),
            observed_at=make.moment(scraped, "scraped_date"),
            seeders=make.count(seeders, "seeders"),
            leechers=make.count(leechers, "leechers"),
            completed=make.count(completed, "completed"),
        )


class JsonLines(LineReader):
    """JSON lines: `infohash` (or `info_hash`) and `name`; size, files, dates and swarm figures
    where they are known.
    """

    origin = "jsonl"

    def _record(self, number: int, line: str) -> Record:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            return Rejected(number, "not_json", shown(str(error)))
        if not isinstance(row, dict):
            return Rejected(number, "not_json", "the line is no JSON object")
        make = self._builder
        name = _first(row, "name", "title")
        if not isinstance(name, str):
            return Rejected(number, "empty_name", "no name")
        return make.torrent(
            number,
            hexed(_first(row, "infohash", "info_hash", "hash")),
            name,
            size=whole(_first(row, "size", "size_bytes", "length")),
            files=_files(row.get("files")),
            num_files=make.count(row.get("num_files"), "num_files"),
            created_at=make.moment(_first(row, "created_at", "created_unix"), "created_at"),
            observed_at=make.moment(
                _first(row, "observed_at", "scraped_date", "discovered_on"), "observed_at"
            ),
            seeders=make.count(row.get("seeders"), "seeders"),
            leechers=make.count(row.get("leechers"), "leechers"),
            completed=make.count(row.get("completed"), "completed"),
        )


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _files(value: object) -> list[tuple[str, int | None]] | None:
    """Files as (path, size); a path may be a list of parts, as in a .torrent file."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise Unfit("bad_files", value)
    files = []
    for entry in value:
        path, size = (
            (entry.get("path"), _first(entry, "size", "length"))
            if isinstance(entry, dict)
            else (entry, None)
        )
        if isinstance(path, list):
            path = "/".join(str(part) for part in path)
        if not isinstance(path, str):
            raise Unfit("bad_files", entry)
        files.append((re.sub(r"\\", "/", path), whole(size)))
    return files
