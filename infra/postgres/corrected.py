"""Reads of corrections: what was said, what stands, and what the models said of the same field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from infra.postgres.jsonb import loaded
from schemas import Stage, Subcategory

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MAX_LISTED = 100
"""Corrections of one page of the list."""

MAX_COUNTS = 200
"""Rows of counts: the models and rules that were most often wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One correction as it is stored, and whether it stands."""

    id: str
    infohash: str
    name: str | None
    """Of the torrent; None where none is stored."""
    stage: str
    field: str
    verdict: str
    value: Any
    said: Any
    """What the result said when it was looked at."""
    model: str | None
    rule: str | None
    reporter: str
    observed_at: datetime
    revoked_by: str | None
    """Who took it back; None: it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which corrections are listed; None is any."""

    infohash: str | None = None
    field: str | None = None
    verdict: str | None = None
    reporter: str | None = None
    model: str | None = None
    standing: bool = False
    adult: bool = False
    """Whether those of adult works are listed; of one torrent that is asked for all are."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of corrections, the newest first, and where the next one begins."""

    rows: tuple[Listed, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A field of a torrent that somebody corrected or doubts."""

    id: str
    stage: str
    field: str
    verdict: str
    value: Any
    """The right value, which is shown; None: none was given, or the model was said to be right."""
    machine: Any
    """What the models say now."""
    machine_agrees: bool
    torrent_changed: bool
    """The models have read another input since; the value holds."""
    reporter: str
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often people said wrong and right of what a rule of a model said of a field."""

    stage: str
    model: str
    revision: int | None
    method: str | None
    rule: str | None
    field: str
    wrong: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The current result of a stage, as a correction names it."""

    subcategory: Subcategory | None
    """Of the extraction; of the class where nothing was extracted."""
    result_id: str | None = None
    input_hash: str | None = None
    revision: int | None = None
    method: str | None = None
    model: str | None = None
    rule: str | None = None
    said: Any = None


_LISTED = """
SELECT encode(c.id, 'hex') AS id, encode(c.infohash, 'hex') AS infohash, t.name, c.stage::text,
    c.field, c.verdict, c.value, c.said, c.model, c.rule, c.reporter, c.observed_at,
    (SELECT later.reporter FROM corrections later
     WHERE later.revokes = c.id AND later.infohash = c.infohash
     ORDER BY later.observed_at, later.id LIMIT 1) AS revoked_by
FROM corrections c LEFT JOIN torrents t ON t.infohash = c.infohash
"""

_IS_ADULT = "EXISTS (SELECT FROM classifications k WHERE k.infohash = c.infohash AND k.nsfw)"

_STANDS = """(c.verdict <> 'withdrawn' AND NOT EXISTS (
    SELECT FROM corrections later WHERE later.revokes = c.id AND later.infohash = c.infohash))"""
"""As the view standing_corrections says it; asked of the row, the page reads no other rows."""

_PAGE = f"""{_LISTED}
WHERE ($1::bytea IS NULL OR c.infohash = $1)
    AND ($2::text IS NULL OR c.field = $2) AND ($3::text IS NULL OR c.verdict = $3)
    AND ($4::text IS NULL OR c.reporter = $4) AND ($5::text IS NULL OR c.model = $5)
    AND (NOT $6::boolean OR {_STANDS})
    AND ($7::timestamptz IS NULL OR (c.observed_at, c.id) < ($7, $8::bytea))
    AND ($10::boolean OR $1 IS NOT NULL OR NOT {_IS_ADULT})
ORDER BY c.observed_at DESC, c.id DESC LIMIT $9
"""

_SHOWN = """
SELECT encode(infohash_bytes, 'hex') AS infohash, id, stage::text, field, verdict, value, machine,
    machine_agrees, torrent_changed, reporter, observed_at
FROM corrected WHERE infohash_bytes = ANY ($1::bytea[]) ORDER BY stage, field
"""

_COUNTS = f"""
SELECT stage::text, model, revision, method::text, rule, field, wrong, "right"
FROM correction_counts ORDER BY wrong DESC, "right" DESC, model, rule, field LIMIT {MAX_COUNTS}
"""  # noqa: S608 (a constant)

_CLASS_OF = """
SELECT coalesce(e.subcategory, c.subcategory)
FROM torrents t
LEFT JOIN classifications c USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE t.infohash = $1
"""

_IS_STORED = "SELECT EXISTS (SELECT FROM torrents WHERE infohash = $1)"

_RESULT_AT = """
SELECT encode(r.result_id, 'hex') AS result_id, encode(r.input_hash, 'hex') AS input_hash,
    r.revision, r.method::text AS method, m.name AS model, {rule} AS rule,
    said_of($1, $3, $2) AS said
FROM {table} JOIN model m ON m.id = r.model_id
WHERE r.infohash = $1
"""

_RESULT = {
    Stage.CLASSIFY: ("classifications r", "coalesce(r.rule, r.source)"),
    Stage.EXTRACT: ("extractions r", "r.evidence->own_field(r.subcategory, $2)->>0"),
    Stage.MATCH: (
        "extractions x JOIN links r ON r.infohash = x.infohash AND r.extraction_id = x.result_id",
        "r.status",
    ),
}
"""The table of a stage's current result, and the rule or source that said a field there."""


async def listed(
    connection: asyncpg.Connection, wanted: Wanted, *, after: str | None = None, limit: int = 50
) -> Listing:
    """Corrections that are wanted, the newest first; `after` is where the page before ended."""
    infohash = _bytes(wanted.infohash) if wanted.infohash is not None else None
    if wanted.infohash is not None and infohash is None:
        return Listing((), None)
    moment, last = _place(after)
    size = max(1, min(limit, MAX_LISTED))
    records = await connection.fetch(
        _PAGE,
        infohash,
        wanted.field,
        wanted.verdict,
        wanted.reporter,
        wanted.model,
        wanted.standing,
        moment,
        last,
        size + 1,
        wanted.adult,
    )
    rows = tuple(_listed(record) for record in records[:size])
    return Listing(rows, _cursor(rows[-1]) if len(records) > size else None)


async def correction_by_id(connection: asyncpg.Connection, identity: str) -> Listed | None:
    """A correction by its id (32 hex digits). Returns None if there is none."""
    if (key := _bytes(identity)) is None:
        return None
    query = f"{_LISTED} WHERE c.id = $1"
    record = await connection.fetchrow(query, key)
    return _listed(record) if record else None


async def shown(
    connection: asyncpg.Connection, infohashes: Sequence[str]
) -> dict[str, tuple[Shown, ...]]:
    """What is corrected or doubted of some torrents, by infohash; those of nothing are left out."""
    keys = [key for infohash in infohashes if (key := _bytes(infohash)) is not None]
    fields: dict[str, tuple[Shown, ...]] = {}
    for record in await connection.fetch(_SHOWN, keys) if keys else ():
        values = dict(record)
        infohash = values.pop("infohash")
        values |= {name: loaded(values[name]) for name in ("value", "machine")}
        fields[infohash] = (*fields.get(infohash, ()), Shown(**values))
    return fields


async def counted(connection: asyncpg.Connection) -> tuple[Counted, ...]:
    """How often models and rules were wrong, the worst first."""
    return tuple(Counted(**dict(record)) for record in await connection.fetch(_COUNTS))


async def result_at(
    connection: asyncpg.Connection, infohash: str, stage: Stage, field: str, place: str
) -> Result | None:
    """The result that says a field of a torrent now. Returns None if the torrent is not stored."""
    key = bytes.fromhex(infohash)
    if not await connection.fetchval(_IS_STORED, key):
        return None
    subcategory = await class_of(connection, infohash)
    table, rule = _RESULT[stage]
    query = _RESULT_AT.format(table=table, rule=rule)  # constants
    record = await connection.fetchrow(query, key, field, place)
    if record is None:
        return Result(subcategory=subcategory)
    values = {**dict(record), "said": loaded(record["said"])}
    return Result(subcategory=subcategory, **values)


async def class_of(connection: asyncpg.Connection, infohash: str) -> Subcategory | None:
    """The subcategory that decides which fields a torrent has. Returns None if it has none."""
    name = await connection.fetchval(_CLASS_OF, bytes.fromhex(infohash))
    return Subcategory(name) if name else None


async def shown_stages(connection: asyncpg.Connection, infohash: str) -> frozenset[Stage]:
    """The stages that have a current result of a torrent: their fields can be shown corrected."""
    key = bytes.fromhex(infohash)
    stages = []
    for stage, (table, _) in _RESULT.items():
        query = f"SELECT EXISTS (SELECT FROM {table} WHERE r.infohash = $1)"  # noqa: S608 (constants)
        if await connection.fetchval(query, key):
            stages.append(stage)
    return frozenset(stages)


def _listed(record: asyncpg.Record) -> Listed:
    values = dict(record)
    return Listed(**{**values, "value": loaded(values["value"]), "said": loaded(values["said"])})


def _cursor(row: Listed) -> str:
    return f"{(row.observed_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _place(after: str | None) -> tuple[datetime | None, bytes | None]:
    """Where a page ended; what is no such place begins at the first page."""
    moment, _, identity = (after or "").partition("-")
    key = _bytes(identity)
    try:
        return (_EPOCH + timedelta(microseconds=int(moment)), key) if key else (None, None)
    except (ValueError, OverflowError):
        return None, None


def _bytes(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) or None
    except ValueError:
        return None
