"""Where a torrent came from. Stored once and pointed at by a small id."""

from enum import StrEnum

from schemas.base import Contract, Label, Text


class Source(StrEnum):
    """Which kind of producer published the torrent."""

    REPLAY = "replay"
    CRAWL = "crawl"


class Provenance(Contract):
    """The origin of a torrent: who published it, from what.

    `origin` is the dump format (`torrents.csv`, `magnetico`, `jsonl`) or the crawl method
    (`sample`, `announce`); `dataset` is the dump's file name without its folder, `None` for a live
    crawl.
    """

    source: Source
    origin: Label
    dataset: Text | None = None
