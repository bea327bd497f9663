"""Choose which revision of a stage's model is current, forward or back.

Current and superseded results change places in the same transaction: whoever looks sees the old
results or the new ones, never some of each, and a kill in the middle leaves the old ones.
"""

from collections.abc import Callable

import asyncpg

from infra.postgres.current import CURRENT
from infra.postgres.locks import lock_activation

REFRESH = {current.stage.value: current.refresh for current in CURRENT}
"""The SQL function that chooses a stage's current results anew for some torrents."""

_BATCH = 5_000
"""Torrents rebuilt by one statement: a few MB of results at a time."""

_METHODS = """
SELECT method::text FROM revisions
WHERE stage = $1::text::stage AND revision = $2 AND ($3::text IS NULL OR method::text = $3)
"""

_ACTIVATE = """
INSERT INTO active_revision (stage, method, revision)
SELECT $1::text::stage, method::method, $3 FROM unnest($2::text[]) AS method
ON CONFLICT (stage, method) DO UPDATE SET revision = excluded.revision
"""


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
    """Make a revision the active one and rebuild the stage's current results, all or nothing.

    The store waits meanwhile. Returns how many torrents were looked at: those that have more than
    one result of the stage. The others have nothing to choose from.

    Args:
        connection: of the owner role, in no transaction.
        stage: classify, extract or match.
        revision: the one that is to be current.
        method: rules, tagger or llm limits it to results made that way; None takes every method
            that has the revision.
        on_progress: is told how many torrents were looked at so far.

    Raises:
        UnknownRevision: there is no such result in history, so that a slip of the finger empties no
            table.
    """
    async with connection.transaction():
        await lock_activation(connection)
        rows = await connection.fetch(_METHODS, stage, revision, method)
        if not rows:
            made_by = f" made by {method}" if method else ""
            raise UnknownRevision(
                f"history holds no {stage} result of revision {revision}{made_by}"
            )
        await connection.execute(_ACTIVATE, stage, [row["method"] for row in rows], revision)
        return await rebuild(connection, stage, on_progress)


async def rebuild(
    connection: asyncpg.Connection,
    stage: str,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Choose the current results of a stage anew, in the order of infohashes.

    The transaction that it is in keeps writers out from here on. Returns how many torrents were
    looked at.
    """
    await lock_activation(connection)
    page = """
        SELECT DISTINCT infohash FROM superseded WHERE stage = $3::text::stage AND infohash > $1
        ORDER BY infohash LIMIT $2
    """
    done = 0
    last = b""
    while rows := await connection.fetch(page, last, _BATCH, stage):
        infohashes = [row["infohash"] for row in rows]
        # The function's name is a constant of ours, not input.
        await connection.execute(f"SELECT {REFRESH[stage]}($1)", infohashes)
        last = infohashes[-1]
        done += len(infohashes)
        on_progress(done)
    return done
