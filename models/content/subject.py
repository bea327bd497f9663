"""What the brains read of a torrent: its name, and size and files where they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.torrent import TorrentFile


class Subject(Protocol):
    """Anything with a name; `schemas.Torrent` is one.

    `None` is unknown; an empty sequence is known to be empty.
    """

    @property
    def name(self) -> str:
        """The torrent's name."""

    @property
    def size(self) -> int | None:
        """Total bytes."""

    @property
    def files(self) -> Sequence[TorrentFile] | None:
        """The files, in the torrent's order."""


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """A subject without an infohash: a line of the command line, a case of an evaluation."""

    name: str
    size: int | None = None
    files: Sequence[TorrentFile] | None = None
