"""One `.torrent` file."""

from collections.abc import Iterator

from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.reader import Format, Place
from streams.replay.torrent_files.members import Member, MemberReader
from streams.replay.torrent_files.torrent import LARGEST, looks_bencoded


class Single(MemberReader):
    """Reads a dump that is one torrent."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(builder)
        self._dump = dump

    @property
    def fraction(self) -> float | None:
        """How much of it was read (0 to 1), None if that cannot be known."""
        return self._dump.fraction

    @property
    def fault(self) -> str | None:
        """Why it ended before its end, None if it did not."""
        return self._dump.fault

    @property
    def place(self) -> Place:
        """Whether it was read."""
        return {"number": self._number}

    def skip_to(self, place: Place) -> None:
        """Read it, or not."""
        self._number = int(place["number"])

    def close(self) -> None:
        """Close the file."""
        self._dump.close()

    def _members(self) -> Iterator[Member]:
        if self._number:
            return
        data = b""
        for piece in self._dump.pieces():
            data += piece
            if len(data) > LARGEST or self._dump.is_stopped():
                break
        yield Member(self._dump.name, data, self._dump.modified_at)


def _fits(dump: Dump) -> bool:
    return looks_bencoded(dump.head)


FORMAT = Format(
    name="torrent",
    expects="a .torrent file: a bencoded dictionary with info; its infohash is made of that",
    fits=_fits,
    open=Single,
)
