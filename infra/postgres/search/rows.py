"""A torrent as a search shows it, and the columns that it is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg

from infra.postgres.jsonb import loaded
from infra.postgres.search.tables import EXTRACTIONS, LINKS
from schemas import Described, Subcategory, torznab_ids

FROM = f"""classifications c
JOIN torrents t ON t.infohash = c.infohash
{EXTRACTIONS}
{LINKS}"""
"""A torrent's current results."""

COLUMNS = """c.infohash, t.name, c.medium, c.subcategory, c.nsfw, c.confidence, c.torznab,
c.source AS classified_by, c.rule, c.own_class, c.own_confidence,
e.title, e.creator, e.year, e.method::text AS extracted_by,
e.metadata, e.technical, l.status AS link, l.artist_mbid, l.artist AS linked_artist,
l.release_group_mbid, l.title AS linked_title, l.score, t.size, t.num_files, c.seeders, t.leechers,
t.swarm_seen_at, t.created_at, c.observed_at, t.hints,
CASE WHEN c.machine IS NOT NULL OR e.machine IS NOT NULL OR l.machine IS NOT NULL THEN (
    SELECT jsonb_object_agg(field, reporter) FROM right_values r WHERE r.infohash = c.infohash
) END AS corrected"""
"""What a row is made of. Few torrents are corrected; of the others nobody is looked for."""


_ROWS = f"SELECT {COLUMNS} FROM {FROM} WHERE c.infohash = ANY ($1::bytea[])"  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One torrent with what is believed of it now; a correction counts more than any model."""

    infohash: str
    """40 hex digits."""
    name: str
    medium: str
    subcategory: str
    nsfw: bool
    confidence: float
    classified_by: str
    rule: str | None
    own_class: str | None = None
    """A class of the user's own."""
    own_confidence: float | None = None
    title: str | None
    creator: str | None
    year: int | None
    extracted_by: str | None
    metadata: Mapping[str, Any]
    technical: Mapping[str, Any]
    link: str | None
    """exact, high, medium, ambiguous or none; None where nothing was matched."""
    artist_mbid: UUID | None
    linked_artist: str | None
    release_group_mbid: UUID | None
    linked_title: str | None
    score: float | None
    size: int | None
    num_files: int | None
    seeders: int | None
    leechers: int | None
    swarm_seen_at: datetime | None
    created_at: datetime | None
    observed_at: datetime
    hints: Mapping[str, Any]
    corrected: Mapping[str, Any] = field(default_factory=dict)
    """Field -> who corrected it; the field's value is the corrected one."""

    @property
    def categories(self) -> tuple[int, ...]:
        """Newznab ids: parents, and what the torrent is below them."""
        kind = Subcategory(self.subcategory)
        return torznab_ids(Described(kind, self.nsfw, self.name, self.metadata, self.technical))

    @property
    def magnet(self) -> str:
        """The link that a torrent client opens, with 255 characters of the name at most."""
        shown = quote(self.name[:255], safe="", errors="replace")
        return f"magnet:?xt=urn:btih:{self.infohash}&dn={shown}"

    @property
    def resolution(self) -> str | None:
        """`1080p` and the like."""
        return self.technical.get("resolution")

    @property
    def codec(self) -> str | None:
        """Of the video; if there is none, of the audio."""
        return self.technical.get("codec") or self.technical.get("audio_codec")

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes, or `multi`."""
        return tuple(self.technical.get("languages") or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows in order, and where the next page begins."""

    rows: tuple[Row, ...]
    after: str | None = None
    """Give it to the next search of the same query. None: there is nothing more."""
    looked_at: int | None = None
    """Set where a bound was met: so many torrents were looked at, and there may be more."""
    suggestion: str | None = None
    """What was perhaps meant, where nothing is found."""


async def rows_of(connection: asyncpg.Connection, infohashes: Sequence[bytes]) -> tuple[Row, ...]:
    """The rows of some torrents, in the same order; one that is gone meanwhile is left out."""
    records = await connection.fetch(_ROWS, list(infohashes)) if infohashes else []
    by_infohash = {record["infohash"]: record for record in records}
    return tuple(
        row_of(by_infohash[infohash]) for infohash in infohashes if infohash in by_infohash
    )


def row_of(record: asyncpg.Record) -> Row:
    """The row of a record with `COLUMNS`."""
    return Row(
        infohash=record["infohash"].hex(),
        name=record["name"],
        medium=record["medium"],
        subcategory=record["subcategory"],
        nsfw=record["nsfw"],
        confidence=record["confidence"],
        classified_by=record["classified_by"],
        rule=record["rule"],
        own_class=record["own_class"],
        own_confidence=record["own_confidence"],
        title=record["title"],
        creator=record["creator"],
        year=record["year"],
        extracted_by=record["extracted_by"],
        metadata=loaded(record["metadata"]) or {},
        technical=loaded(record["technical"]) or {},
        link=record["link"],
        artist_mbid=record["artist_mbid"],
        linked_artist=record["linked_artist"],
        release_group_mbid=record["release_group_mbid"],
        linked_title=record["linked_title"],
        score=record["score"],
        size=record["size"],
        num_files=record["num_files"],
        seeders=record["seeders"],
        leechers=record["leechers"],
        swarm_seen_at=record["swarm_seen_at"],
        created_at=record["created_at"],
        observed_at=record["observed_at"],
        hints=loaded(record["hints"]) or {},
        corrected=loaded(record["corrected"]) or {},
    )
