"""Search: the one place that makes a question of a person or a program into SQL.

Pages, the JSON API, Torznab and the terminal all ask here. Every answer is bounded: so many rows,
so many candidates looked at, so many counted, and it says where a bound was met.
"""

from infra.postgres.search.cursor import BadCursor
from infra.postgres.search.detail import Detail, File, StageResult, torrent
from infra.postgres.search.facets import Facets, FacetValue, facets
from infra.postgres.search.meaning import NoVectors, search_like
from infra.postgres.search.query import Query, Sort
from infra.postgres.search.rows import Page, Row
from infra.postgres.search.searching import MAX_OFFSET, MAX_ROWS, search

__all__ = [
    "MAX_OFFSET",
    "MAX_ROWS",
    "BadCursor",
    "Detail",
    "FacetValue",
    "Facets",
    "File",
    "NoVectors",
    "Page",
    "Query",
    "Row",
    "Sort",
    "StageResult",
    "facets",
    "search",
    "search_like",
    "torrent",
]
