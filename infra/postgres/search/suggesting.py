"""What was perhaps meant: known titles and creators that are written almost like a question."""

import asyncio

import asyncpg
from rapidfuzz import fuzz, process

from infra.postgres.search.query import Query
from infra.postgres.search.words import folded

LOOKED_AT = 1_000
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
    (SELECT lower(title) AS name FROM extractions
     WHERE title IS NOT NULL AND lower(title) BETWEEN $1 AND $2 ORDER BY lower(title) LIMIT $3)
    UNION ALL
    (SELECT lower(creator) FROM extractions
     WHERE creator IS NOT NULL AND lower(creator) BETWEEN $1 AND $2
     ORDER BY lower(creator) LIMIT $3)
) AS names"""
_SHOWN = """SELECT EXISTS (
    SELECT FROM extractions e JOIN classifications c USING (infohash)
    WHERE e.title IS NOT NULL AND lower(e.title) = $1 AND NOT c.nsfw
) OR EXISTS (
    SELECT FROM extractions e JOIN classifications c USING (infohash)
    WHERE e.creator IS NOT NULL AND lower(e.creator) = $1 AND NOT c.nsfw
)"""
_LAST = "\U0010ffff"


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
                names = await connection.fetch(_NAMES, begins, begins + _LAST, LOOKED_AT)
                meant = nearest(typed, [name for (name,) in names])
                if meant is not None:
                    is_shown = query.adult or await connection.fetchval(_SHOWN, meant)
                    return folded(meant) if is_shown else None
    except TimeoutError:
        return None
    return None


def nearest(typed: str, names: list[str]) -> str | None:
    """The name most like what was typed; None if nothing is alike, or it is known as it is."""
    spellings = {name: folded(name).lower() for name in names}
    if typed in spellings.values():
        return None
    best = process.extractOne(typed, spellings, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return best[2] if best is not None else None
