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

from schemas import MAX_FILES, Flag, Provenance, Torrent

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
        BadInfo: it is not that of a torrent.
    """
    raw = _dictionary(info)
    flags: dict[Flag, None] = {}
    name, is_repaired = _text(raw.get(b"name.utf-8", raw.get(b"name")))
    if not name.strip():
        raise BadInfo("no_name")
    if is_repaired:
        flags[Flag.NAME_CLEANED] = None
    files, is_cleaned = _listed(raw, name)
    if is_cleaned:
        flags[Flag.PATHS_CLEANED] = None
    total = sum(size for _, size in files)
    if total > _MAX_SIZE:
        raise BadInfo("bad_length")
    count = len(files)
    if count > MAX_FILES:
        flags[Flag.FILES_TRUNCATED] = None
        files = _largest(files)
    version = 2 if raw.get(b"meta version") == 2 else 1
    return Listing(name, total, tuple(files), count, version, tuple(flags))


def _dictionary(info: bytes) -> dict[Any, Any]:
    try:
        raw: Any = lt.bdecode(info)
    except (RuntimeError, ValueError, TypeError, RecursionError) as error:
        raise BadInfo("not_bencoded") from error
    if not isinstance(raw, dict):
        raise BadInfo("no_dictionary")
    return raw


def _listed(raw: dict[Any, Any], name: str) -> tuple[list[tuple[str, int]], bool]:
    """Path and size of each file, and whether a path had to be cleaned."""
    entries: Iterator[tuple[tuple[object, ...], int]]
    tree = raw.get(b"file tree")
    if isinstance(tree, dict) and b"files" not in raw and b"length" not in raw:
        entries = _tree(tree, ())
    elif b"files" in raw:
        entries = _files(raw[b"files"])
    else:
        entries = iter([((name,), _length(raw.get(b"length")))])
    files = []
    is_any_cleaned = False
    for parts, size in entries:
        path, is_cleaned = _path(parts)
        is_any_cleaned = is_any_cleaned or is_cleaned
        files.append((path or name, size))
    if not files:
        raise BadInfo("no_files")
    return files, is_any_cleaned


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
        record = Torrent.repaired(
            infohash=infohash.hex(),
            name=listing.name,
            size=listing.size,
            files=listing.files,
            num_files=listing.num_files,
            observed_at=observed_at,
            provenance=provenance,
        )
    except ValidationError as error:
        raise BadInfo("no_name") from error
    more: dict[str, Any] = {
        "meta_version": listing.version,
        "flags": tuple(dict.fromkeys((*record.flags, *listing.flags))),
    }
    if listing.version == 2:
        more["infohash_v2"] = info_sha256
    return record.model_copy(update=more)


def sha256(info: bytes) -> str:
    """The version 2 infohash, in hex."""
    return hashlib.sha256(info).hexdigest()


def _files(given: object) -> Iterator[tuple[tuple[object, ...], int]]:
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


def _path(parts: tuple[object, ...]) -> tuple[str, bool]:
    """The parts joined; without those that would lead out of the torrent's folder."""
    kept, is_cleaned = [], False
    for part in parts:
        text, is_repaired = _text(part)
        folders = text.replace("\\", "/").split("/")
        inner = [folder for folder in folders if folder not in ("", ".", "..")]
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
