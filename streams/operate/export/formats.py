"""The three forms of an export: each writes rows to a stream of bytes."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol

import orjson

from streams.operate.process import StartError

Row = Mapping[str, Any]


class Writer(Protocol):
    """Writes rows to a stream that it does not close."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def finish(self) -> None:
        """Write what has to follow the last row."""


class JsonLines:
    """An object a line; what is unknown is left out. `streams.replay` reads it."""

    def __init__(self, stream: BinaryIO, *, goes_on: bool = False) -> None:
        self._stream = stream

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._stream.writelines(
            orjson.dumps(
                {name: value for name, value in row.items() if value is not None},
                option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
            )
            for row in rows
        )

    def finish(self) -> None:
        """Nothing follows."""


class TorrentsCsv:
    """The columns of torrents.csv. `streams.replay` reads it; names are as they are.

    A spreadsheet takes a name that begins with `=`, `+`, `-` or `@` for a formula: import such a
    file with all columns as text.
    """

    header = (
        "infohash",
        "name",
        "size_bytes",
        "created_unix",
        "seeders",
        "leechers",
        "completed",
        "scraped_date",
    )

    def __init__(self, stream: BinaryIO, *, goes_on: bool = False) -> None:
        self._stream = stream
        if not goes_on:
            self._put([self.header])

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._put(
            [
                row["infohash"],
                row["name"],
                row["size"],
                _unix(row["created_at"]),
                row["seeders"],
                row["leechers"],
                row["completed"],
                _unix(row["observed_at"]),
            ]
            for row in rows
        )

    def finish(self) -> None:
        """Nothing follows."""

    def _put(self, lines: Any) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\n").writerows(lines)
        self._stream.write(text.getvalue().encode())


def _unix(moment: datetime | None) -> int | float | None:
    if moment is None:
        return None
    seconds = moment.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


_TEXTS = [
    "infohash",
    "name",
    "medium",
    "subcategory",
    "classified_by",
    "rule",
    "own_class",
    "title",
    "creator",
    "extracted_by",
    "llm",
    "metadata",
    "technical",
    "link",
    "artist_mbid",
    "artist",
    "release_group_mbid",
    "release_group",
    "category",
    "imdb",
    "infohash_v2",
]
_NUMBERS = [
    "size",
    "num_files",
    "seeders",
    "leechers",
    "completed",
    "torznab",
    "year",
    "tmdb",
    "tvdb",
]
_SHARES = ["confidence", "own_confidence", "score"]
_MOMENTS = ["created_at", "observed_at"]


class Parquet:
    """Typed columns, compressed with zstd; metadata and technical are JSON as text."""

    def __init__(self, stream: BinaryIO, *, goes_on: bool = False) -> None:
        """Begin a file.

        Raises:
            StartError: pyarrow is not installed.
        """
        require("parquet")
        import pyarrow
        from pyarrow import parquet

        self._pyarrow = pyarrow
        file = pyarrow.struct([("path", pyarrow.string()), ("size", pyarrow.int64())])
        self._schema = pyarrow.schema(
            [(name, pyarrow.string()) for name in _TEXTS]
            + [(name, pyarrow.int64()) for name in _NUMBERS]
            + [(name, pyarrow.float64()) for name in _SHARES]
            + [(name, pyarrow.timestamp("us", tz="UTC")) for name in _MOMENTS]
            + [("nsfw", pyarrow.bool_()), ("files", pyarrow.list_(file))]
        )
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows, as a group of their own."""
        ready = [
            {
                **row,
                **{
                    name: None if row[name] is None else json.dumps(row[name], ensure_ascii=False)
                    for name in ("metadata", "technical")
                },
            }
            for row in rows
        ]
        self._writer.write_table(self._pyarrow.Table.from_pylist(ready, schema=self._schema))

    def finish(self) -> None:
        """Write where each column lies."""
        self._writer.close()


def require(form: str) -> None:
    """Check that a format can be written here, before anything is made.

    Raises:
        StartError: Parquet is wanted, and pyarrow is not installed.
    """
    if form != "parquet":
        return
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise StartError(
            "Parquet needs pyarrow: install the extra export with `uv pip install -e .[export]`"
        ) from error


FORMATS: Mapping[str, Callable[..., Writer]] = {
    "jsonl": JsonLines,
    "csv": TorrentsCsv,
    "parquet": Parquet,
}
