"""What was perhaps meant: known titles and creators that are written almost like a question."""

import asyncio

import asyncpg
from rapidfuzz import fuzz, process

from infra.postgres.search.query import Query
from infra.postgres.search.words import folded

LOOKED_AT = 2_000
"""Entries of each index that are read at most, of each beginning."""
LEAST_LIKENESS = 75.0
"""Of 100; less alike is another work."""
MOST_SECONDS = 1.0
"""After which an answer without a suggestion is better than a late one."""
SHORTEST = 4
"""Characters of a question: shorter ones are almost like too many."""
LONGEST = 100

_BEGINNINGS = (6, 3, 2)
"""Characters that are taken as typed rightly; fewer where more lead to nothing."""
_NAMES = """SELECT DISTINCT name FROM (
    (SELECT lower(e.title) AS name FROM extractions e JOIN classifications c USING (infohash)
     WHERE e.title IS NOT NULL AND lower(e.title) >= $1 AND ($3 OR NOT c.nsfw)
     ORDER BY lower(e.title) LIMIT $2)
    UNION ALL
    (SELECT lower(e.creator) FROM extractions e JOIN classifications c USING (infohash)
     WHERE e.creator IS NOT NULL AND lower(e.creator) >= $1 AND ($3 OR NOT c.nsfw)
     ORDER BY lower(e.creator) LIMIT $2)
) AS names"""


async def suggestion(connection: asyncpg.Connection, query: Query) -> str | None:
    """The known title or creator that is most like the words of a question.

    The beginning of the words must be right. Of a beginning that very many names have, only the
    first in the order of the alphabet are looked at, so a suggestion may be missing. Adult works
    are suggested only to who asks for them. Returns None if nothing is alike.
    """
    typed = folded(query.text).lower()
    if not SHORTEST <= len(typed) <= LONGEST:
        return None
    try:
        async with asyncio.timeout(MOST_SECONDS):
            for characters in _BEGINNINGS:
                begins = typed[:characters]
                names = await connection.fetch(_NAMES, begins, LOOKED_AT, query.adult)
                meant = nearest(typed, [name for (name,) in names if name.startswith(begins)])
                if meant is not None:
                    return meant
    except TimeoutError:
        return None
    return None


def nearest(typed: str, names: list[str]) -> str | None:
    """The name most like what was typed; None if nothing is alike, or it is known as it is."""
    spellings = sorted({folded(name).lower() for name in names})
    if typed in spellings:
        return None
    best = process.extractOne(typed, spellings, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return best[0] if best is not None else None
