"""What a format of dumps is: how it is told, what its records need, and a reader for them.

A new format is a module with a `FORMAT`, and a line in `streams.replay.formats`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.replay.builder import Builder
from streams.replay.dump import Dump, Kind
from streams.replay.rows import Row

Place = dict[str, int | str]
"""Where in a dump a record ends, as its reader writes it down: a checkpoint keeps it."""


class Reader(Protocol):
    """Reads the records of one dump, in order. It is made, used and closed in one thread.

    Iterating gives a record, or None when there is nothing for now (a pipe that waits). A record
    counts whether it is good or not, so that the checkpoint means the same in every run.
    """

    def __iter__(self) -> Iterator[Row | None]: ...

    @property
    def columns(self) -> Sequence[str]:
        """The names that the records have for their fields, as far as they were seen."""

    @property
    def fraction(self) -> float | None:
        """How much of the dump was read (0 to 1), None if that cannot be known."""

    @property
    def fault(self) -> str | None:
        """Why the dump ended before its end (truncated, damaged), None if it did not."""

    @property
    def place(self) -> Place:
        """Where the last record that was given ends."""

    def skip_to(self, place: Place) -> None:
        """Begin behind this place. It is asked before anything was read.

        Raises:
            KeyError, ValueError, TypeError: it is no place of this reader's.
        """

    def close(self) -> None:
        """Close what was opened."""


@dataclass(frozen=True)
class Format:
    """A format of dumps."""

    name: str
    """What `--format` calls it, and the origin of what is published."""
    expects: str
    """What its records have to hold, for users whose records do not."""
    fits: Callable[[Dump], bool]
    """Whether a dump is of this format, told from its first bytes."""
    open: Callable[[Dump, Builder], Reader]
    """A reader of the dump; closing the reader closes the dump. Raises `DumpUnreadable`."""
    kinds: frozenset[Kind] = frozenset({Kind.FILE})
    """What a dump of it can be."""
