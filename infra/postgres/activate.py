"""Choose which revision of a stage's model is current, forward or back; current tables are rebuilt
from history.
"""

from collections.abc import Callable

import asyncpg

REFRESH = {
    "classify": "refresh_classifications",
    "extract": "refresh_extractions",
    "match": "refresh_links",
}
_STEP = 5_000


class UnknownRevision(Exception):
    """History holds no result of that stage and revision."""


async def activate(
    connection: asyncpg.Connection,
    stage: str,
    revision: int,
    *,
    method: str | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Make a revision the active one and rebuild the stage's current table; returns how many
    torrents were looked at.

    `method` (rules, tagger, llm) limits it to the results made that way; without it every method
    that has the revision.

    Raises: UnknownRevision: there is no such result in history, so that a slip of the finger
        empties no table.
    """
    methods = [
        row["method"]
        for row in await connection.fetch(
            "SELECT DISTINCT method::text AS method FROM history WHERE stage = $1::text::stage AND revision = $2",
            stage,
            revision,
        )
        if method is None or row["method"] == method
    ]
    if not methods:
        raise UnknownRevision(
            f"history holds no {stage} result of revision {revision}{f' made by {method}' if method else ''}"
        )
    await connection.executemany(
        "INSERT INTO active_revision (stage, method, revision) VALUES ($1::text::stage, $2::text::method, $3)"
        " ON CONFLICT (stage, method) DO UPDATE SET revision = excluded.revision",
        [(stage, name, revision) for name in methods],
    )
    done = 0
    last = b""
    while infohashes := [
        row["infohash"]
        for row in await connection.fetch(
            "SELECT DISTINCT infohash FROM history WHERE stage = $1::text::stage AND infohash > $2 ORDER BY infohash LIMIT $3",
            stage,
            last,
            _STEP,
        )
    ]:
        await connection.execute(
            f"SELECT {REFRESH[stage]}($1)", infohashes
        )  # a constant of ours, not input
        last = infohashes[-1]
        done += len(infohashes)
        on_progress(done)
    return done
