"""What the readers of a dump's own bytes have in common: how far they came, and where to go on."""

import time
from collections.abc import Iterable, Iterator
from typing import ClassVar, Generic, Protocol, TypeVar

from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.reader import Place
from streams.replay.rows import Row

_BREATH = 1.0
"""Seconds after which a reader looks up even from a dump of blank lines or from one long object, to
hear a Ctrl-C.
"""

Part = TypeVar("Part")
Cut = TypeVar("Cut", covariant=True)


class DumpReader:
    """Reads one dump; it ends, fails and closes as the dump does."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump

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


class Splitter(Protocol[Cut]):
    """Cuts pieces of bytes into the parts that hold a record each."""

    def feed(self, piece: bytes) -> Iterable[Cut]:
        """The parts that end in this piece."""

    def end(self) -> Iterable[Cut]:
        """What is left at the end."""


class PartReader(DumpReader, Generic[Part]):
    """Reads a dump part by part: lines, or objects of JSON."""

    unit: ClassVar[str]
    """What a checkpoint calls a part."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(dump)
        self._builder = builder
        self._number = 0
        self._offset = 0

    @property
    def place(self) -> Place:
        """The number of the last part, and how many expanded bytes it ends after."""
        return {self.unit: self._number, "offset": self._offset}

    def skip_to(self, place: Place) -> None:
        """Begin behind a part: bytes are left out, and no record of them is looked at."""
        number = int(place[self.unit])
        self._offset = int(place["offset"])
        self._dump.skip(self._offset)
        self._number = number

    def __iter__(self) -> Iterator[Row | None]:
        splitter = self._splitter()
        looked_up = time.monotonic()
        for piece in self._dump.pieces():
            yield from self._records(splitter.feed(piece))
            if not piece or time.monotonic() - looked_up > _BREATH:
                yield None
                looked_up = time.monotonic()
        yield from self._records(splitter.end())

    def _splitter(self) -> Splitter[Part]:
        """What cuts the dump, from the place on that was skipped to."""
        raise NotImplementedError

    def _records(self, parts: Iterable[Part]) -> Iterator[Row]:
        """The records of parts; `_number` and `_offset` are then those of the last one given."""
        raise NotImplementedError
