"""One `.torrent` file."""

from collections.abc import Iterator

from models.content.metainfo.torrent_file import LARGEST, looks_bencoded
from streams.replay.builder import Builder
from streams.replay.dump import Dump
from streams.replay.dump_reader import DumpReader
from streams.replay.reader import Format, Place
from streams.replay.torrent_files.members import Member, MemberReader


class Single(DumpReader, MemberReader):
    """Reads a dump that is one torrent."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        DumpReader.__init__(self, dump)
        MemberReader.__init__(self, builder)

    @property
    def place(self) -> Place:
        """Whether it was read."""
        return {"number": self._number}

    def skip_to(self, place: Place) -> None:
        """Read it, or not."""
        self._number = int(place["number"])

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
