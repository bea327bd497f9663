"""All that is known of one torrent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import asyncpg

from infra.postgres.corrected import shown
from infra.postgres.jsonb import loaded
from infra.postgres.search.rows import COLUMNS, FROM, Row, row_of

MAX_HISTORY = 200
"""Results of one torrent that are told, the newest first."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a torrent; the size is in bytes."""

    path: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage said once: by which method, model and revision."""

    stage: str
    method: str
    model: str
    revision: int
    result_id: str
    input_hash: str
    observed_at: datetime
    recorded_at: datetime
    reference_date: date | None
    is_current: bool
    result: Mapping[str, Any]
    """As the event has it: for classify `medium`, `rule`, `why`, …; for extract `metadata`,
    `technical`, `evidence` (field -> source, confidence, span or path), `uniform`; for match
    `status`, `score`, `margin`, `why`, `candidates`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One torrent: its row, its files, and what every stage said of it."""

    row: Row
    files: tuple[File, ...] | None
    """At most 2,000; None where they are unknown. `row.num_files` is the true count."""
    flags: tuple[str, ...]
    """What was done to the record to make it fit."""
    source: str
    origin: str
    dataset: str | None
    results: Mapping[str, StageResult]
    """Stage -> its current result."""
    history: tuple[StageResult, ...]
    """Every result, current ones included, newest first."""
    corrections: tuple[Mapping[str, Any], ...] = ()
    """The fields of `infra.postgres.corrected.Shown`, of each field that people corrected or doubt.
    """


_DETAIL = f"""SELECT {COLUMNS}, t.file_paths, t.file_sizes, t.flags || t.file_flags AS flags,
    p.source, p.origin, p.dataset, c.result_id AS classification_id, e.result_id AS extraction_id,
    l.result_id AS link_id
FROM {FROM} LEFT JOIN provenance p ON p.id = t.provenance_id
WHERE c.infohash = $1"""  # noqa: S608 (constants)

_HISTORY = f"""SELECT h.stage::text, h.method::text, m.name AS model, h.revision, h.result_id,
    h.input_hash, h.observed_at, h.recorded_at, h.reference_date, h.result
FROM history h JOIN model m ON m.id = h.model_id
WHERE h.infohash = $1
ORDER BY h.observed_at DESC, h.recorded_at DESC, h.stage, h.method DESC, h.revision DESC
LIMIT {MAX_HISTORY}"""  # noqa: S608 (constants)


async def torrent(connection: asyncpg.Connection, infohash: str) -> Detail | None:
    """All of one torrent. Returns None if the infohash (40 hex digits) is unknown or is none."""
    try:
        key = bytes.fromhex(infohash)
    except ValueError:
        return None
    record = await connection.fetchrow(_DETAIL, key)
    if record is None:
        return None
    current = {record["classification_id"], record["extraction_id"], record["link_id"]}
    said = await connection.fetch(_HISTORY, key)
    history = tuple(_result(result, result["result_id"] in current) for result in said)
    corrected = await shown(connection, [infohash])
    files = None
    if record["file_paths"] is not None:
        pairs = zip(record["file_paths"], record["file_sizes"], strict=True)
        files = tuple(File(path, size) for path, size in pairs)
    return Detail(
        row=row_of(record),
        files=files,
        flags=tuple(record["flags"]),
        source=record["source"] or "",
        origin=record["origin"] or "",
        dataset=record["dataset"],
        results={result.stage: result for result in history if result.is_current},
        history=history,
        corrections=tuple(map(asdict, corrected.get(key.hex(), ()))),
    )


def _result(record: asyncpg.Record, is_current: bool) -> StageResult:
    return StageResult(
        stage=record["stage"],
        method=record["method"],
        model=record["model"],
        revision=record["revision"],
        result_id=record["result_id"].hex(),
        input_hash=record["input_hash"].hex(),
        observed_at=record["observed_at"],
        recorded_at=record["recorded_at"],
        reference_date=record["reference_date"],
        is_current=is_current,
        result=loaded(record["result"]),
    )
