"""The write of dead letters, where SQL can count them.

Their headers may come from programs that are not ours: what Postgres could not hold is made to fit,
so that no letter stops the store.
"""

from collections.abc import Iterable

import asyncpg

from infra.postgres.columns import columns
from schemas import DeadLetter
from schemas.base import clean_text

_BIGGEST = 2**63 - 1
"""Of a Postgres bigint. Kafka's own offsets never come near it."""

_DEAD_LETTERS = """
INSERT INTO dead_letters (id, stage, reason, error, attempts, topic, partition, "offset", at, key,
    value)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[],
    $7::integer[], $8::bigint[], $9::timestamptz[], $10::bytea[], $11::bytea[])
ON CONFLICT (id) DO NOTHING
"""

_REDRIVEN = """
UPDATE dead_letters SET redriven_at = now()
WHERE id = ANY($1::bytea[]) AND redriven_at IS NULL
"""


async def write_dead_letters(connection: asyncpg.Connection, letters: Iterable[DeadLetter]) -> None:
    """Keep dead letters; one that is there already is left as it is."""
    rows = {
        letter.event_id: (
            bytes.fromhex(letter.event_id),
            letter.stage,
            letter.reason,
            clean_text(letter.error),
            letter.attempts,
            letter.topic,
            letter.partition,
            min(letter.offset, _BIGGEST),
            letter.at,
            letter.key,
            letter.value,
        )
        for letter in letters
    }
    await connection.execute(_DEAD_LETTERS, *columns([rows[key] for key in sorted(rows)], 11))


async def mark_redriven(connection: asyncpg.Connection, ids: Iterable[str]) -> None:
    """Note that dead letters were sent back to their topics; what is no id is passed over."""
    known = {identity for text in ids if (identity := _identity(text)) is not None}
    await connection.execute(_REDRIVEN, sorted(known))


def _identity(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
