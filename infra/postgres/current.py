"""The tables of current results: their columns, and the statements that write to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from infra.postgres.ids import Ids
from schemas import Classification, Evidence, Extraction, Link, Result, Stage, uniform

Key = tuple[bytes, ...]
"""What a table has one current result of: a torrent, or an extraction of a torrent."""

_LINES = "string_to_array(r.{}, chr(10))"
"""Lists in lists have to be of one length in Postgres: they travel as lines, which no text of the
contracts has.
"""

_SHARED = {
    "infohash": "bytea",
    "result_id": "bytea",
    "input_hash": "bytea",
    "revision": "smallint",
    "method": "text",
    "model_id": "integer",
    "observed_at": "timestamptz",
    "reference_date": "date",
}
"""Columns that every result has, and the types that they are sent as."""


@dataclass(frozen=True)
class Current:
    """One stage's table of current results."""

    stage: Stage
    table: str
    key_columns: tuple[str, ...]
    own: dict[str, str]
    """Columns of this table alone, and the types that they are sent as."""
    values: Callable[[Any], tuple[Any, ...]]
    """What a result has for them."""
    read_as: dict[str, str]
    """How columns are read from `r`, what was sent, where it is not as they are."""
    copied: dict[str, str]
    """Columns that are not sent but read from `t`, the torrent's row."""

    @property
    def refresh(self) -> str:
        """The SQL function that chooses the current results of some torrents anew."""
        return f"refresh_{self.table}"

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is sent, and its type."""
        return {**_SHARED, **self.own}

    def key(self, result: Result) -> Key:
        """What the table has one current result of."""
        infohash = bytes.fromhex(result.infohash)
        return (
            (infohash, bytes.fromhex(result.extraction_id))
            if isinstance(result, Link)
            else (infohash,)
        )

    def row(self, identity: bytes, result: Result, ids: Ids) -> tuple[Any, ...]:
        """A result as its columns; `identity` is its `result_id`."""
        return (
            bytes.fromhex(result.infohash),
            identity,
            bytes.fromhex(result.input_hash),
            result.revision,
            result.method.value,
            ids.model(result.model),
            result.observed_at,
            result.reference_date,
            *self.values(result),
        )

    @property
    def insert(self) -> str:
        """Writes results of different keys; returns the ids of those that were written.

        A row that is there is left alone, unless it is the same result: then it may be seen later.
        """
        read_as = {"method": "r.method::method", **self.read_as}
        sent = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(self.columns.values(), 1))
        names = ", ".join((*self.columns, *self.copied))
        values = ", ".join(
            (*(read_as.get(name, f"r.{name}") for name in self.columns), *self.copied.values())
        )
        torrent = "LEFT JOIN torrents t ON t.infohash = r.infohash" if self.copied else ""
        return f"""
            INSERT INTO {self.table} AS c ({names})
            SELECT {values} FROM unnest({sent}) AS r({", ".join(self.columns)}) {torrent}
            ON CONFLICT ({", ".join(self.key_columns)}) DO UPDATE SET
                observed_at = excluded.observed_at
            WHERE c.result_id = excluded.result_id AND excluded.observed_at > c.observed_at
            RETURNING c.result_id, c.xmax = 0 AS is_new
        """  # noqa: S608 (our own names)

    @property
    def overwrite(self) -> str:
        """Puts results, sent as those that are written, in the place of rows of the same ids."""
        read_as = {"method": "r.method::method", **self.read_as}
        sent = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(self.columns.values(), 1))
        values = ", ".join(
            f"{name} = {read_as.get(name, f'r.{name}')}" for name in ("model_id", *self.own)
        )
        return f"""
            UPDATE {self.table} c SET {values}
            FROM unnest({sent}) AS r({", ".join(self.columns)})
            WHERE c.infohash = r.infohash AND c.result_id = r.result_id
        """  # noqa: S608 (our own names)

    @property
    def seen_again(self) -> str:
        """Of results (infohashes, ids, moments) returns the ids of those that are current.

        These may be seen later than they were.
        """
        # The planner takes the equal infohash and the equal result for two independent
        # coincidences and expects next to no row. Behind CASE it cannot see the second one.
        return f"""
            WITH sent AS (
                SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[])
                    AS r(infohash, result_id, observed_at)
            ), later AS (
                UPDATE {self.table} c SET observed_at = sent.observed_at FROM sent
                WHERE c.infohash = sent.infohash AND c.result_id = sent.result_id
                    AND sent.observed_at > c.observed_at
            )
            SELECT c.result_id FROM sent JOIN {self.table} c
                ON c.infohash = sent.infohash
                AND CASE WHEN c.result_id = sent.result_id THEN true ELSE false END
        """  # noqa: S608 (our own names)


def _classification(result: Classification) -> tuple[Any, ...]:
    verdict = result.verdict
    return (
        verdict.medium.value,
        verdict.subcategory.value,
        verdict.nsfw,
        verdict.confidence,
        verdict.source.value,
        verdict.rule,
        verdict.torznab,
        "\n".join(verdict.why) or None,
        verdict.own_class,
        verdict.own_confidence,
    )


def _extraction(result: Extraction) -> tuple[Any, ...]:
    shown = uniform(result.metadata)
    return (
        result.metadata.subcategory,
        shown.title,
        shown.creator,
        shown.year,
        result.metadata.model_dump_json(exclude_none=True),
        result.technical.model_dump_json(exclude_defaults=True),
        result.llm.value,
        to_json({field: _short(evidence) for field, evidence in result.evidence.items()}).decode(),
    )


def _short(evidence: Evidence) -> list[Any]:
    """Evidence as the SQL function `full_evidence` reads it."""
    path = [] if evidence.path is None and evidence.span else [evidence.path]
    return [evidence.source, evidence.confidence, *(evidence.span or ()), *path]


def _link(result: Link) -> tuple[Any, ...]:
    match = result.match
    candidates = [candidate.model_dump(exclude_none=True) for candidate in match.candidates]
    return (
        bytes.fromhex(result.extraction_id),
        match.status.value,
        match.artist_mbid,
        match.artist,
        match.release_group_mbid,
        match.title,
        match.score,
        match.margin,
        "\n".join(match.why),
        to_json(candidates).decode() if candidates else None,
    )


CURRENT = (
    Current(
        stage=Stage.CLASSIFY,
        table="classifications",
        key_columns=("infohash",),
        own={
            "medium": "text",
            "subcategory": "text",
            "nsfw": "boolean",
            "confidence": "real",
            "source": "text",
            "rule": "text",
            "torznab": "smallint",
            "why": "text",
            "own_class": "text",
            "own_confidence": "real",
        },
        values=_classification,
        read_as={"why": _LINES.format("why")},
        copied={"seeders": "t.seeders"},
    ),
    Current(
        stage=Stage.EXTRACT,
        table="extractions",
        key_columns=("infohash",),
        own={
            "subcategory": "text",
            "title": "text",
            "creator": "text",
            "year": "smallint",
            "metadata": "jsonb",
            "technical": "jsonb",
            "llm": "text",
            "evidence": "json",
        },
        values=_extraction,
        read_as={},
        copied={},
    ),
    Current(
        stage=Stage.MATCH,
        table="links",
        key_columns=("infohash", "extraction_id"),
        own={
            "extraction_id": "bytea",
            "status": "text",
            "artist_mbid": "uuid",
            "artist": "text",
            "release_group_mbid": "uuid",
            "title": "text",
            "score": "real",
            "margin": "real",
            "why": "text",
            "candidates": "json",
        },
        values=_link,
        read_as={"why": _LINES.format("why")},
        copied={},
    ),
)
"""In the order of the stages."""
