"""Torrents that people corrected or confirmed, as something can be learnt from them."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

_PAGE = 1_000

# Of a field the latest value counts, or, where a model was said to be right, what it said.
_LABELLED = f"""
SELECT t.infohash, t.name, c.subcategory, c.nsfw, e.title, e.creator, e.year, l.labels
FROM (
    SELECT infohash, jsonb_object_agg(field, coalesce(value, said)) AS labels
    FROM (
        SELECT DISTINCT ON (infohash, stage, field) infohash, field, value, said
        FROM standing_corrections
        WHERE verdict IN ('value', 'right') AND infohash > $1
            AND infohash IN (SELECT infohash FROM classifications)
        ORDER BY infohash, stage, field, observed_at DESC, id DESC
    ) AS latest
    GROUP BY infohash ORDER BY infohash LIMIT {_PAGE}
) AS l
JOIN torrents t USING (infohash)
JOIN classifications c USING (infohash)
LEFT JOIN extractions e USING (infohash)
ORDER BY t.infohash
"""  # noqa: S608 (a constant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A torrent as it is shown, and what people said of its fields."""

    infohash: str
    name: str
    subcategory: str
    nsfw: bool
    title: str | None
    creator: str | None
    year: int | None
    labels: Mapping[str, Any]
    """Field -> what is right; None where people said that it has none."""


async def labelled(connection: asyncpg.Connection) -> AsyncIterator[Labelled]:
    """Every torrent of which a field is known to be right, by infohash, a page at a time."""
    last = b""
    while records := await connection.fetch(_LABELLED, last):
        for record in records:
            values = {**dict(record), "infohash": record["infohash"].hex()}
            yield Labelled(**{**values, "labels": json.loads(values["labels"])})
        last = records[-1]["infohash"]
