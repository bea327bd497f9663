"""A `.torrent` file (BEP 3, BEP 52): versions 1, 2 and hybrids of both."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from models.content.metainfo.bencode import MOST_VALUES, NotBencoded, decode
from models.content.metainfo.info import BadInfo, Listing, listing

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest file taken: a torrent of 100,000 files has about 10 MB."""

_FIRST = 16
"""Bytes by which a torrent is told."""

_BEGINNING = re.compile(rb"d(?:[0-9]{1,9}:|e)")


class NoTorrent(ValueError):
    """The bytes are no torrent; `reason` is one of few, `detail` says more where there is more."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TorrentFileContent:
    """What a `.torrent` file says."""

    listing: Listing
    infohash: str
    """Hex: of version 1 if it has that (40 digits), else of version 2 (64 digits)."""
    infohash_v2: str | None
    """Hex of 64 digits, None for a torrent of version 1."""
    created_at: object
    """Unix seconds, as the file has them: not checked."""


def looks_bencoded(head: bytes) -> bool:
    """Whether bytes begin as a bencoded dictionary does."""
    return _BEGINNING.match(head) is not None


def torrent_bytes(read: Callable[[int], bytes]) -> bytes:
    """The bytes of a file that begins as a torrent does, else its first ones.

    A film beside its torrent is not read.

    Args:
        read: returns so many of the bytes that come next, fewer at the end.

    Returns:
        At most `LARGEST` bytes behind the first ones: a longer file is seen to be too long.
    """
    data = read(_FIRST)
    return data + read(LARGEST) if looks_bencoded(data) else data


def read(data: bytes, most_values: int = MOST_VALUES) -> TorrentFileContent:
    """Read a `.torrent` file.

    The infohash is made of the bytes as they stand, so it is right where keys are not in order.

    Raises:
        NoTorrent: it is none.
    """
    try:
        document = decode(data, most_values)
    except NotBencoded as error:
        raise NoTorrent("not_bencoded", str(error)) from error
    outer = document.value
    if not isinstance(outer, dict):
        raise NoTorrent("not_a_torrent")
    if b"file-format" in outer:  # what a client notes beside a torrent, to go on with it
        raise NoTorrent("resume_data", outer[b"file-format"])
    if document.info is None:
        raise NoTorrent("no_info")
    info = outer[b"info"]
    encoding = outer.get(b"encoding")
    label = encoding.decode("ascii", "replace") if isinstance(encoding, bytes) else None
    try:
        listed = listing(info, label)
    except BadInfo as error:
        raise NoTorrent(str(error)) from error
    raw = data[document.info]
    version_2 = hashlib.sha256(raw).hexdigest() if listed.version == 2 else None
    version_1 = hashlib.sha1(raw).hexdigest()  # noqa: S324 (BEP 3)
    has_version_1 = version_2 is None or b"length" in info or b"files" in info
    return TorrentFileContent(
        listing=listed,
        infohash=version_1 if has_version_1 else version_2 or version_1,
        infohash_v2=version_2,
        created_at=outer.get(b"creation date"),
    )
