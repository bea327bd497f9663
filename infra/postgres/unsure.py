"""Torrents of which the classifier was unsure: what a person or a larger model should look at."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import asyncpg

_FILES = 10
"""Files told of a torrent: the largest say what it is."""

_PAGE = 500
"""Torrents that are read at a time."""

# A hash of infohash and seed puts them in an order that is another one with every seed. Infohashes
# alone are sorted, and as there is a limit only so many of them are held.
CHOSEN = """
SELECT infohash FROM classifications
WHERE confidence < $1 AND machine IS NULL AND (NOT nsfw OR $3)
ORDER BY md5($2::text || encode(infohash, 'hex'))
LIMIT $4
"""

_TOLD = """
SELECT t.infohash, t.name, t.size, t.file_paths, t.file_sizes, c.confidence
FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (infohash, place)
JOIN torrents t USING (infohash) JOIN classifications c USING (infohash)
ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """A torrent, and how sure the classifier was of its medium."""

    infohash: str
    name: str
    size: int | None
    files: tuple[tuple[str, int], ...]
    """The largest files: path and bytes."""

    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Which torrents are looked at."""

    below: float
    """A confidence below this is unsure."""

    seed: int
    """Of the order in which they come."""

    limit: int
    """At most so many come."""

    adult: bool = False
    """Whether what the classifier takes for adult comes, too."""


async def unsure(connection: asyncpg.Connection, doubts: Doubts) -> AsyncGenerator[Unsure, None]:
    """Torrents of low confidence that nobody corrected, in a seeded order.

    They are read in pages, so whoever has enough of them can stop.
    """
    values = (doubts.below, str(doubts.seed), doubts.adult, doubts.limit)
    infohashes = [row["infohash"] for row in await connection.fetch(CHOSEN, *values)]
    for start in range(0, len(infohashes), _PAGE):
        for row in await connection.fetch(_TOLD, infohashes[start : start + _PAGE]):
            sizes = zip(row["file_paths"] or (), row["file_sizes"] or (), strict=True)
            largest = sorted(sizes, key=lambda file: (-file[1], file[0]))[:_FILES]
            yield Unsure(
                infohash=row["infohash"].hex(),
                name=row["name"],
                size=row["size"],
                files=tuple(largest),
                confidence=row["confidence"],
            )
