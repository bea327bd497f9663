"""Dumps of text, a record a line. A line is bounded: a longer one is a rejected row, not memory."""

import time
from collections.abc import Iterator, Sequence

from streams.replay.dump import Dump
from streams.replay.rows import Builder, Fields, Rejected, Row, Unfit

MAX_LINE = 16 * 1024 * 1024
"""Bytes of the longest line taken: 100,000 files of a torrent are about 10 MB of JSON."""

_BREATH = 1.0
"""Seconds after which the reader looks up even from a dump of blank lines, to hear a Ctrl-C."""

_BOM = b"\xef\xbb\xbf"

Line = bytes | None
"""A line without its end; None is one that was longer than allowed, and is gone."""


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
        whole = (line if len(line) <= self._longest else None for line in ended[1:])
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
        line = None if self._length > self._longest else b"".join(self._parts)
        self._parts.clear()
        self._length = 0
        return line


class LineReader:
    """Reads a text dump line by line; `_fields` says what a line holds."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        self._dump = dump
        self._builder = builder
        self._number = 0

    @property
    def columns(self) -> Sequence[str]:
        """The names that the records have for their fields, as far as they were seen."""
        raise NotImplementedError

    @property
    def fraction(self) -> float | None:
        """How much of the dump was read (0 to 1), None if that cannot be known."""
        return self._dump.fraction

    @property
    def fault(self) -> str | None:
        """Why the dump ended before its end, None if it did not."""
        return self._dump.fault

    def close(self) -> None:
        """Close the dump."""
        self._dump.close()

    def __iter__(self) -> Iterator[Row | None]:
        splitter = LineSplitter()
        looked_up = time.monotonic()
        for piece in self._dump.pieces():
            yield from self._records(splitter.feed(piece))
            if not piece or time.monotonic() - looked_up > _BREATH:
                yield None
                looked_up = time.monotonic()
        yield from self._records(splitter.end())

    def _records(self, lines: Sequence[Line]) -> Iterator[Row]:
        for line in lines:
            self._number += 1
            record = self._record(self._number, line)
            if record is not None:
                yield record

    def _record(self, number: int, line: Line) -> Row | None:
        """The record of a line; None if it holds none (a blank line, a header)."""
        if line is None:
            return Rejected(number, "too_long", f"more than {MAX_LINE:,} bytes")
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line.strip():
            return None
        try:
            fields = self._fields(line.rstrip(b"\r").decode("utf-8", "replace"))
        except Unfit as error:
            return Rejected(number, error.reason, error.detail)
        return None if fields is None else self._builder.record(number, fields)

    def _fields(self, line: str) -> Fields | None:
        """What a line holds; None if it is no record.

        Raises:
            Unfit: it can be no torrent.
        """
        raise NotImplementedError
