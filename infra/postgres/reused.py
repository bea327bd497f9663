"""What others had told of results: how it is written, and which results are not our own."""

from collections.abc import Collection, Sequence

import asyncpg

from infra.postgres.columns import columns
from schemas import Decision, Reason, Result

_WRITE = """
INSERT INTO reused (stage, infohash, result_id, decision, reason, confidence, agreement, nodes)
SELECT stage::stage, infohash, result_id, decision, reason, confidence, agreement, nodes
FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::real[], $7::real[],
    $8::bytea[]) AS r(stage, infohash, result_id, decision, reason, confidence, agreement, nodes)
WHERE NOT EXISTS (SELECT FROM classifications t
        WHERE t.infohash = r.infohash AND t.result_id = r.result_id)
    AND NOT EXISTS (SELECT FROM extractions t
        WHERE t.infohash = r.infohash AND t.result_id = r.result_id)
    AND NOT EXISTS (SELECT FROM links t
        WHERE t.infohash = r.infohash AND t.result_id = r.result_id)
    AND NOT EXISTS (SELECT FROM superseded t WHERE t.stage = r.stage::stage
        AND t.infohash = r.infohash AND t.result_id = r.result_id)
ON CONFLICT (infohash, result_id) DO NOTHING
"""

_SECOND_HAND = """
SELECT result_id FROM reused WHERE infohash = ANY ($1::bytea[]) AND decision = $2
"""

_OF_NODE = """
SELECT count(*) FROM reused
WHERE decision = $1 AND EXISTS (
    SELECT FROM generate_series(1, octet_length(nodes), 32) AS start
    WHERE substr(nodes, start, 32) = $2
)
"""

_CLAIMED = """
UPDATE reused r SET decision = $4, reason = own.reason
FROM unnest($1::bytea[], $2::bytea[], $3::text[]) AS own(infohash, result_id, reason)
WHERE r.infohash = own.infohash AND r.result_id = own.result_id AND r.decision = $5
RETURNING r.result_id
"""


def is_second_hand(result: Result) -> bool:
    """Whether other nodes gave the answer, and not our own model."""
    return result.reuse is not None and result.reuse.decision is Decision.REUSED


async def write_reused(connection: asyncpg.Connection, results: Collection[Result]) -> None:
    """Write what others had told of results, where anybody had; before the results themselves.

    What was said first stands, as the result itself does: a redelivery may find more told. Of a
    result that is stored as our own nothing is written: it stays our own.
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


async def claim(connection: asyncpg.Connection, results: Collection[Result]) -> set[bytes]:
    """Note that our own model has answered what was stored as the answer of other nodes.

    Returns the ids of the results that were, which are to be overwritten.
    """
    own = sorted(
        (
            bytes.fromhex(result.infohash),
            bytes.fromhex(result.result_id),
            (result.reuse.reason if result.reuse else Reason.CHECKED).value,
        )
        for result in results
        if not is_second_hand(result)
    )
    decisions = (Decision.RECOMPUTED.value, Decision.REUSED.value)
    rows = await connection.fetch(_CLAIMED, *columns(own, 3), *decisions) if own else []
    return {row["result_id"] for row in rows}


async def second_hand(connection: asyncpg.Connection, infohashes: Sequence[bytes]) -> set[str]:
    """Ids of the results of torrents that are other nodes', which must not be told again."""
    rows = await connection.fetch(_SECOND_HAND, infohashes, Decision.REUSED.value)
    return {row["result_id"].hex() for row in rows}


async def count_of(connection: asyncpg.Connection, node: str) -> int:
    """How many stored results are answers that a node gave, alone or with others."""
    count: int = await connection.fetchval(_OF_NODE, Decision.REUSED.value, bytes.fromhex(node))
    return count
