"""The writes of the store stage, in batches. Each is idempotent: written twice, in any order, the
tables are the same.

Only the store calls these. Batches of about a thousand rows go in one `unnest` statement a table
(measured faster than COPY up to that size); keys are deduplicated and sorted, so that two writers
cannot deadlock.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from infra.postgres.activate import REFRESH
from schemas import (
    Classification,
    DeadLetter,
    Extraction,
    Link,
    LlmAnswer,
    Provenance,
    Result,
    Torrent,
    uniform,
)

_TORRENTS = """
INSERT INTO torrents AS t (infohash, name, size, num_files, file_paths, file_sizes, created_at, observed_at, input_hash,
    provenance_id, meta_version, infohash_v2, flags, seeders, leechers, completed, swarm_seen_at)
SELECT r.infohash, r.name, r.size, r.num_files,
    CASE WHEN r.files IS NULL THEN NULL ELSE ARRAY(SELECT jsonb_array_elements_text(r.files->'paths')) END,
    CASE WHEN r.files IS NULL THEN NULL ELSE ARRAY(SELECT jsonb_array_elements_text(r.files->'sizes')::bigint) END,
    r.created_at, r.observed_at, r.input_hash, r.provenance_id, r.meta_version, r.infohash_v2,
    ARRAY(SELECT jsonb_array_elements_text(r.flags)), r.seeders, r.leechers, r.completed, r.swarm_seen_at
FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::int[], $5::jsonb[], $6::timestamptz[], $7::timestamptz[], $8::bytea[],
    $9::int[], $10::smallint[], $11::bytea[], $12::jsonb[], $13::int[], $14::int[], $15::int[], $16::timestamptz[])
    AS r(infohash, name, size, num_files, files, created_at, observed_at, input_hash, provenance_id, meta_version,
         infohash_v2, flags, seeders, leechers, completed, swarm_seen_at)
ON CONFLICT (infohash) DO UPDATE SET
    name = excluded.name, observed_at = excluded.observed_at, input_hash = excluded.input_hash,
    provenance_id = excluded.provenance_id, flags = excluded.flags,
    -- An infohash fixes its content: a poorer record never erases what a richer one knew.
    size = coalesce(excluded.size, t.size), num_files = coalesce(excluded.num_files, t.num_files),
    file_paths = coalesce(excluded.file_paths, t.file_paths), file_sizes = coalesce(excluded.file_sizes, t.file_sizes),
    created_at = coalesce(excluded.created_at, t.created_at), meta_version = coalesce(excluded.meta_version, t.meta_version),
    infohash_v2 = coalesce(excluded.infohash_v2, t.infohash_v2)
WHERE (excluded.observed_at, excluded.input_hash) > (t.observed_at, t.input_hash)
"""

_FILL = """
UPDATE torrents t SET size = coalesce(t.size, r.size), num_files = coalesce(t.num_files, r.num_files),
    file_paths = coalesce(t.file_paths, ARRAY(SELECT jsonb_array_elements_text(r.files->'paths'))),
    file_sizes = coalesce(t.file_sizes, ARRAY(SELECT jsonb_array_elements_text(r.files->'sizes')::bigint))
FROM unnest($1::bytea[], $2::bigint[], $3::int[], $4::jsonb[]) AS r(infohash, size, num_files, files)
WHERE t.infohash = r.infohash AND (t.file_paths IS NULL AND r.files IS NOT NULL)
"""

_SWARM = """
UPDATE torrents t SET seeders = r.seeders, leechers = r.leechers, completed = r.completed, swarm_seen_at = r.seen_at
FROM unnest($1::bytea[], $2::int[], $3::int[], $4::int[], $5::timestamptz[])
    AS r(infohash, seeders, leechers, completed, seen_at)
WHERE t.infohash = r.infohash AND (t.swarm_seen_at IS NULL OR t.swarm_seen_at < r.seen_at)
"""

_HISTORY = """
INSERT INTO history AS h (infohash, stage, revision, input_hash, method, result_id, of_result, observed_at, reference_date,
    model_id, result)
SELECT infohash, stage::stage, revision, input_hash, method::method, result_id, of_result, observed_at, reference_date,
    model_id, result
FROM unnest($1::bytea[], $2::text[], $3::smallint[], $4::bytea[], $5::text[], $6::bytea[], $7::bytea[], $8::timestamptz[],
    $9::date[], $10::int[], $11::jsonb[])
    AS r(infohash, stage, revision, input_hash, method, result_id, of_result, observed_at, reference_date, model_id, result)
ON CONFLICT (infohash, stage, revision, input_hash, method) DO UPDATE SET observed_at = excluded.observed_at
WHERE excluded.observed_at > h.observed_at
"""

_ANSWERS = """
INSERT INTO llm_answers (prompt_hash, answer, parsed, model_id)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::boolean[], $4::int[])
ON CONFLICT (prompt_hash) DO NOTHING
"""

_DEAD_LETTERS = """
INSERT INTO dead_letters (id, stage, reason, error, attempts, topic, partition, "offset", at, key, value)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::bigint[],
    $9::timestamptz[], $10::bytea[], $11::bytea[])
ON CONFLICT (id) DO NOTHING
"""

_PROVENANCE = """
WITH added AS (
    INSERT INTO provenance (source, origin, dataset) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM added
UNION ALL
SELECT id FROM provenance WHERE source = $1 AND origin = $2 AND dataset IS NOT DISTINCT FROM $3
LIMIT 1
"""

_MODEL = """
WITH added AS (INSERT INTO model (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id)
SELECT id FROM added UNION ALL SELECT id FROM model WHERE name = $1 LIMIT 1
"""


class Ids:
    """The small ids of provenances and models, made when first seen and remembered.

    Resolve them before the transaction that uses them: an id made inside one that rolls back would
    be remembered wrongly.
    """

    def __init__(self) -> None:
        self._provenance: dict[Provenance, int] = {}
        self._model: dict[str, int] = {}

    async def learn(self, connection: asyncpg.Connection, results: Iterable[Result]) -> None:
        """Make sure that every provenance and model of a batch has its id."""
        for result in results:
            if result.model not in self._model:
                self._model[result.model] = await self._fetch(connection, _MODEL, result.model)
            if (
                isinstance(result, Classification)
                and result.torrent.provenance not in self._provenance
            ):
                origin = result.torrent.provenance
                self._provenance[origin] = await self._fetch(
                    connection, _PROVENANCE, origin.source.value, origin.origin, origin.dataset
                )

    def provenance(self, provenance: Provenance) -> int:
        return self._provenance[provenance]

    def model(self, name: str) -> int:
        return self._model[name]

    @staticmethod
    async def _fetch(connection: asyncpg.Connection, query: str, *arguments: object) -> int:
        while True:
            # Another writer may insert the same row between our two looks; the second pass then
            # sees it.
            if (found := await connection.fetchval(query, *arguments)) is not None:
                return int(found)


async def write_torrents(
    connection: asyncpg.Connection, torrents: Iterable[Torrent], ids: Ids
) -> None:
    """Upsert torrents: the latest observation wins, what it does not know is kept, swarm figures
    have their own clock.
    """
    latest: dict[str, Torrent] = {}
    poorer: list[Torrent] = []
    for torrent in torrents:
        other = latest.get(torrent.infohash)
        if other is None or (torrent.observed_at, torrent.input_hash) > (
            other.observed_at,
            other.input_hash,
        ):
            latest[torrent.infohash] = torrent
            if other is not None:
                poorer.append(other)
        else:
            poorer.append(torrent)
    rows = sorted(latest.values(), key=lambda torrent: torrent.infohash)
    await connection.execute(
        _TORRENTS, *_columns([_torrent_row(torrent, ids) for torrent in rows], 16)
    )
    everything = sorted([*rows, *poorer], key=lambda torrent: torrent.infohash)
    if listed := [torrent for torrent in everything if torrent.files is not None]:
        fill = {
            t.infohash: (bytes.fromhex(t.infohash), t.size, t.num_files, _files(t)) for t in listed
        }
        await connection.execute(_FILL, *_columns(list(fill.values()), 4))
    swarms: dict[str, tuple[Any, ...]] = {}
    for torrent in sorted(everything, key=_swarm_moment):
        if torrent.swarm is not None:
            swarm = torrent.swarm
            key = bytes.fromhex(torrent.infohash)
            swarms[torrent.infohash] = (
                key,
                swarm.seeders,
                swarm.leechers,
                swarm.completed,
                _swarm_moment(torrent),
            )
    if swarms:
        await connection.execute(_SWARM, *_columns([swarms[key] for key in sorted(swarms)], 5))


async def write_results(
    connection: asyncpg.Connection, results: Sequence[Result], ids: Ids
) -> None:
    """Append results to history and choose the current ones anew for the torrents they are about."""
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
    await connection.execute(_HISTORY, *_columns([rows[key] for key in sorted(rows)], 11))
    for stage, refresh in REFRESH.items():
        if touched := sorted({key for (key, _), row in rows.items() if row[1] == stage}):
            await connection.execute(
                f"SELECT {refresh}($1)", touched
            )  # a constant of ours, not input


async def write_answers(
    connection: asyncpg.Connection, answers: Iterable[tuple[LlmAnswer, str]], ids: Ids
) -> None:
    """Keep what GGUF models said, so that they are not asked again. Rows are (answer, model name)."""
    rows = {
        a.prompt_hash: (bytes.fromhex(a.prompt_hash), a.text, a.parsed, ids.model(model))
        for a, model in answers
    }
    await connection.execute(_ANSWERS, *_columns([rows[key] for key in sorted(rows)], 4))


async def write_dead_letters(connection: asyncpg.Connection, letters: Iterable[DeadLetter]) -> None:
    """Keep dead letters where SQL can count them."""
    rows = {
        letter.event_id: (
            bytes.fromhex(letter.event_id),
            letter.stage,
            letter.reason,
            letter.error,
            letter.attempts,
            letter.topic,
            letter.partition,
            letter.offset,
            letter.at,
            letter.key,
            letter.value,
        )
        for letter in letters
    }
    await connection.execute(_DEAD_LETTERS, *_columns([rows[key] for key in sorted(rows)], 11))


async def mark_redriven(connection: asyncpg.Connection, ids: Iterable[str]) -> None:
    """Note that dead letters were sent back to their topics."""
    await connection.execute(
        "UPDATE dead_letters SET redriven_at = now() WHERE id = ANY($1::bytea[]) AND redriven_at IS NULL",
        [bytes.fromhex(one) for one in sorted(set(ids))],
    )


def _torrent_row(torrent: Torrent, ids: Ids) -> tuple[Any, ...]:
    swarm = torrent.swarm
    return (
        bytes.fromhex(torrent.infohash),
        torrent.name,
        torrent.size,
        torrent.num_files,
        _files(torrent),
        torrent.created_at,
        torrent.observed_at,
        bytes.fromhex(torrent.input_hash),
        ids.provenance(torrent.provenance),
        torrent.meta_version,
        bytes.fromhex(torrent.infohash_v2) if torrent.infohash_v2 else None,
        json.dumps([flag.value for flag in torrent.flags]),
        swarm and swarm.seeders,
        swarm and swarm.leechers,
        swarm and swarm.completed,
        _swarm_moment(torrent) if swarm else None,
    )


def _files(torrent: Torrent) -> str | None:
    if torrent.files is None:
        return None
    return json.dumps(
        {
            "paths": [file.path for file in torrent.files],
            "sizes": [file.size for file in torrent.files],
        }
    )


def _swarm_moment(torrent: Torrent) -> Any:
    return (torrent.swarm and torrent.swarm.seen_at) or torrent.observed_at


def _payload(result: Result) -> dict[str, Any]:
    match result:
        case Classification():
            return result.verdict.model_dump(mode="json", exclude_none=True)
        case Extraction():
            kept = {"metadata", "technical", "evidence", "llm"}
            payload = result.model_dump(
                mode="json", include=kept, exclude_none=True, exclude_defaults=False
            )
            payload["technical"] = result.technical.model_dump(mode="json", exclude_defaults=True)
            return {**payload, "uniform": uniform(result.metadata).model_dump(exclude_none=True)}
        case Link():
            return result.match.model_dump(mode="json", exclude_none=True)
        case _:
            raise TypeError(f"no table for a {type(result).__name__}")


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows to columns, as `unnest` takes them; `width` is needed where there are no rows."""
    return [[row[column] for row in rows] for column in range(width)]
