"""JSON: an object a torrent, one a line, one after the other, pretty-printed, or in an array.

Keys may have the names that other tools give them (`streams.replay.fields`): so this also reads
what bitmagnet imports.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from json import JSONDecodeError
from typing import Any

import orjson

from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.dump_reader import PartReader
from streams.replay.fields import CATALOGUES, Fields, plan
from streams.replay.json_objects import ObjectSplitter, Piece
from streams.replay.lines import LineReader, unescape
from streams.replay.reader import Format, Reader
from streams.replay.rows import Rejected, Row, Unfit

_KEYS_KEPT = 40
"""Keys that are remembered to tell the user; a hostile dump has new ones in every line."""

_SHAPES_KEPT = 256
"""Sets of keys whose meaning is remembered."""

Plan = tuple[tuple[str, tuple[str, ...]], ...]


class Objects:
    """Makes fields of JSON objects, and remembers their keys."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}
        self._plans: dict[tuple[str, ...], Plan] = {}

    @property
    def columns(self) -> Sequence[str]:
        """The keys of the objects, as far as they were seen."""
        return [key[:40] for key in self._keys]

    def fields(self, data: str | bytes) -> Fields:
        """What an object says.

        Raises:
            Unfit: it is no JSON object.
        """
        row = _loaded(data)
        if not isinstance(row, dict):
            raise Unfit("not_json", "it is no JSON object")
        fields = Fields()
        for field, keys in self._plan(row):
            for key in keys:
                value = row[key]
                if value is not None:
                    setattr(fields, field, value)
                    break
        if fields.files is not None:
            _set_files(fields)
        source = row.get("contentSource")
        if source in CATALOGUES and getattr(fields, source) is None:
            setattr(fields, source, row.get("contentId"))
        return fields

    def _plan(self, row: dict[str, Any]) -> Plan:
        shape = tuple(row)
        known = self._plans.get(shape)
        if known is None:
            if len(self._keys) < _KEYS_KEPT:
                self._keys.update(dict.fromkeys(shape[:_KEYS_KEPT]))
            known = tuple(plan(shape).items())
            if len(self._plans) < _SHAPES_KEPT and len(shape) < 2 * _KEYS_KEPT:
                self._plans[shape] = known
        return known


def _loaded(data: str | bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass  # NaN and lone surrogates are read by the standard library
    try:
        if isinstance(data, bytes):
            data = data.decode("utf-8", "surrogateescape")
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unfit("not_json", str(error)) from error


def _set_files(fields: Fields) -> None:
    """The list of files; a number is how many there are."""
    value: object = fields.files
    if isinstance(value, list):
        fields.files = [_file(entry) for entry in value]
        return
    is_count = isinstance(value, int) or (isinstance(value, str) and value.isdecimal())
    fields.files = None if is_count else [(None, None)]
    if is_count and fields.num_files is None:
        fields.num_files = value


def _file(entry: object) -> tuple[object, object]:
    """A file is an object or just a path; a path may be a list of parts, as in a .torrent file.

    What is no path stays what it is: the builder counts it.
    """
    path, size = entry, None
    if isinstance(entry, dict):
        path = _first(entry, "path", "name", "filename", "file_name")
        size = _first(entry, "size", "length", "size_bytes", "sizeBytes", "bytes")
    if isinstance(path, list) and all(isinstance(part, str) for part in path):
        path = "/".join(path)
    return path.replace("\\", "/") if isinstance(path, str) else None, size


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


class JsonLines(LineReader):
    """Reads an object a line."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump, builder)
        self._objects = Objects()

    @property
    def columns(self) -> Sequence[str]:
        """The keys of the objects, as far as they were seen."""
        return self._objects.columns

    def _fields(self, line: str) -> Fields:
        return self._objects.fields(line)


class JsonObjects(PartReader[Piece]):
    """Reads objects wherever they end: pretty-printed, joined, or in an array."""

    unit = "object"

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump, builder)
        self._objects = Objects()

    @property
    def columns(self) -> Sequence[str]:
        """The keys of the objects, as far as they were seen."""
        return self._objects.columns

    def _splitter(self) -> ObjectSplitter:
        return ObjectSplitter(self._offset)

    def _records(self, parts: Iterable[Piece]) -> Iterator[Row]:
        return map(self._row, parts)

    def _row(self, piece: Piece) -> Row:
        self._number += 1
        self._offset = piece.end
        if piece.reason is not None:
            return Rejected(self._number, piece.reason)
        try:
            fields = self._objects.fields(piece.data)
        except Unfit as error:
            return Rejected(self._number, error.reason, error.detail)
        if isinstance(fields.name, str) and not fields.name.isascii():
            unescape(fields)
        return self._builder.record(self._number, fields)


def _reader(dump: Dump, builder: Builder) -> Reader:
    return JsonLines(dump, builder) if _is_a_line_each(dump) else JsonObjects(dump, builder)


def _is_a_line_each(dump: Dump) -> bool:
    """Whether an object ends where its line ends, told from the first lines."""
    lines = [line.strip() for line in dump.text_head.split(b"\n", 8)]
    first = lines[0]
    if not first.startswith(b"{"):
        return not first.startswith(b"[") and not dump.text_head.startswith(b"[")
    try:
        json.loads(first)
    except JSONDecodeError as error:
        if error.msg == "Extra data":
            return False
        after = next((line for line in lines[1:] if line), b"{")
        return after.startswith(b"{")  # a damaged line among whole ones
    except (ValueError, RecursionError):
        pass
    return True


def _fits(dump: Dump) -> bool:
    head = dump.text_head
    return head.startswith(b"{") or head.removeprefix(b"[").lstrip().startswith(b"{")


FORMAT = Format(
    name="jsonl",
    expects=(
        "JSON objects with infohash (or info_hash, hash) and name (or title); "
        "size, files, created_at, observed_at, seeders, leechers, completed are optional"
    ),
    fits=_fits,
    open=_reader,
)
