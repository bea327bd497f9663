"""One subject of whatever a person hands over: a name, a torrent, a folder, an archive, a list."""

from dataclasses import dataclass
from enum import StrEnum

from schemas import Flag, TorrentFile
from schemas.torrent import kept_name


class SourceKind(StrEnum):
    """What a subject was read from."""

    TEXT = "text"
    TORRENT = "torrent"
    MAGNET = "magnet"
    FOLDER = "folder"
    ARCHIVE = "archive"
    LISTING = "listing"
    """The output of `tree`, `find`, `ls -R` and the like."""
    FILE = "file"


class Unreadable(ValueError):
    """What was handed over cannot be read. The message is one line and says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """A subject as the pipeline would read it, and where it came from."""

    name: str
    size: int | None = None
    """Total bytes; None if they are unknown, or not all files were seen."""
    files: tuple[TorrentFile, ...] | None = None
    """The largest, at most `schemas.MAX_FILES`, in their order."""
    source: SourceKind = SourceKind.TEXT
    infohash: str | None = None
    """40 hex digits: of version 1 if the torrent has that, else the beginning of version 2."""
    infohash_v2: str | None = None
    """64 hex digits."""
    notes: tuple[str, ...] = ()
    """What was left out or repaired, a sentence each."""


_MAGNET = "magnet:?"


def is_magnet(text: str) -> bool:
    """Whether a text is a magnet link."""
    return text.lstrip()[: len(_MAGNET)].lower() == _MAGNET


def from_text(name: str) -> Content:
    """A subject by its name alone.

    Raises:
        Unreadable: nothing of the name is left when it is cleaned.
    """
    flags: list[Flag] = []
    cleaned = kept_name(name, flags)
    if not cleaned:
        raise Unreadable("the name is empty")
    notes = ("the name was cut",) if Flag.NAME_TRUNCATED in flags else ()
    return Content(cleaned, notes=notes)
