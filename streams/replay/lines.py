"""Dumps of text, a record a line. A line is bounded: a longer one is a rejected row, not memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from streams.replay.dump_reader import PartReader
from streams.replay.fields import Fields
from streams.replay.rows import Rejected, Row, Unfit

MAX_LINE = 16 * 1024 * 1024
"""Bytes of the longest line taken: 100,000 files of a torrent are about 10 MB of JSON."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that was longer than allowed, and is gone."""

    length: int


Line = bytes | TooLong
"""A line without its end."""


class LineSplitter:
    """Cuts pieces of bytes into lines.

    Only a line feed ends a line: names hold every other character that `splitlines` takes for one.
    """

    def __init__(self, longest: int = MAX_LINE) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, piece: bytes) -> Sequence[Line]:
        """The lines that end in this piece."""
        *ended, rest = piece.split(b"\n")
        if not ended:
            self._hold(rest)
            return []
        self._hold(ended[0])
        first = self._taken()
        self._hold(rest)
        longest = self._longest
        whole = (line if len(line) <= longest else TooLong(len(line)) for line in ended[1:])
        return [first, *whole]

    def end(self) -> Sequence[Line]:
        """The last line, if nothing ended it."""
        return [self._taken()] if self._length else []

    def _hold(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > self._longest:
            self._parts.clear()
        else:
            self._parts.append(part)

    def _taken(self) -> Line:
        is_long = self._length > self._longest
        line: Line = TooLong(self._length) if is_long else b"".join(self._parts)
        self._parts.clear()
        self._length = 0
        return line


class LineReader(PartReader[Line]):
    """Reads a text dump line by line; `_fields` says what a line holds."""

    unit = "line"

    @property
    def columns(self) -> Sequence[str]:
        """The names that the records have for their fields, as far as they were seen."""
        raise NotImplementedError

    def _splitter(self) -> LineSplitter:
        return LineSplitter()

    def _records(self, parts: Iterable[Line]) -> Iterator[Row]:
        for line in parts:
            self._number += 1
            if isinstance(line, TooLong):
                self._offset += line.length + 1
                yield Rejected(self._number, "too_long", f"more than {MAX_LINE:,} bytes")
                continue
            self._offset += len(line) + 1
            record = self._record(self._number, line)
            if record is not None:
                yield record

    def _record(self, number: int, line: bytes) -> Row | None:
        """The record of a line; None if it holds none (a blank line, a header)."""
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line or line.isspace():
            return None
        try:
            fields = self._fields(line.rstrip(b"\r").decode())
        except UnicodeDecodeError:
            return self._odd_record(number, line)
        except Unfit as error:
            return Rejected(number, error.reason, error.detail)
        return None if fields is None else self._builder.record(number, fields)

    def _odd_record(self, number: int, line: bytes) -> Row | None:
        """The record of a line that is no UTF-8: what is none is given to the builder as bytes."""
        try:
            fields = self._fields(line.rstrip(b"\r").decode("utf-8", "surrogateescape"))
        except Unfit as error:
            return Rejected(number, error.reason, error.detail)
        if fields is None:
            return None
        unescape(fields)
        return self._builder.record(number, fields)

    def _fields(self, line: str) -> Fields | None:
        """What a line holds; None if it is no record.

        Raises:
            Unfit: it can be no torrent.
        """
        raise NotImplementedError


def unescape(fields: Fields) -> None:
    """Make bytes again of names that were read with `surrogateescape`."""
    fields.name = _unescaped(fields.name)
    if fields.files is not None:
        fields.files = [(_unescaped(path), size) for path, size in fields.files]


def _unescaped(value: object) -> object:
    """The bytes that a text stands for; the value itself if it is all text."""
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that JSON spelled out
        return value
