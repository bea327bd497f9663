"""Files of JSON lines as a source: events of ours, answers of `mimmo`. No server is needed."""

import asyncio
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import IO

from infra.postgres.search import BadCursor, Detail, Facets, FacetValue, Page, Query
from infra.postgres.search.cursor import read as read_cursor
from infra.postgres.search.cursor import written
from infra.postgres.search.facets import MOST_VALUES
from models.garbage import uncollected
from models.lines import STDIN
from streams.terminal.sources.entry import Entry, Place, place_in, place_of
from streams.terminal.sources.known import Known
from streams.terminal.sources.lines import BadLine, Said, read
from streams.terminal.sources.matching import checks_of, ordered
from streams.terminal.sources.source import SourceFailed

LONGEST_LINE = 8 << 20
"""Bytes; an event is at most this long. What is longer is passed over."""

_COPIED = 1 << 20


class Files:
    """Searches what files say. Of each torrent little is kept; its lines are read when shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._streams: list[IO[bytes]] = []
        self._entries: dict[str, Entry] = {}
        self._reading = threading.Lock()
        """Whoever reads a line moves the file's one position."""
        self._bad = 0
        self._lines = 0

    @classmethod
    def open(cls, paths: Sequence[str]) -> "Files":
        """Read files; `-` is standard input.

        Raises:
            SourceFailed: one cannot be read.
        """
        files = cls(", ".join(paths))
        with uncollected():
            for path in paths:
                try:
                    files._read(_seekable(path))
                except OSError as error:
                    raise SourceFailed(f"{path}: {error.strerror or error}") from error
            for entry in files._entries.values():
                entry.settle()
        return files

    @property
    def notes(self) -> tuple[str, ...]:
        """How many lines were passed over."""
        if not self._bad:
            return ()
        return (f"{self._bad:,} of {self._lines:,} lines are neither events nor answers of mimmo",)

    def __len__(self) -> int:
        return len(self._entries)

    async def search(self, query: Query, *, after: str | None = None, limit: int = 100) -> Page:
        """A page of rows."""
        return await asyncio.to_thread(self._page, query, after, limit)

    async def search_like(self, query: Query, *, limit: int = 100) -> Page:
        """Refused: files have no vectors."""
        raise SourceFailed("a file cannot be searched by meaning; leave out --file")

    def _page(self, query: Query, after: str | None, limit: int) -> Page:
        begin = 0
        if after is not None:
            try:
                begin = max(0, int(str(read_cursor(after, int)[0])))
            except BadCursor as error:
                raise SourceFailed(str(error)) from error
        entries = self._found(query)
        end = begin + limit
        rows = tuple(self._known(entry).row for entry in ordered(entries, query)[begin:end])
        return Page(rows=rows, after=written(end) if end < len(entries) else None)

    async def facets(self, query: Query) -> Facets:
        """The counts of each facet's values; all that is found is counted."""
        return await asyncio.to_thread(self._counted, query)

    def _counted(self, query: Query) -> Facets:
        counts: dict[str, Counter[str]] = {name: Counter() for name in _FACETS}
        entries = self._found(query)
        for entry in entries:
            for name, counter in counts.items():
                if (value := _FACETS[name](entry)) is not None:
                    counter[value] += 1
        values = {
            name: tuple(FacetValue(*pair) for pair in counter.most_common(MOST_VALUES))
            for name, counter in counts.items()
        }
        return Facets(values, len(entries), is_bounded=False)

    async def torrent(self, infohash: str) -> Detail | None:
        """All of one torrent."""
        entry = self._entries.get(infohash)
        if entry is None:
            return None
        return (await asyncio.to_thread(self._known, entry)).detail

    async def close(self) -> None:
        """Close the files."""
        for stream in self._streams:
            stream.close()

    def _found(self, query: Query) -> list[Entry]:
        entries: Iterable[Entry] = self._entries.values()
        for check in checks_of(query):
            entries = filter(check, entries)
        return list(entries)

    def _known(self, entry: Entry) -> Known:
        """The lines of a torrent, read again."""
        return Known.of(entry.identifier, [self._said(place) for place in entry.places])

    def _said(self, place: Place) -> Said:
        """What stands at a place.

        Raises:
            SourceFailed: the file changed since it was read.
        """
        file, offset, number = place_in(place)
        stream = self._streams[file]
        try:
            with self._reading:
                stream.seek(offset)
                line = stream.readline(LONGEST_LINE)
            return list(read(line))[number]
        except (BadLine, IndexError, OSError, ValueError) as error:
            raise SourceFailed(f"{self.name} changed while it was read; begin again") from error

    def _read(self, stream: IO[bytes]) -> None:
        """Note what every line is about."""
        file = len(self._streams)
        self._streams.append(stream)
        offset = 0
        for line in iter(lambda: stream.readline(LONGEST_LINE), b""):
            if line.strip():
                self._lines += 1
                self._note(line, file, offset)
            offset += len(line)

    def _note(self, line: bytes, file: int, offset: int) -> None:
        try:
            said = list(read(line))
        except BadLine:
            self._bad += 1
            return
        for number, item in enumerate(said):
            identifier = item.infohash or f"line-{file}-{offset}-{number}"
            entry = self._entries.get(identifier)
            if entry is None:
                entry = self._entries[identifier] = Entry(identifier)
            entry.take(item, place_of(file, offset, number))


def _seekable(path: str) -> IO[bytes]:
    """A file to read from anywhere; a pipe is copied to the disk first.

    Raises:
        OSError: it cannot be read, or the disk is full.
    """
    stream: IO[bytes]
    if path == STDIN:
        stream = sys.stdin.buffer
    else:
        stream = open(path, "rb")  # noqa: PTH123, SIM115 (closed with the source)
        if stream.seekable():
            return stream
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the source)
    while piece := stream.read(_COPIED):
        copy.write(piece)
    copy.seek(0)
    return copy


def _linked(entry: Entry) -> str:
    return "yes" if entry.is_linked else "no"


_FACETS: dict[str, Callable[[Entry], str | None]] = {
    "medium": lambda entry: entry.medium,
    "subcategory": lambda entry: entry.subcategory,
    "own_class": lambda entry: entry.own_class,
    "year": lambda entry: None if entry.year is None else str(entry.year),
    "resolution": lambda entry: entry.resolution,
    "language": lambda entry: entry.languages[0] if entry.languages else None,
    "codec": lambda entry: entry.codecs[0] if entry.codecs else None,
    "linked": _linked,
    "confidence": lambda entry: f"{int(min(entry.confidence, 0.999) * 10) / 10:.1f}",
}
"""Facet -> its value of a torrent, as the facets of Postgres have it."""
