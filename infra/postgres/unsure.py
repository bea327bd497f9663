"""Torrents of which the classifier was unsure: what a person or a larger model should look at."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import asyncpg

_FILES = 10
"""Files told of a torrent: the largest say what it is."""

# A hash of infohash and seed puts them in an order that is another one with every seed.
_UNSURE = """
SELECT t.infohash, t.name, t.size, t.file_paths, t.file_sizes, c.confidence
FROM classifications c JOIN torrents t USING (infohash)
WHERE c.confidence < $1 AND c.machine IS NULL
ORDER BY md5($2::text || encode(c.infohash, 'hex'))
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


async def unsure(
    connection: asyncpg.Connection, *, below: float, seed: int
) -> AsyncGenerator[Unsure, None]:
    """Torrents whose confidence is below a bound and that nobody corrected, in a seeded order.

    They come by a cursor of the server, so whoever has enough of them can stop.
    """
    async with connection.transaction():
        async for row in connection.cursor(_UNSURE, below, str(seed), prefetch=500):
            sizes = zip(row["file_paths"] or (), row["file_sizes"] or (), strict=True)
            largest = sorted(sizes, key=lambda file: (-file[1], file[0]))[:_FILES]
            yield Unsure(
                infohash=row["infohash"].hex(),
                name=row["name"],
                size=row["size"],
                files=tuple(largest),
                confidence=row["confidence"],
            )
