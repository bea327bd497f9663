"""Infohashes that were dealt with lately: two Bloom filters.

The younger is filled. When it is full, or a day old, it becomes the older one, which is still
asked, and a new one is begun. A false answer, one in a million, hides a torrent until its filter is
thrown away.
"""

import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rbloom import Bloom

from schemas.whole_file import replace
from streams.crawl.files import set_aside
from streams.crawl.profile import Profile

_FALSE = 1e-6
_YOUNGER = "seen-younger.filter"
_OLDER = "seen-older.filter"


def _hash(infohash: bytes) -> int:
    """Rbloom wants a signed number of 128 bits; an infohash is a hash already."""
    return int.from_bytes(infohash[:16], "big", signed=True)


@dataclass
class _Filter:
    """A filter, and what must be known of it to fill it further."""

    bloom: Bloom
    number: int
    """Every filter has the number after that of the one before it."""
    began: float
    count: int = 0

    def to_bytes(self) -> bytes:
        """A line of JSON that says what it is, then the bits."""
        bits = self.bloom.save_bytes()
        head = {
            "number": self.number,
            "began": self.began,
            "count": self.count,
            "crc32": zlib.crc32(bits),
        }
        return json.dumps(head).encode() + b"\n" + bits

    @classmethod
    def from_bytes(cls, content: bytes) -> "_Filter":
        """Read a filter.

        Raises:
            ValueError: the bytes are damaged. It is found out here: rbloom would end the process.
        """
        line, _, bits = content.partition(b"\n")
        head = json.loads(line)
        if not isinstance(head, dict) or head.get("crc32") != zlib.crc32(bits):
            raise ValueError("the checksum is wrong")
        bloom = Bloom.load_bytes(bits, _hash)
        return cls(bloom, int(head["number"]), float(head["began"]), int(head["count"]))


class Seen:
    """The filters. Not for several threads at once."""

    def __init__(
        self, folder: Path, profile: Profile, *, clock: Callable[[], float] = time.time
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._profile = profile
        self._clock = clock
        self._older = self._load(_OLDER, 0)
        self._younger = self._load(_YOUNGER, self._older.number + 1)
        if self._younger.number <= self._older.number:
            # A kill between the writing of the two: this one had just become the older one.
            self._younger = self._new(self._older.number + 1)
        self._is_older_saved = False

    def __contains__(self, infohash: bytes) -> bool:
        return infohash in self._younger.bloom or infohash in self._older.bloom

    @property
    def count(self) -> int:
        """Infohashes in the younger filter."""
        return self._younger.count

    def add(self, infohash: bytes) -> None:
        """Note an infohash."""
        is_full = self._younger.count >= self._profile.bloom_items
        if is_full or self._clock() - self._younger.began > self._profile.bloom_days * 86_400:
            self._older = self._younger
            self._younger = self._new(self._older.number + 1)
            self._is_older_saved = False
        if infohash not in self._younger.bloom:
            self._younger.bloom.add(infohash)
            self._younger.count += 1

    def save(self) -> None:
        """Write both filters."""
        if not self._is_older_saved:
            replace(self._folder / _OLDER, self._older.to_bytes())
            self._is_older_saved = True
        replace(self._folder / _YOUNGER, self._younger.to_bytes())

    def forget(self) -> None:
        """Begin both filters anew."""
        self._older = self._new(self._older.number)
        self._younger = self._new(self._younger.number)
        self._is_older_saved = False
        # At once: a kill before the next save must not bring the old ones back.
        for name in (_YOUNGER, _OLDER):
            (self._folder / name).unlink(missing_ok=True)

    def _new(self, number: int) -> _Filter:
        return _Filter(Bloom(self._profile.bloom_items, _FALSE, _hash), number, self._clock())

    def _load(self, name: str, number: int) -> _Filter:
        path = self._folder / name
        fresh = self._new(number)
        if not path.exists():
            return fresh
        try:
            kept = _Filter.from_bytes(path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError) as error:
            set_aside(path, error)
            return fresh
        # Of another profile, the filter has another size: it cannot be filled further.
        return kept if kept.bloom.size_in_bits == fresh.bloom.size_in_bits else fresh
