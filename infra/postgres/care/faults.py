"""What cannot be if every write was whole: rows that contradict each other, found by SQL.

A current result is a row of its own and at the same time the newest part of history. So these are
asked: is it the one that the rule chooses (`newly_current`), has it the name that its key gives it,
do its columns follow from each other, and does it show what people said.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import asyncpg

from schemas import MEDIUM_OF

_TABLE_OF = {"classify": "classifications", "extract": "extractions", "match": "links"}

_FEW = 50_000
"""Torrents that are asked about at once; of more a sixteenth, or a 256th at a time."""


@dataclass(frozen=True, slots=True)
class Check:
    """A fault that is looked for."""

    name: str
    what: str
    """The fault, in words."""
    query: str
    """Gives infohash and detail of each faulty row WITHIN(a range of this column)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is wrong."""

    check: str
    infohash: str
    detail: str


@dataclass(frozen=True, slots=True)
class Range:
    """Infohashes from `first` on, up to and without `end`; None: to the last."""

    first: bytes
    end: bytes | None


def _bounded(query: str) -> str:
    """A query with `WITHIN(column)` spelled out."""
    return re.sub(r"WITHIN\(([\w.]+)\)", r"(\1 >= $1 AND ($2::bytea IS NULL OR \1 < $2))", query)


def _digest(*parts: str) -> str:
    """`schemas.base.digest` in SQL."""
    bytes_of = [rf"'\x01'::bytea || convert_to({part}, 'UTF8')" for part in parts]
    joined = " || ".join(f"int4send(octet_length({part})) || {part}" for part in bytes_of)
    return f"substr(sha256({joined}), 1, 16)"


def _misnamed(stage: str, table: str) -> str:
    named = _digest(
        f"'{stage}'",
        "encode(c.infohash, 'hex')",
        "c.revision::text",
        "encode(c.input_hash, 'hex')",
        "c.method::text",
    )
    where = f"c.stage = '{stage}' AND " if table == "superseded" else ""
    return (
        f"SELECT c.infohash, '{table}: ' || encode(c.result_id, 'hex') AS detail FROM {table} c"  # noqa: S608
        f" WHERE {where}WITHIN(c.infohash) AND c.result_id <> {named}"
    )


def _not_current(stage: str) -> str:
    asked = f"SELECT infohash FROM superseded WHERE stage = '{stage}' AND WITHIN(infohash)"  # noqa: S608
    return (
        f"SELECT n.infohash, '{stage}: history says revision ' || n.revision || ' by ' || n.method"  # noqa: S608
        f" AS detail FROM newly_current('{stage}', ARRAY({asked})) n"
    )


def _twice(stage: str, table: str) -> str:
    return (
        f"SELECT c.infohash, '{stage}: revision ' || c.revision AS detail FROM {table} c"  # noqa: S608
        f" JOIN superseded s ON s.stage = '{stage}' AND s.infohash = c.infohash"
        " AND (s.revision, s.input_hash, s.method) = (c.revision, c.input_hash, c.method)"
        " WHERE WITHIN(c.infohash)"
    )


def _of_all(make: str) -> str:
    """A query for every table of results, put together."""
    return " UNION ALL ".join(
        make.format(stage=stage, table=table) for stage, table in _TABLE_OF.items()
    )


_MEDIA = ", ".join(f"('{medium}', '{subcategory}')" for subcategory, medium in MEDIUM_OF.items())

_CREATOR = """CASE own_field(m->>'subcategory', 'creator')
    WHEN 'artists' THEN CASE WHEN jsonb_array_length(m->'artists') = 1 THEN m->'artists'->>0 END
    ELSE m->>own_field(m->>'subcategory', 'creator') END"""

_SHOWN_WRONG = """
SELECT r.infohash, 'class: ' || r.field AS detail
FROM right_values r JOIN classifications c ON c.infohash = r.infohash
WHERE r.stage = 'classify' AND WITHIN(r.infohash) AND CASE r.field
    WHEN 'medium' THEN c.medium || '/' || c.subcategory <> r.value #>> '{}'
    ELSE c.nsfw <> (r.value #>> '{}')::boolean END
UNION ALL
SELECT r.infohash, 'extraction: ' || r.field
FROM right_values r JOIN extractions e ON e.infohash = r.infohash
WHERE r.stage = 'extract' AND WITHIN(r.infohash) AND CASE r.place
    WHEN 'technical' THEN e.technical->r.field IS DISTINCT FROM r.value
    WHEN 'uniform' THEN CASE r.field WHEN 'title' THEN e.title WHEN 'creator' THEN e.creator
        ELSE e.year::text END IS DISTINCT FROM r.value #>> '{}'
    ELSE e.metadata->r.field IS DISTINCT FROM r.value END
UNION ALL
SELECT r.infohash, 'link'
FROM right_values r JOIN links l ON l.infohash = r.infohash
WHERE r.stage = 'match' AND WITHIN(r.infohash) AND r.value #>> '{}' <> coalesce(
    'release-group/' || l.release_group_mbid, 'artist/' || l.artist_mbid, 'none')
"""

_SAID_OF = """
SELECT c.infohash, '{stage}' AS detail FROM {table} c
WHERE WITHIN(c.infohash) AND c.machine IS NOT NULL AND NOT EXISTS (
    SELECT FROM right_values r WHERE r.infohash = c.infohash AND r.stage = '{stage}')"""

_UNKNOWN = """
SELECT c.infohash, '{stage}: model ' || c.model_id || ', revision ' || c.revision AS detail
FROM {table} c WHERE WITHIN(c.infohash) AND (
    NOT EXISTS (SELECT FROM model m WHERE m.id = c.model_id)
    OR NOT EXISTS (SELECT FROM revisions r WHERE (r.stage, r.method, r.revision)
        = ('{stage}', c.method, c.revision)))"""

_APART = f"""
SELECT c.infohash, c.medium || '/' || c.subcategory || ' ' || c.torznab AS detail
FROM classifications c WHERE WITHIN(c.infohash) AND (
    c.torznab <> torznab_of(c.subcategory, c.nsfw)
    OR (c.medium, c.subcategory) NOT IN (VALUES {_MEDIA}))"""  # noqa: S608 (our own names)

CHECKS = (
    Check(
        "unclassified",
        "a torrent without a class",
        "SELECT t.infohash, t.name AS detail FROM torrents t"
        " LEFT JOIN classifications c ON c.infohash = t.infohash"
        " WHERE WITHIN(t.infohash) AND c.infohash IS NULL",
    ),
    Check(
        "class without torrent",
        "a class of a torrent that is not stored",
        "SELECT c.infohash, c.subcategory AS detail FROM classifications c"
        " LEFT JOIN torrents t ON t.infohash = c.infohash"
        " WHERE WITHIN(c.infohash) AND t.infohash IS NULL",
    ),
    Check(
        "not what history says",
        "a current result that is not the one that the rule chooses",
        " UNION ALL ".join(_not_current(stage) for stage in _TABLE_OF),
    ),
    Check(
        "twice",
        "a result that is current and superseded",
        " UNION ALL ".join(_twice(stage, table) for stage, table in _TABLE_OF.items()),
    ),
    Check(
        "misnamed",
        "a result whose id is not that of its key",
        " UNION ALL ".join(
            _misnamed(stage, of_table)
            for stage, table in _TABLE_OF.items()
            for of_table in (table, "superseded")
        ),
    ),
    Check(
        "class against itself",
        "medium, subcategory, adult flag and Torznab category that do not go together",
        _APART,
    ),
    Check(
        "title against metadata",
        "title, creator or year that are not those of the metadata",
        "SELECT e.infohash, coalesce(u->>'title', '-') || ' / ' || coalesce(u->>'creator', '-')"  # noqa: S608
        " AS detail FROM extractions e, result_of(e) AS r,"
        " LATERAL (SELECT r->'metadata' AS m, r->'uniform' AS u) AS parts"
        " WHERE WITHIN(e.infohash) AND ("
        " u->>'title' IS DISTINCT FROM m->>own_field(m->>'subcategory', 'title')"
        f" OR u->>'creator' IS DISTINCT FROM {_CREATOR}"
        " OR u->>'year' IS DISTINCT FROM m->>'year'"
        " OR e.subcategory <> m->>'subcategory')",
    ),
    Check(
        "link without extraction",
        "a link of an extraction that is not stored",
        "SELECT l.infohash, encode(l.extraction_id, 'hex') AS detail FROM links l"
        " WHERE WITHIN(l.infohash)"
        " AND NOT EXISTS (SELECT FROM extractions e WHERE e.infohash = l.infohash"
        " AND e.result_id = l.extraction_id)"
        " AND NOT EXISTS (SELECT FROM superseded s WHERE s.stage = 'extract'"
        " AND s.infohash = l.infohash AND s.result_id = l.extraction_id)",
    ),
    Check("correction not shown", "a row that shows another value than a person's", _SHOWN_WRONG),
    Check(
        "corrected by nobody",
        "a row that says it is corrected, and no correction stands",
        _of_all(_SAID_OF),
    ),
    Check(
        "revokes nothing",
        "a correction that takes back one that is not stored",
        "SELECT c.infohash, c.field AS detail FROM corrections c"
        " WHERE WITHIN(c.infohash) AND c.revokes IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM corrections o WHERE o.id = c.revokes)",
    ),
    Check("of nobody", "a result whose model or revision is not listed", _of_all(_UNKNOWN)),
    Check(
        "seeders",
        "a copy of the seeders that differs",
        "SELECT c.infohash, coalesce(c.seeders::text, '-') || ' for '"
        " || coalesce(t.seeders::text, '-') AS detail"
        " FROM classifications c JOIN torrents t ON t.infohash = c.infohash"
        " WHERE WITHIN(c.infohash) AND c.seeders IS DISTINCT FROM t.seeders",
    ),
    Check(
        "files",
        "paths and sizes of files that are not of one number, or a provenance that is not listed",
        "SELECT t.infohash, t.name AS detail FROM torrents t WHERE WITHIN(t.infohash)"
        " AND (cardinality(t.file_paths) IS DISTINCT FROM cardinality(t.file_sizes)"
        " OR cardinality(t.file_paths) > t.num_files"
        " OR NOT EXISTS (SELECT FROM provenance p WHERE p.id = t.provenance_id))",
    ),
)
"""In the order in which they are told."""

_COUNTS = {
    "torrents": "SELECT count(*) FROM torrents",
    "classify: current": "SELECT count(*) FROM classifications",
    "extract: current": "SELECT count(*) FROM extractions",
    "match: current": "SELECT count(*) FROM links",
    "classify: superseded": "SELECT count(*) FROM superseded WHERE stage = 'classify'",
    "extract: superseded": "SELECT count(*) FROM superseded WHERE stage = 'extract'",
    "match: superseded": "SELECT count(*) FROM superseded WHERE stage = 'match'",
    "waiting for a GGUF model": "SELECT count(*) FROM llm_pending",
    "corrections": "SELECT count(*) FROM corrections",
    "dead letters, open": "SELECT count(*) FROM dead_letters WHERE redriven_at IS NULL",
}


async def counts(connection: asyncpg.Connection) -> dict[str, int]:
    """Rows by stage."""
    return {name: await connection.fetchval(query) for name, query in _COUNTS.items()}


async def ranges(connection: asyncpg.Connection, after: bytes = b"") -> list[Range]:
    """The ranges that together hold every infohash from `after` on."""
    rows = await connection.fetchval(
        "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'public.torrents'::regclass"
    )
    step = 256 if rows < _FEW else 16 if rows < 16 * _FEW else 1
    starts = [bytes([number]) for number in range(0, 256, step)]
    ends: Sequence[bytes | None] = [*starts[1:], None]
    return [
        Range(max(first, after), end)
        for first, end in zip(starts, ends, strict=True)
        if end is None or end > after
    ]


async def faults(
    connection: asyncpg.Connection, within: Range, most: int = 1_000
) -> AsyncIterator[Fault]:
    """Every faulty row of a range, at most so many of a check."""
    for check in CHECKS:
        rows = await connection.fetch(
            f"SELECT * FROM ({_bounded(check.query)}) AS found LIMIT {most}",  # noqa: S608
            within.first,
            within.end,
        )
        for row in rows:
            yield Fault(check.name, row["infohash"].hex(), row["detail"] or "")
