"""Who made which revision the active one, and the way back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from infra.postgres.activate import UnknownRevision, activate, rebuild
from infra.postgres.locks import lock_activation

_BEFORE = """
SELECT r.method::text AS method, a.revision
FROM (SELECT DISTINCT stage, method FROM revisions WHERE stage = $1::text::stage) AS r
LEFT JOIN active_revision a USING (stage, method)
"""
_NOTED = """
INSERT INTO activations (who, stage, revision, before, rolled_back)
VALUES ($1, $2::text::stage, $3, $4::text::jsonb, $5) RETURNING id
"""
_RESTORED = """
INSERT INTO active_revision (stage, method, revision)
SELECT $1::text::stage, method::method, revision::smallint
FROM jsonb_each_text($2::text::jsonb) AS was(method, revision) WHERE revision IS NOT NULL
"""
_NEWEST = """
SELECT id, at, who, stage::text AS stage, revision, before::text AS before, rolled_back
FROM activations ORDER BY id DESC LIMIT $1
"""
_LAST = """
SELECT max(id) FROM activations WHERE stage = (SELECT stage FROM activations WHERE id = $1)
"""


class NotTheLast(Exception):
    """An activation can be taken back only while no later one of its stage stands."""


@dataclass(frozen=True, slots=True)
class Change:
    """That `who` wants a revision of a stage to be shown; of one method, or of all that have it."""

    stage: str
    revision: int
    who: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """A change that was made. `before` is what was active, None where the highest was.

    `revision` is None and `rolled_back` the change that was taken back where this one did that.
    """

    id: int
    at: datetime
    who: str
    stage: str
    revision: int | None
    before: Mapping[str, int | None]
    rolled_back: int | None


async def change(
    connection: asyncpg.Connection,
    wanted: Change,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Activate a revision and note who did, both or neither; returns the number of the note.

    Args:
        connection: of the owner role, in no transaction.
        wanted: what is to be shown.
        on_progress: is told how many torrents were looked at so far.

    Raises:
        UnknownRevision: history holds no such result.
    """
    async with connection.transaction():
        await lock_activation(connection)  # what is noted as before is read behind others' changes
        before = await _before(connection, wanted.stage)
        await activate(
            connection,
            wanted.stage,
            wanted.revision,
            method=wanted.method,
            on_progress=on_progress,
        )
        noted = (wanted.who, wanted.stage, wanted.revision, json.dumps(before), None)
        return int(await connection.fetchval(_NOTED, *noted))


async def roll_back(connection: asyncpg.Connection, number: int, who: str) -> int:
    """Restore what was active before the last change of a stage; returns the number of the note.

    Raises:
        UnknownRevision: there is no such change.
        NotTheLast: a later change of the same stage stands.
    """
    async with connection.transaction():
        await lock_activation(connection)
        row = await connection.fetchrow(
            "SELECT stage::text AS stage, before::text AS before FROM activations WHERE id = $1",
            number,
        )
        if row is None:
            raise UnknownRevision(f"there is no activation {number}")
        if await connection.fetchval(_LAST, number) != number:
            raise NotTheLast(f"activation {number} is not the last one of {row['stage']}")
        before = await _before(connection, row["stage"])
        query = "DELETE FROM active_revision WHERE stage = $1::text::stage"
        await connection.execute(query, row["stage"])
        await connection.execute(_RESTORED, row["stage"], row["before"])
        await rebuild(connection, row["stage"])
        noted = (who, row["stage"], None, json.dumps(before), number)
        return int(await connection.fetchval(_NOTED, *noted))


async def newest(connection: asyncpg.Connection, limit: int = 100) -> list[Activation]:
    """The changes that were made, the last one first."""
    rows = await connection.fetch(_NEWEST, limit)
    return [Activation(**{**row, "before": json.loads(row["before"])}) for row in rows]


async def _before(connection: asyncpg.Connection, stage: str) -> dict[str, int | None]:
    return {row["method"]: row["revision"] for row in await connection.fetch(_BEFORE, stage)}
