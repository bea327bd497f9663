"""A folder of `.torrent` files, with the folders in it, in the order of the bytes of their names.

A torrent client's folder (BT_backup) is one. What is no torrent is told by its content.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from models.content.metainfo.torrent_file import torrent_bytes
from streams.replay.builder import Builder
from streams.replay.dump import Dump, Kind, Stopped
from streams.replay.reader import Format, Place
from streams.replay.torrent_files.members import Member, MemberReader


@dataclass(slots=True)
class _Level:
    """A folder that is being walked."""

    path: bytes
    names: list[bytes]
    """What is in it, in order."""
    index: int = 0
    """Names that were taken."""


class Folder(MemberReader):
    """Walks a folder. Links are not followed, and what is no regular file is not opened."""

    def __init__(self, dump: Dump, builder: Builder) -> None:
        super().__init__(builder)
        self._dump = dump
        self._root = os.fsencode(dump.path or ".")
        self._levels: list[_Level] = []
        self._member = b""
        self._after: list[bytes] = []
        """The parts of the path of the last member of an earlier run."""
        self.fault: str | None = None

    @property
    def fraction(self) -> float | None:
        """The share of names that were taken, by folders within folders."""
        share, weight = 0.0, 1.0
        for level in self._levels:
            weight /= max(1, len(level.names))
            share += max(0, level.index - 1) * weight
        return min(1.0, share) if self._levels else 1.0

    @property
    def place(self) -> Place:
        """The path of the last member, from the folder on."""
        return {"number": self._number, "member": os.fsdecode(self._member)}

    def skip_to(self, place: Place) -> None:
        """Begin behind a member, whether it is still there or not."""
        member = place["member"]
        if not isinstance(member, str):
            raise TypeError("no path")
        self._number = int(place["number"])
        self._member = os.fsencode(member)
        self._after = self._member.split(b"/") if self._member else []

    def close(self) -> None:
        """Nothing stays open."""

    def _members(self) -> Iterator[Member]:
        self._enter(self._root, self._after)
        while self._levels:
            if self._dump.is_stopped():  # a tree may hold no file for long
                raise Stopped
            level = self._levels[-1]
            if level.index == len(level.names):
                self._levels.pop()
                continue
            name = level.names[level.index]
            level.index += 1
            path = os.path.join(level.path, name)  # noqa: PTH118 (names are bytes)
            relative = os.path.relpath(path, self._root)
            try:
                mode = os.lstat(path).st_mode
                if stat.S_ISDIR(mode):
                    depth = len(self._levels)
                    is_on_way = self._after[:depth] == relative.split(b"/")
                    self._enter(path, self._after[depth:] if is_on_way else [])
                    continue
                if not stat.S_ISREG(mode):
                    continue
                member = _member(path, relative)
            except OSError:
                member = Member(relative, fault="unreadable")
            self._member = relative
            yield member

    def _enter(self, path: bytes, after: list[bytes]) -> None:
        """Begin with a folder, behind a path in it if there is one.

        Raises:
            OSError: it may not be read.
        """
        names = sorted(os.listdir(path))  # noqa: PTH208 (names are bytes)
        if len(after) == 1:  # the last member itself: it was given
            names = [name for name in names if name > after[0]]
        elif after:  # a folder on the way to it
            names = [name for name in names if name >= after[0]]
        self._levels.append(_Level(path, names))


def _member(path: bytes, name: bytes) -> Member:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        data = torrent_bytes(stream.read)
        return Member(name, data, os.fstat(descriptor).st_mtime)


FORMAT = Format(
    name="torrent-folder",
    expects="a folder with .torrent files; an infohash is made of each",
    fits=lambda dump: dump.kind is Kind.DIRECTORY,
    open=Folder,
    kinds=frozenset({Kind.DIRECTORY}),
)
