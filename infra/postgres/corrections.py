"""The write of corrections, and the moment in which they are shown."""

from collections.abc import Iterable
from typing import Any

import asyncpg
from pydantic_core import to_json

from infra.postgres.columns import columns
from infra.postgres.locks import lock_activation
from schemas import Correction

_CORRECTIONS = """
INSERT INTO corrections (id, infohash, stage, field, place, verdict, value, result_id, input_hash,
    revision, method, model, rule, said, subcategory, reporter, observed_at, revokes)
SELECT id, infohash, stage::stage, field, place, verdict, value, result_id, input_hash, revision,
    method::method, model, rule, said, subcategory, reporter, observed_at, revokes
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
    $8::bytea[], $9::bytea[], $10::smallint[], $11::text[], $12::text[], $13::text[],
    $14::jsonb[], $15::text[], $16::text[], $17::timestamptz[], $18::bytea[])
    AS c(id, infohash, stage, field, place, verdict, value, result_id, input_hash, revision,
         method, model, rule, said, subcategory, reporter, observed_at, revokes)
ON CONFLICT (id) DO NOTHING
RETURNING infohash
"""


async def write_corrections(
    connection: asyncpg.Connection, corrections: Iterable[Correction]
) -> int:
    """Keep corrections and show what stands, in a transaction of its own.

    All writers of results are kept out meanwhile: one of them could otherwise write a row that does
    not know of a correction that is just being written. Returns how many corrections were new.
    """
    rows = {correction.event_id: _row(correction) for correction in corrections}
    async with connection.transaction():
        await lock_activation(connection)
        written = await connection.fetch(
            _CORRECTIONS, *columns([rows[key] for key in sorted(rows)], 18)
        )
        infohashes = sorted({row["infohash"] for row in written})
        if infohashes:
            await connection.execute("SELECT correct_again($1)", infohashes)
    return len(written)


def _row(correction: Correction) -> tuple[Any, ...]:
    return (
        bytes.fromhex(correction.event_id),
        bytes.fromhex(correction.infohash),
        correction.stage.value,
        correction.field,
        correction.place.value,
        correction.verdict.value,
        _json(correction.value),
        _bytes(correction.result_id),
        _bytes(correction.input_hash),
        correction.revision,
        correction.method.value if correction.method else None,
        correction.model,
        correction.rule,
        _json(correction.said),
        correction.subcategory.value if correction.subcategory else None,
        correction.reporter,
        correction.observed_at,
        _bytes(correction.revokes),
    )


def _json(value: object) -> str | None:
    return None if value is None else to_json(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
