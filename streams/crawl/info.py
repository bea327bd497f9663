"""An info dict as the record that is published (BEP 3, BEP 47 padding, BEP 52 version 2).

Names and paths are hostile bytes: repaired and flagged, never trusted. What cannot be a torrent
raises `BadInfo`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import libtorrent as lt
from pydantic import ValidationError

from schemas import MAX_FILES, Flag, Provenance, Swarm, Torrent

_MAX_SIZE = 1 << 62
"""Bytes; more is a lie, and no column holds it."""
_DEEPEST = 64
"""Folders in folders of a version 2 file tree."""


_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that turn the direction of what follows: "gpj.exe" is shown as "exe.jpg"."""


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
    version: int
    flags: tuple[Flag, ...]


def read(info: bytes) -> Listing:
    """Read an info dict.

    Raises:
        BadInfo
    """
    try:
        raw: Any = lt.bdecode(info)
    except (RuntimeError, ValueError, TypeError, RecursionError) as error:
        raise BadInfo("not_bencoded") from error
    if not isinstance(raw, dict):
        raise BadInfo("no_dictionary")
    flags: dict[Flag, None] = {}
    name, is_repaired = _text(raw.get(b"name.utf-8", raw.get(b"name")))
    if not name.strip():
        raise BadInfo("no_name")
    if is_repaired:
        flags[Flag.NAME_CLEANED] = None
    version = 2 if raw.get(b"meta version") == 2 else 1
    if isinstance(raw.get(b"file tree"), dict) and b"files" not in raw and b"length" not in raw:
        listed = list(_tree(raw[b"file tree"], ()))
    elif b"files" in raw:
        listed = list(_files(raw[b"files"]))
    else:
        listed = [((name,), _length(raw.get(b"length")))]
    if not listed:
        raise BadInfo("no_files")
    files = []
    for parts, size in listed:
        path, is_cleaned = _path(parts)
        if is_cleaned:
            flags[Flag.PATHS_CLEANED] = None
        files.append((path or name, size))
    total = sum(size for _, size in files)
    if total > _MAX_SIZE:
        raise BadInfo("bad_length")
    count = len(files)
    if count > MAX_FILES:
        flags[Flag.FILES_TRUNCATED] = None
        largest = sorted(range(count), key=lambda at: -files[at][1])[:MAX_FILES]
        files = [files[at] for at in sorted(largest)]
    return Listing(name, total, tuple(files), count, version, tuple(flags))


def torrent(
    infohash: bytes,
    info_sha256: str,
    listing: Listing,
    *,
    observed_at: datetime,
    provenance: Provenance,
    swarm: Swarm | None,
) -> Torrent:
    """The record of a listing, as replay would publish it.

    Raises:
        BadInfo: nothing of the name is left when it is cleaned.
    """
    try:
        made = Torrent.repaired(
            infohash=infohash.hex(),
            name=listing.name,
            size=listing.size,
            files=listing.files,
            num_files=listing.num_files,
            observed_at=observed_at,
            provenance=provenance,
            swarm=swarm,
        )
    except ValidationError as error:
        raise BadInfo("no_name") from error
    more: dict[str, Any] = {
        "meta_version": listing.version,
        "flags": tuple(dict.fromkeys((*made.flags, *listing.flags))),
    }
    if listing.version == 2:
        more["infohash_v2"] = info_sha256
    return made.model_copy(update=more)


def sha256(info: bytes) -> str:
    """The version 2 infohash, in hex."""
    return hashlib.sha256(info).hexdigest()


def _files(given: object) -> Iterator[tuple[tuple[object, ...], int]]:
    if not isinstance(given, list):
        raise BadInfo("bad_files")
    for each in given:
        if not isinstance(each, dict):
            raise BadInfo("bad_files")
        parts = each.get(b"path.utf-8", each.get(b"path"))
        if not isinstance(parts, list):
            raise BadInfo("bad_path")
        size, attributes = _length(each.get(b"length")), each.get(b"attr")
        # Padding and symbolic links (BEP 47) are no content; older clients say padding by name.
        if isinstance(attributes, bytes) and (b"p" in attributes or b"l" in attributes):
            continue
        if parts and isinstance(parts[-1], bytes) and parts[-1].startswith(b"_____padding_file_"):
            continue
        yield tuple(parts), size


def _tree(
    given: dict[Any, Any], above: tuple[object, ...]
) -> Iterator[tuple[tuple[object, ...], int]]:
    if len(above) > _DEEPEST:
        raise BadInfo("too_deep")
    for name, below in given.items():
        if not isinstance(below, dict):
            raise BadInfo("bad_files")
        leaf = below.get(b"")
        if isinstance(leaf, dict):
            attributes = leaf.get(b"attr")
            if not (isinstance(attributes, bytes) and (b"p" in attributes or b"l" in attributes)):
                yield (*above, name), _length(leaf.get(b"length"))
        elif name != b"":
            yield from _tree(below, (*above, name))


def _length(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_SIZE:
        raise BadInfo("bad_length")
    return value


def _path(parts: tuple[object, ...]) -> tuple[str, bool]:
    """The parts joined; without those that would lead out of the torrent's folder."""
    kept, is_cleaned = [], False
    for part in parts:
        text, is_repaired = _text(part)
        inner = [each for each in text.replace("\\", "/").split("/") if each not in ("", ".", "..")]
        is_cleaned = is_cleaned or is_repaired or inner != [text]
        kept += inner
    return "/".join(kept), is_cleaned


def _text(value: object) -> tuple[str, bool]:
    """Text of bytes, and whether something of it had to be replaced."""
    if isinstance(value, str):
        return value, False
    if not isinstance(value, bytes):
        return "", True
    text = value.decode("utf-8", "replace")
    shown = text.translate(_TURNING)
    return shown, shown != text or "\ufffd" in text
