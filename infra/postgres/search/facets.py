"""Facets: how many of the found torrents have which medium, year, codec and so on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from infra.postgres.search import plans
from infra.postgres.search.conditions import LINKED, conditions, exact_titles
from infra.postgres.search.query import Query, Sort
from infra.postgres.search.searching import Asked, gathering_pays, quick_checks

SAMPLE = 2_000
"""Torrents that are counted; of more the counts are those of this many."""
MOST_VALUES = 20
"""Values of one facet that are told, those of most torrents first."""

_FITTING = "(fitting)"
_LOOKED_AT = "(looked at)"
"""Rows beside those of the facets: how many torrents fit, and how many were looked at."""

_VALUES = {
    "medium": "c.medium",
    "subcategory": "c.subcategory",
    "own_class": "c.own_class",
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
    """medium, subcategory, own_class, year, resolution, language, codec, linked (yes or no),
    confidence (the lower end of a tenth).
    """
    counted: int
    """Torrents that were counted."""
    is_bounded: bool
    """Whether more torrents are found than were counted."""

    @property
    def total(self) -> str:
        """How many are found: `1,234`, or `2,000+` where counting stopped."""
        return f"{self.counted:,}{'+' if self.is_bounded else ''}"


async def facets(connection: asyncpg.Connection, query: Query) -> Facets:
    """The facets of a question, counted over `SAMPLE` of its torrents at most.

    The same torrents are looked at as by `search`, in the same order. Where more fit than are
    counted, they are the first of the order, or those that an index gives first.
    """
    asked = Asked(connection, query, SAMPLE)
    said = conditions(query, asked.parameters)
    if said.driver is not None and await gathering_pays(asked, said):
        bound = plans.MOST_CANDIDATES
        source, fitting = plans.candidates(said, bound), list(said.others)
    else:
        bound = sum(plans.CHUNKS)
        source = plans.first(asked.order, bound)
        fitting = [*await quick_checks(asked, said), *said.all]
        if query.sort is Sort.RELEVANCE and (titles := exact_titles(query)):
            exact = plans.exact(asked.parameters.add(titles))
            source = f"({source}) UNION ({exact})"
    fitting.append(asked.order.condition)
    records = await asked.rows(_counted(source, fitting))
    values: dict[str, list[FacetValue]] = {name: [] for name in _VALUES}
    totals = {name: torrents for name, _, torrents in records if name not in values}
    for name, value, torrents in records:
        if name in values:
            values[name].append(FacetValue(value, torrents))
    return Facets(
        {name: tuple(parts) for name, parts in values.items()},
        min(totals[_FITTING], SAMPLE),
        totals[_FITTING] > SAMPLE or totals[_LOOKED_AT] >= bound,
    )


def _counted(source: str, conditions: Sequence[str]) -> str:
    """A statement for the counts of all facets and their totals.

    Looking ends where enough torrents fit, so all are only counted where fewer do.
    """
    columns = ", ".join(f"{value} AS {name}" for name, value in _VALUES.items())
    tables = plans.joined("d", (*conditions, *_VALUES.values()))
    counts = " UNION ALL ".join(
        f"(SELECT '{name}' AS facet, {name} AS value, count(*) AS torrents FROM fitting"  # noqa: S608 (constants)
        f" WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY 3 DESC, 2 LIMIT {MOST_VALUES})"
        for name in _VALUES
    )
    return (
        f"WITH candidates AS MATERIALIZED ({source}), fitting AS MATERIALIZED (SELECT {columns}"  # noqa: S608 (values are parameters)
        f" FROM candidates d {tables} WHERE {' AND '.join(conditions)} LIMIT {SAMPLE + 1})"
        f" {counts} UNION ALL SELECT '{_FITTING}', '', count(*) FROM fitting"
        f" UNION ALL SELECT '{_LOOKED_AT}', '', CASE WHEN (SELECT count(*) FROM fitting) > {SAMPLE}"
        " THEN 0 ELSE (SELECT count(*) FROM candidates) END"
    )
