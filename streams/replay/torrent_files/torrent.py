"""What a `.torrent` file says (BEP 3, BEP 52): versions 1, 2 and hybrids of both."""

import hashlib
import re
from collections.abc import Callable

from streams.metainfo.bencode import NotBencoded, decode
from streams.metainfo.info import BadInfo, Listing, listing
from streams.replay.fields import Fields
from streams.replay.rows import Unfit

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest file taken: a torrent of 100,000 files has about 10 MB."""

_FIRST = 16
"""Bytes by which a torrent is told."""

_BEGINNING = re.compile(rb"d(?:[0-9]{1,9}:|e)")


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


def fields_of(data: bytes, written_at: float | None = None) -> Fields:
    """The fields of a `.torrent` file.

    Args:
        data: all of its bytes.
        written_at: Unix seconds when the file was written: when the torrent was seen.

    Raises:
        Unfit: it is none; the reason is one of few.
    """
    try:
        document = decode(data)
    except NotBencoded as error:
        raise Unfit("not_bencoded", str(error)) from error
    outer = document.value
    if not isinstance(outer, dict):
        raise Unfit("not_a_torrent")
    if b"file-format" in outer:  # what a client notes beside a torrent, to go on with it
        raise Unfit("resume_data", outer[b"file-format"])
    if document.info is None:
        raise Unfit("no_info")
    info = outer[b"info"]
    encoding = outer.get(b"encoding")
    label = encoding.decode("ascii", "replace") if isinstance(encoding, bytes) else None
    try:
        listed = listing(info, label)
    except BadInfo as error:
        raise Unfit(str(error)) from error
    return _fields(listed, data[document.info], info, outer.get(b"creation date"), written_at)


def _fields(
    listed: Listing,
    raw: bytes,
    info: dict[bytes, object],
    created_at: object,
    written_at: float | None,
) -> Fields:
    version_2 = hashlib.sha256(raw).hexdigest() if listed.version == 2 else None
    is_version_1 = b"length" in info or b"files" in info
    infohash = hashlib.sha1(raw).hexdigest() if is_version_1 else version_2  # noqa: S324 (BEP 3)
    return Fields(
        infohash=infohash,
        infohash_v2=version_2,
        meta_version=listed.version,
        name=listed.name,
        size=listed.size,
        files=listed.files,
        num_files=listed.num_files,
        created_at=created_at,
        observed_at=written_at,
        flags=listed.flags,
    )
