"""The names that pairs are made of: artists with their albums, and titles of films and books."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.benchmarks.comparing.pairs import plain

Row = dict[str, Any]

_TELLING = 8
"""Letters of an album title that says who made it; "Live" and "Gold" say nothing."""
_MOST_MAKERS = 8
"""A title of more artists than this says nothing, either."""


def rows(data: Path, name: str) -> Iterator[Row]:
    """The rows of a file of JSON lines."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@dataclass(slots=True)
class Corpus:
    """Who made what, as catalogues and the names of releases say."""

    data: Path
    spellings: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Plain name of an artist -> its spellings."""
    titles: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """Plain name of an artist -> plain title -> title."""

    @classmethod
    def read(cls, data: Path) -> "Corpus":
        """Read every file that has artists with albums."""
        corpus = cls(data)
        for name, title in (
            ("catalogue/release_groups", "title"),
            ("catalogue/albums", "title"),
            ("catalogue/cddb_albums", "title"),
            ("fields/scene_audio", "album"),
        ):
            for row in rows(data, name):
                corpus._add(row.get("artist") or "", row.get(title) or "")
        return corpus

    def _add(self, artist: str, title: str) -> None:
        artist, title = artist.strip(), title.strip()
        maker = plain(artist)
        if maker and title and maker not in {"variousartists", "various", "va", "unknown"}:
            self.spellings[maker][artist] += 1
            self.titles[maker].setdefault(plain(title), title)

    def spelled(self, maker: str) -> str:
        """The usual spelling of an artist."""
        return self.spellings[maker].most_common(1)[0][0]

    def sharing(self) -> Iterator[tuple[str, str]]:
        """Spellings of artists of the same albums: two titles, or one that nobody else has."""
        makers: defaultdict[str, set[str]] = defaultdict(set)
        for maker, titles in self.titles.items():
            for title in titles:
                if len(title) >= _TELLING and title != maker:
                    makers[title].add(maker)
        shared: Counter[tuple[str, str]] = Counter()
        for title, owners in makers.items():
            if 2 <= len(owners) <= _MOST_MAKERS:
                weight = 2 if len(owners) == 2 and len(title) >= 2 * _TELLING else 1
                for both in combinations(sorted(owners), 2):
                    shared[both] += weight
        for (mine, theirs), weight in shared.items():
            if weight >= 2:
                yield self.spelled(mine), self.spelled(theirs)

    def share(self, mine: str, theirs: str) -> bool:
        """Whether two artists have a title in common, so that they may be one."""
        return bool(self.titles[plain(mine)].keys() & self.titles[plain(theirs)].keys())
