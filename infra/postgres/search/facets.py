"""Facets: how many of the found torrents have which medium, year, codec and so on."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from infra.postgres.search.conditions import LINKED, conditions
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Query
from infra.postgres.search.rows import FROM

SAMPLE = 5_000
"""Torrents that are counted; of more the counts are those of this many."""
MOST_VALUES = 20
"""Values of one facet that are told, those of most torrents first."""

_VALUES = {
    "medium": "c.medium",
    "subcategory": "c.subcategory",
    "year": "e.year::text",
    "resolution": "e.technical->>'resolution'",
    "language": "jsonb_path_query_first(e.technical, '$.languages[0]')#>>'{}'",
    "codec": "coalesce(e.technical->>'codec', e.technical->>'audio_codec')",
    "linked": f"CASE WHEN coalesce(l.status IN {LINKED}, false) THEN 'yes' ELSE 'no' END",
    "confidence": "least(trunc(c.confidence::numeric, 1), 0.9)::text",
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value and how many of the counted torrents have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of each facet's values."""

    values: Mapping[str, tuple[FacetValue, ...]]
    """medium, subcategory, year, resolution, language, codec, linked (yes or no), confidence (the
    lower end of a tenth).
    """
    counted: int
    """Torrents that were counted."""
    is_bounded: bool
    """Whether more torrents are found than were counted."""

    @property
    def total(self) -> str:
        """How many are found: `1,234`, or `5,000+` where counting stopped."""
        return f"{self.counted:,}{'+' if self.is_bounded else ''}"


async def facets(connection: asyncpg.Connection, query: Query) -> Facets:
    """The facets of a question, counted over its first `SAMPLE` torrents."""
    parameters = Parameters()
    columns = ", ".join(f"{value} AS {name}" for name, value in _VALUES.items())
    counts = " UNION ALL ".join(
        f"(SELECT '{name}' AS facet, {name} AS value, count(*) AS torrents FROM found"  # noqa: S608 (constants)
        f" WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY 3 DESC, 2 LIMIT {MOST_VALUES})"
        for name in _VALUES
    )
    records = await connection.fetch(
        f"WITH found AS MATERIALIZED (SELECT {columns} FROM {FROM}"  # noqa: S608 (values are parameters)
        f" WHERE {conditions(query, parameters).all} LIMIT {SAMPLE + 1})"
        f" {counts} UNION ALL SELECT '', '', count(*) FROM found",
        *parameters.values,
    )
    values: dict[str, list[FacetValue]] = {name: [] for name in _VALUES}
    torrents_found = 0
    for facet, value, torrents in records:
        if facet:
            values[facet].append(FacetValue(value, torrents))
        else:
            torrents_found = torrents
    return Facets(
        {name: tuple(counted) for name, counted in values.items()},
        min(torrents_found, SAMPLE),
        torrents_found > SAMPLE,
    )
