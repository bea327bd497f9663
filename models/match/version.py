"""The versions of the index in a folder, and which of them is current.

A folder holds `versions/<version>/` and the file `current`, which names the version in use. A
version is written whole before `current` is replaced by a rename, so a reader sees the old one or
the new one, never half of one.
"""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from models.match.errors import IndexDamaged

FORMAT = 3
"""Raised when the layout changes, or `fold` does: the keys are folded names."""

CURRENT = "current"
VERSIONS = "versions"
META = "meta.json"

AGAIN = "run `python -m streams.musicbrainz import` again"
"""What to do about an index that cannot be read."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What `meta.json` says of a version."""

    format: int
    byteorder: str
    version: str
    dump_date: date
    artists: int
    release_groups: int
    stubs: int
    """Artists known only from credits, part of `artists`."""
    tracked: int = 0
    """Release groups whose tracks are known."""
    redirects: int = 0


def read_current(folder: Path) -> str | None:
    """The version that `current` names. Returns None if there is no such file."""
    try:
        return (folder / CURRENT).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def read_meta(folder: Path, version: str) -> Meta:
    """What a version says of itself.

    Raises:
        IndexDamaged: it is incomplete or of another format.
    """
    path = folder / VERSIONS / version / META
    try:
        raw = orjson.loads(path.read_bytes())
        meta = Meta(**{**raw, "dump_date": date.fromisoformat(raw["dump_date"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{path}: {error}; {AGAIN}") from error
    if meta.format != FORMAT or meta.byteorder != sys.byteorder:
        raise IndexDamaged(
            f"{path}: written by another version or machine "
            f"(format {meta.format}, this is {FORMAT}); {AGAIN}"
        )
    return meta
