"""The write of results: history grows, and the current results are chosen anew from it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from infra.postgres.activate import REFRESH
from infra.postgres.columns import columns
from infra.postgres.ids import Ids
from schemas import Classification, Extraction, Link, LlmAnswer, Result, uniform

# The new rows and the little table that says which revisions there are go in one statement.
_HISTORY = """
WITH sent AS (
    SELECT infohash, stage::stage, revision, input_hash, method::method, result_id, of_result,
        observed_at, reference_date, model_id, result
    FROM unnest($1::bytea[], $2::text[], $3::smallint[], $4::bytea[], $5::text[], $6::bytea[],
        $7::bytea[], $8::timestamptz[], $9::date[], $10::integer[], $11::jsonb[])
        AS r(infohash, stage, revision, input_hash, method, result_id, of_result, observed_at,
             reference_date, model_id, result)
), known AS (
    INSERT INTO revisions (stage, method, revision)
    SELECT DISTINCT stage, method, revision FROM sent ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
)
INSERT INTO history AS h (infohash, stage, revision, input_hash, method, result_id, of_result,
    observed_at, reference_date, model_id, result)
SELECT * FROM sent
ON CONFLICT (infohash, stage, revision, input_hash, method) DO UPDATE SET
    observed_at = excluded.observed_at
WHERE excluded.observed_at > h.observed_at
"""

_ANSWERS = """
INSERT INTO llm_answers (prompt_hash, answer, parsed, model_id)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::boolean[], $4::integer[])
ON CONFLICT (prompt_hash) DO NOTHING
"""


async def write_results(
    connection: asyncpg.Connection, results: Sequence[Result], ids: Ids
) -> None:
    """Append results to history and choose the current ones of their torrents anew."""
    rows: dict[tuple[bytes, str], tuple[Any, ...]] = {}
    for result in sorted(results, key=lambda result: result.observed_at):
        key = bytes.fromhex(result.infohash)
        rows[key, result.result_id] = (
            key,
            result.stage.value,
            result.revision,
            bytes.fromhex(result.input_hash),
            result.method.value,
            bytes.fromhex(result.result_id),
            bytes.fromhex(result.extraction_id) if isinstance(result, Link) else None,
            result.observed_at,
            result.reference_date,
            ids.model(result.model),
            json.dumps(_payload(result)),
        )
    await connection.execute(_HISTORY, *columns([rows[key] for key in sorted(rows)], 11))
    for stage, refresh in REFRESH.items():
        if touched := sorted({key for (key, _), row in rows.items() if row[1] == stage}):
            # The function's name is a constant of ours, not input.
            await connection.execute(f"SELECT {refresh}($1)", touched)


async def write_answers(
    connection: asyncpg.Connection, answers: Iterable[tuple[LlmAnswer, str]], ids: Ids
) -> None:
    """Keep what GGUF models said, so that they are not asked again.

    `answers` are pairs of an answer and the name of its model.
    """
    rows = {
        answer.prompt_hash: (
            bytes.fromhex(answer.prompt_hash),
            answer.text,
            answer.parsed,
            ids.model(model),
        )
        for answer, model in answers
    }
    await connection.execute(_ANSWERS, *columns([rows[key] for key in sorted(rows)], 4))


def _payload(result: Result) -> dict[str, Any]:
    """What history keeps of a result beside its key."""
    match result:
        case Classification():
            return result.verdict.model_dump(mode="json", exclude_none=True)
        case Extraction():
            fields = {"metadata", "technical", "evidence", "llm"}
            payload = result.model_dump(
                mode="json", include=fields, exclude_none=True, exclude_defaults=False
            )
            payload["technical"] = result.technical.model_dump(mode="json", exclude_defaults=True)
            return {**payload, "uniform": uniform(result.metadata).model_dump(exclude_none=True)}
        case Link():
            return result.match.model_dump(mode="json", exclude_none=True)
        case _:
            raise TypeError(f"no table for a {type(result).__name__}")
