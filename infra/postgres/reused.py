"""What others had told of results: how it is written, and which results are not our own."""

from collections.abc import Iterable, Sequence

import asyncpg

from infra.postgres.columns import columns
from schemas import Decision, Result

_WRITE = """
INSERT INTO reused (stage, infohash, result_id, decision, reason, confidence, agreement, nodes)
SELECT stage::stage, infohash, result_id, decision, reason, confidence, agreement, nodes
FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::real[], $7::real[],
    $8::bytea[]) AS r(stage, infohash, result_id, decision, reason, confidence, agreement, nodes)
ON CONFLICT (infohash, result_id) DO NOTHING
"""

_SECOND_HAND = """
SELECT result_id FROM reused WHERE infohash = ANY ($1::bytea[]) AND decision = $2
"""


async def write_reused(connection: asyncpg.Connection, results: Iterable[Result]) -> None:
    """Write what others had told of results, where anybody had.

    What was said first stands, as the result itself does: a redelivery may find more told.
    """
    rows = {
        (bytes.fromhex(result.infohash), bytes.fromhex(result.result_id)): (
            result.stage.value,
            bytes.fromhex(result.infohash),
            bytes.fromhex(result.result_id),
            result.reuse.decision.value,
            result.reuse.reason.value,
            result.reuse.confidence,
            result.reuse.agreement,
            bytes.fromhex("".join(result.reuse.nodes)),
        )
        for result in results
        if result.reuse is not None
    }
    if rows:
        await connection.execute(_WRITE, *columns([rows[key] for key in sorted(rows)], 8))


async def second_hand(connection: asyncpg.Connection, infohashes: Sequence[bytes]) -> set[str]:
    """Ids of the results of torrents that are other nodes', which must not be told again."""
    rows = await connection.fetch(_SECOND_HAND, infohashes, Decision.REUSED.value)
    return {row["result_id"].hex() for row in rows}
