"""Infohashes that were dealt with lately: two Bloom filters, the younger filled, the older still
asked.

What is in them is done or is tried again later (both on disk), so a filter that is a minute old
loses nothing. A false answer, one in a million, hides a torrent until its filter is thrown away.
"""

import time
from collections.abc import Callable
from pathlib import Path

from rbloom import Bloom

from streams.crawl.profile import Profile

_FALSE = 1e-6
_NAMES = ("younger", "older")


def _hash(infohash: bytes) -> int:
    """rbloom wants a 128-bit signed number; an infohash is a hash already."""
    return int.from_bytes(infohash[:16], "big", signed=True)


class Seen:
    """The filters."""

    def __init__(
        self, folder: Path, profile: Profile, *, clock: Callable[[], float] = time.time
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._profile, self._clock = folder, profile, clock
        self._younger, self._older = (self._load(name) for name in _NAMES)
        stamp = folder / "seen.since"
        self._since = float(stamp.read_text()) if stamp.is_file() else clock()
        self._count = 0

    def __contains__(self, infohash: bytes) -> bool:
        return infohash in self._younger or infohash in self._older

    def add(self, infohash: bytes) -> None:
        """Note an infohash that is done or will be tried again."""
        if (
            self._count >= self._profile.bloom_items
            or self._clock() - self._since > self._profile.bloom_days * 86_400
        ):
            self._older, self._younger = self._younger, self._new()
            self._count, self._since = 0, self._clock()
        self._younger.add(infohash)
        self._count += 1

    def save(self) -> None:
        """Write both filters; a reader sees the old file or the new one."""
        for name, bloom in zip(_NAMES, (self._younger, self._older), strict=True):
            pending = self._folder / f"seen.{name}.new"
            bloom.save(str(pending))
            pending.replace(self._folder / f"seen.{name}")
        (self._folder / "seen.since").write_text(str(self._since))

    def _new(self) -> Bloom:
        return Bloom(self._profile.bloom_items, _FALSE, _hash)

    def _load(self, name: str) -> Bloom:
        fresh = self._new()
        path = self._folder / f"seen.{name}"
        try:
            kept = Bloom.load(str(path), _hash)
        except (OSError, ValueError, RuntimeError):
            return fresh
        return kept if kept.size_in_bits == fresh.size_in_bits else fresh
