"""What would change if another revision were shown: a bounded sample of stored results."""

from collections import Counter
from dataclasses import dataclass

import asyncpg

from streams.pipeline.unbanned import Unbanned

SAMPLE = 1_000
"""Torrents that are compared; they are taken in the order of their infohashes, which is random."""
_EXAMPLES = 20

_PAIRS = """
SELECT encode(s.infohash, 'hex') AS infohash, t.name, c.said AS now, s.said AS wanted,
    said_fields(s.stage) AS fields
FROM superseded_answers s
JOIN current_answers c USING (stage, infohash, input_hash)
JOIN torrents t ON t.infohash = s.infohash
WHERE s.stage = $1::text::stage AND s.revision = $2 AND ($3::text IS NULL OR s.method::text = $3)
    AND NOT EXISTS (SELECT FROM classifications k WHERE k.infohash = s.infohash AND k.nsfw)
ORDER BY s.infohash
LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that would be another one."""

    infohash: str
    name: str
    field: str
    now: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many of the torrents that were compared would be shown otherwise, and some of them."""

    torrents: int
    changed: int
    by_field: dict[str, int]
    examples: tuple[Difference, ...]


async def compare(
    connection: asyncpg.Connection,
    stage: str,
    revision: int,
    method: str | None,
    unbanned: Unbanned,
) -> Comparison:
    """Compare a revision's results that are not shown with those of the same inputs that are."""
    records = await connection.fetch(_PAIRS, stage, revision, method, SAMPLE)
    rows = [row for row in records if not unbanned.bans_name(row["name"], row["infohash"])]
    by_field: Counter[str] = Counter()
    differences = []
    changed = set()
    for row in rows:
        for field, now, wanted in zip(row["fields"], row["now"], row["wanted"], strict=True):
            if now != wanted:
                by_field[field] += 1
                changed.add(row["infohash"])
                told = (field, now or "nothing", wanted or "nothing")
                differences.append(Difference(row["infohash"], row["name"], *told))
    return Comparison(
        len({row["infohash"] for row in rows}),
        len(changed),
        dict(by_field),
        tuple(differences[:_EXAMPLES]),
    )
