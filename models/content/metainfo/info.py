"""An info dict as the record that is published (BEP 3, BEP 47 padding, BEP 52 version 2).

Names and paths are hostile bytes: repaired and flagged, never trusted. Those that are no UTF-8 are
read in the encoding that the torrent declares, or in the likeliest. What cannot be a torrent raises
`BadInfo`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from models.content.metainfo.bencode import NotBencoded, decode
from models.content.metainfo.encodings import in_page, likeliest
from models.content.paths import TURNING, folders
from schemas import MAX_FILES, Flag, Provenance, Torrent

_MAX_SIZE = 1 << 62
"""Bytes; more is a lie, and no column holds it."""
_DEEPEST = 64
"""Folders in folders of a version 2 file tree."""

Entry = tuple[tuple[object, ...], int]
"""The parts of a file's path, as they came, and its size."""


class BadInfo(ValueError):
    """Not the info dict of a torrent. The message is the reason, one of few: it is counted."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is kept of an info dict. Small, as it may come from another process."""

    name: str
    size: int
    files: tuple[tuple[str, int], ...]
    """The largest, at most `MAX_FILES`, in their order."""
    num_files: int
    version: Literal[1, 2]
    flags: tuple[Flag, ...]


def read(info: bytes) -> Listing:
    """Read an info dict.

    Raises:
        BadInfo: it is not that of a torrent.
    """
    try:
        raw = decode(info).value
    except NotBencoded as error:
        raise BadInfo("not_bencoded") from error
    return listing(raw)


def listing(raw: object, encoding: str | None = None) -> Listing:
    """What is kept of an info dict that was decoded.

    Args:
        raw: the dictionary, its keys as bytes.
        encoding: what the torrent says its names are written in.

    Raises:
        BadInfo: it is not that of a torrent.
    """
    if not isinstance(raw, dict):
        raise BadInfo("no_dictionary")
    given = raw.get(b"name.utf-8", raw.get(b"name"))
    entries = list(_listed(raw))
    reading = _Reading(_codec(given, entries, raw.get(b"encoding") or encoding))
    name = reading.text(given)
    if not name.strip():
        raise BadInfo("no_name")
    flags = reading.flags(Flag.NAME_CLEANED, Flag.NAME_DECODED)
    files = [(reading.path(parts or (name,)) or name, size) for parts, size in entries]
    if not files:
        raise BadInfo("no_files")
    flags += reading.flags(Flag.PATHS_CLEANED, Flag.PATHS_DECODED)
    total = sum(size for _, size in files)
    if total > _MAX_SIZE:
        raise BadInfo("bad_length")
    count = len(files)
    if count > MAX_FILES:
        flags.append(Flag.FILES_TRUNCATED)
        files = _largest(files)
    version: Literal[1, 2] = 2 if raw.get(b"meta version") == 2 else 1
    return Listing(name, total, tuple(files), count, version, tuple(flags))


def _codec(name: object, entries: list[Entry], declared: object) -> str | None:
    """The code page of a torrent's names. Returns None if all of them are UTF-8."""
    names = (name, *(part for parts, _ in entries for part in parts))
    odd = [part for part in names if isinstance(part, bytes) and not _is_utf8(part)]
    if not odd:
        return None
    label = declared.decode("ascii", "replace") if isinstance(declared, bytes) else declared
    return likeliest(odd, label if isinstance(label, str) else None)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Reading:
    """Reads the names of one torrent, and remembers what had to be done to them."""

    def __init__(self, codec: str | None) -> None:
        self._codec = codec
        self._is_cleaned = False
        self._is_decoded = False

    def flags(self, cleaned: Flag, decoded: Flag) -> list[Flag]:
        """What was done since this was last asked, under these flags."""
        flags = [cleaned] if self._is_cleaned else []
        flags += [decoded] if self._is_decoded else []
        self._is_cleaned = False
        self._is_decoded = False
        return flags

    def text(self, value: object) -> str:
        """Text of bytes, without characters that turn its direction."""
        if not isinstance(value, bytes):
            self._is_cleaned = self._is_cleaned or not isinstance(value, str)
            return value if isinstance(value, str) else ""
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = in_page(value, self._codec)
            self._is_decoded = self._is_decoded or self._codec is not None
        shown = text.translate(TURNING)
        if shown != text or "\ufffd" in text:
            self._is_cleaned = True
        return shown

    def path(self, parts: Iterable[object]) -> str:
        """The parts joined; without those that would lead out of the torrent's folder."""
        kept = []
        for part in parts:
            text = self.text(part)
            inner = folders(text)
            self._is_cleaned = self._is_cleaned or inner != [text]
            kept += inner
        return "/".join(kept)


def _listed(raw: dict[Any, Any]) -> Iterator[Entry]:
    """The parts of each file's path, and its size; the path of a single file is the name."""
    tree = raw.get(b"file tree")
    if isinstance(tree, dict) and b"files" not in raw and b"length" not in raw:
        return _tree(tree, ())
    if b"files" in raw:
        return _files(raw[b"files"])
    return iter([((), _length(raw.get(b"length")))])


def _largest(files: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The largest files, as many as are kept, in their order."""
    places = sorted(range(len(files)), key=lambda place: -files[place][1])[:MAX_FILES]
    return [files[place] for place in sorted(places)]


def torrent(
    infohash: bytes,
    info_sha256: str,
    listing: Listing,
    *,
    observed_at: datetime,
    provenance: Provenance,
) -> Torrent:
    """The record of a listing, as replay would publish it.

    Raises:
        BadInfo: nothing of the name is left when it is cleaned.
    """
    try:
        return Torrent.repaired(
            infohash=infohash.hex(),
            name=listing.name,
            size=listing.size,
            files=listing.files,
            num_files=listing.num_files,
            observed_at=observed_at,
            meta_version=listing.version,
            infohash_v2=info_sha256 if listing.version == 2 else None,
            flags=listing.flags,
            provenance=provenance,
        )
    except ValidationError as error:
        raise BadInfo("no_name") from error


def sha256(info: bytes) -> str:
    """The version 2 infohash, in hex."""
    return hashlib.sha256(info).hexdigest()


def _files(given: object) -> Iterator[Entry]:
    if not isinstance(given, list):
        raise BadInfo("bad_files")
    for entry in given:
        if not isinstance(entry, dict):
            raise BadInfo("bad_files")
        parts = entry.get(b"path.utf-8", entry.get(b"path"))
        if not isinstance(parts, list):
            raise BadInfo("bad_path")
        size = _length(entry.get(b"length"))
        if not _is_content(entry.get(b"attr")):
            continue
        # Older clients say by name that a file is padding.
        if parts and isinstance(parts[-1], bytes) and parts[-1].startswith(b"_____padding_file_"):
            continue
        yield tuple(parts), size


def _tree(given: dict[Any, Any], above: tuple[object, ...]) -> Iterator[Entry]:
    if len(above) > _DEEPEST:
        raise BadInfo("too_deep")
    for name, below in given.items():
        if not isinstance(below, dict):
            raise BadInfo("bad_files")
        leaf = below.get(b"")
        if isinstance(leaf, dict):
            if _is_content(leaf.get(b"attr")):
                yield (*above, name), _length(leaf.get(b"length"))
        elif name != b"":
            yield from _tree(below, (*above, name))


def _is_content(attributes: object) -> bool:
    """Whether a file is content: padding and symbolic links (BEP 47) are not."""
    return not (isinstance(attributes, bytes) and (b"p" in attributes or b"l" in attributes))


def _length(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_SIZE:
        raise BadInfo("bad_length")
    return value
