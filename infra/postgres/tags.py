"""Tags of results: how they are written, and read again as the contract."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from infra.postgres.columns import columns
from infra.postgres.ids import Ids
from infra.postgres.jsonb import loaded
from schemas import Tag, Tier, TorrentTags

_LETTERS: dict[Tier | None, str] = {None: "-", **{tier: tier.value[0] for tier in Tier}}
_TIERS = {letter: tier for tier, letter in _LETTERS.items()}
_NOTHING = ""
"""Stands for NULL in the lists that are sent; no text of the contracts is empty."""

_REAL_DIGITS = 7
"""Of a number below one that a `real` of Postgres keeps."""

_LIST = f"string_to_array(r.{{}}, chr(10), '{_NOTHING}')"
"""Lists in lists have to be of one length in Postgres: they travel as lines, which no text of the
contracts has.
"""

_WRITE = f"""
INSERT INTO torrent_tags AS t (infohash, result_id, stage, revision, method, observed_at, tiers,
    words, makers, scores, variances, texts, flags)
SELECT infohash, result_id, stage::stage, revision, method::method, observed_at, tiers,
    {_LIST.format("words")}, {_LIST.format("makers")}::integer[], {_LIST.format("scores")}::real[],
    {_LIST.format("variances")}::real[], {_LIST.format("texts")}, {_LIST.format("flags")}
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::smallint[], $5::text[], $6::timestamptz[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
    AS r(infohash, result_id, stage, revision, method, observed_at, tiers, words, makers, scores,
         variances, texts, flags)
ON CONFLICT (infohash, result_id) DO UPDATE SET observed_at = excluded.observed_at
WHERE excluded.observed_at > t.observed_at
"""  # noqa: S608 (our own names)

_READ = """
SELECT t.stage::text AS stage, t.revision, t.method::text AS method, t.infohash, t.result_id,
    t.observed_at, t.makers, t.words, t.scores, t.variances, t.tiers, t.texts, t.flags,
    ARRAY(SELECT m.prefix FROM unnest(t.makers) WITH ORDINALITY AS k(id, place)
        LEFT JOIN tag_makers m ON m.id = k.id ORDER BY k.place) AS prefixes,
    (SELECT jsonb_object_agg(m.prefix, m.origin) FROM tag_makers m WHERE m.id = ANY (t.makers))
        AS origins
FROM torrent_tags t WHERE t.infohash = $1
"""


async def write_tags(connection: asyncpg.Connection, told: Iterable[TorrentTags], ids: Ids) -> None:
    """Write the tags of results, a row each. What makes them is among what `ids` learned.

    A row that is there stays as it is: the same result is the same tags. It may be seen later. Of
    two machines that told one result the first one's word of hashes is kept.
    """
    rows: dict[tuple[bytes, bytes], TorrentTags] = {}
    for tags in told:
        key = (bytes.fromhex(tags.infohash), bytes.fromhex(tags.result_id))
        before = rows.get(key)
        if tags.tags and (before is None or tags.observed_at > before.observed_at):
            rows[key] = tags
    if rows:
        sent = [(*key, *_row(rows[key], ids)) for key in sorted(rows)]
        await connection.execute(_WRITE, *columns(sent, 13))


async def tags_of_torrent(connection: asyncpg.Connection, infohash: bytes) -> list[TorrentTags]:
    """The stored tags of a torrent, those of superseded results, too."""
    return [_told(row) for row in await connection.fetch(_READ, infohash)]


def _row(told: TorrentTags, ids: Ids) -> tuple[Any, ...]:
    """A row without its key."""
    prefixes = [None if tag.flag else tag.parsed().origin_key for tag in told.tags]
    words = [
        tag.name if prefix is None else tag.parsed().tag
        for tag, prefix in zip(told.tags, prefixes, strict=True)
    ]
    makers = [
        None if prefix is None else ids.maker(prefix, told.origins[prefix]) for prefix in prefixes
    ]
    return (
        told.stage.value,
        told.revision,
        told.method.value,
        told.observed_at,
        "".join(_LETTERS[tag.tier] for tag in told.tags),
        _lines(words),
        _lines(makers),
        _lines([tag.score for tag in told.tags]),
        _lines([tag.variance for tag in told.tags]),
        _lines([tag.value for tag in told.tags]),
        _lines([tag.flag for tag in told.tags]),
    )


def _lines(values: Sequence[object]) -> str | None:
    """A list as lines. Returns None if there is nothing in it."""
    if all(value is None for value in values):
        return None
    return "\n".join(_NOTHING if value is None else str(value) for value in values)


def _told(row: asyncpg.Record) -> TorrentTags:
    return TorrentTags(
        infohash=row["infohash"].hex(),
        stage=row["stage"],
        revision=row["revision"],
        method=row["method"],
        result_id=row["result_id"].hex(),
        observed_at=row["observed_at"],
        tags=tuple(_tag(row, place) for place in range(len(row["words"]))),
        origins=loaded(row["origins"]) if row["origins"] else {},
    )


def _tag(row: asyncpg.Record, place: int) -> Tag:
    def at(column: str) -> Any:
        # A list may be shorter: of one element, which is NULL, Postgres makes an empty one.
        values = row[column] or ()
        return values[place] if place < len(values) else None

    prefix, word, variance = at("prefixes"), row["words"][place], at("variances")
    return Tag(
        name=word if prefix is None else f"{prefix}_{word}",
        score=at("scores"),
        variance=None if variance is None else round(variance, _REAL_DIGITS),
        tier=_TIERS[row["tiers"][place]],
        value=at("texts"),
        flag=at("flags"),
    )
