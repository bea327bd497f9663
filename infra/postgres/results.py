"""The write of results: new ones are current, and where there are rivals the better one is."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from infra.postgres.columns import columns
from infra.postgres.current import CURRENT, Current, Key
from infra.postgres.ids import Ids
from infra.postgres.reused import claim, is_second_hand, write_reused
from schemas import Classification, Extraction, Link, LlmAnswer, Result, uniform

_SUPERSEDED = """
INSERT INTO superseded AS s (stage, infohash, revision, input_hash, method, result_id, of_result,
    observed_at, reference_date, model_id, result)
SELECT stage::stage, infohash, revision, input_hash, method::method, result_id, of_result,
    observed_at, reference_date, model_id, result
FROM unnest($1::text[], $2::bytea[], $3::smallint[], $4::bytea[], $5::text[], $6::bytea[],
    $7::bytea[], $8::timestamptz[], $9::date[], $10::integer[], $11::jsonb[])
    AS r(stage, infohash, revision, input_hash, method, result_id, of_result, observed_at,
         reference_date, model_id, result)
ON CONFLICT (stage, infohash, revision, input_hash, method) DO UPDATE SET
    observed_at = excluded.observed_at
WHERE excluded.observed_at > s.observed_at
"""

_MENDED = """
UPDATE superseded s SET result = r.result
FROM unnest($2::bytea[], $3::bytea[], $4::jsonb[]) AS r(infohash, result_id, result)
WHERE s.stage = $1::stage AND s.infohash = r.infohash AND s.result_id = r.result_id
"""

_ANSWERS = """
INSERT INTO llm_answers (prompt_hash, answer, parsed, model_id)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::boolean[], $4::integer[])
ON CONFLICT (prompt_hash) DO NOTHING
"""


async def write_results(
    connection: asyncpg.Connection, results: Sequence[Result], ids: Ids
) -> None:
    """Write results, and choose the current ones of their torrents anew where there are several.

    Our own answer takes the place of other nodes' to the same question, whichever came first.
    Their models and revisions are among those that `ids` learned.
    """
    newest = _newest(results)
    claimed = await claim(connection, newest.values())
    await write_reused(connection, newest.values())
    for current in CURRENT:
        of_stage = {
            bytes.fromhex(identity): result
            for identity, result in newest.items()
            if result.stage is current.stage
        }
        if mended := claimed & of_stage.keys():
            await _overwrite(connection, current, [of_stage[name] for name in sorted(mended)], ids)
        if of_stage:
            await _write_stage(connection, current, of_stage, ids)


def _newest(results: Sequence[Result]) -> dict[str, Result]:
    """Results by id, as they were seen last; our own answer goes before that of other nodes."""
    newest: dict[str, Result] = {}
    for result in results:
        before = newest.setdefault(result.result_id, result)
        chosen = result if is_second_hand(before) and not is_second_hand(result) else before
        later = max(before.observed_at, result.observed_at)
        if chosen.observed_at != later:
            chosen = chosen.model_copy(update={"observed_at": later})
        newest[result.result_id] = chosen
    return newest


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


async def _overwrite(
    connection: asyncpg.Connection, current: Current, results: Sequence[Result], ids: Ids
) -> None:
    """Put results in the place of those of the same ids, current or not."""
    rows = [current.row(bytes.fromhex(result.result_id), result, ids) for result in results]
    await connection.execute(current.overwrite, *columns(rows, len(current.columns)))
    told = [
        (bytes.fromhex(result.infohash), bytes.fromhex(result.result_id), _json(result))
        for result in results
    ]
    await connection.execute(_MENDED, current.stage.value, *columns(told, 3))


async def _write_stage(
    connection: asyncpg.Connection, current: Current, results: dict[bytes, Result], ids: Ids
) -> None:
    """Write results of one stage, by their ids.

    Most torrents have no more than one, so one statement writes what has no row yet. Where there is
    a row, the better of the two is chosen; that row is often of the same result, seen again.
    """
    first: dict[Key, bytes] = {}
    for identity, result in results.items():
        first.setdefault(current.key(result), identity)
    rows = [current.row(first[key], results[first[key]], ids) for key in sorted(first)]
    written = await connection.fetch(current.insert, *columns(rows, len(current.columns)))
    is_new = {row["result_id"]: row["is_new"] for row in written}
    rivals = {identity: result for identity, result in results.items() if identity not in is_new}
    if rivals:
        await _write_rivals(connection, current, rivals, ids)
    again = (identity for identity in results if not is_new.get(identity, False))
    if touched := {bytes.fromhex(results[identity].infohash) for identity in again}:
        # The function's name is a constant of ours, not input.
        await connection.execute(f"SELECT {current.refresh}($1)", sorted(touched))


async def _write_rivals(
    connection: asyncpg.Connection, current: Current, results: dict[bytes, Result], ids: Ids
) -> None:
    """Put results beside the current ones of their torrents, unless they are these."""
    infohashes = [bytes.fromhex(result.infohash) for result in results.values()]
    moments = [result.observed_at for result in results.values()]
    known = await connection.fetch(current.seen_again, infohashes, list(results), moments)
    others = results.keys() - {row["result_id"] for row in known}
    if others:
        rows = [_row(identity, results[identity], ids) for identity in sorted(others)]
        await connection.execute(_SUPERSEDED, *columns(rows, 11))


def _row(identity: bytes, result: Result, ids: Ids) -> tuple[Any, ...]:
    """A result as the table of superseded results has it."""
    return (
        result.stage.value,
        bytes.fromhex(result.infohash),
        result.revision,
        bytes.fromhex(result.input_hash),
        result.method.value,
        identity,
        bytes.fromhex(result.extraction_id) if isinstance(result, Link) else None,
        result.observed_at,
        result.reference_date,
        ids.model(result.model),
        _json(result),
    )


def _json(result: Result) -> str:
    return json.dumps(_payload(result))


def _payload(result: Result) -> dict[str, Any]:
    """What history says of a result beside its key."""
    match result:
        case Classification():
            return result.verdict.model_dump(mode="json", exclude_none=True)
        case Extraction():
            fields = {"metadata", "technical", "evidence", "llm"}
            payload = result.model_dump(mode="json", include=fields, exclude_none=True)
            payload["technical"] = result.technical.model_dump(mode="json", exclude_defaults=True)
            return {**payload, "uniform": uniform(result.metadata).model_dump(exclude_none=True)}
        case Link():
            return result.match.model_dump(mode="json", exclude_none=True)
        case _:
            raise TypeError(f"no table for a {type(result).__name__}")
