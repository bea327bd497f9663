"""What the imported MusicBrainz tables say of an artist or a release group."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist of MusicBrainz."""

    mbid: UUID
    name: str
    disambiguation: str | None
    type: str | None
    country: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseGroup:
    """A release group of MusicBrainz: an album with all its editions."""

    mbid: UUID
    title: str
    artist_mbids: tuple[UUID, ...]
    artist_credit: str | None
    first_year: int | None
    primary_type: str | None
    secondary_types: tuple[str, ...]


async def artist(connection: asyncpg.Connection, mbid: UUID) -> Artist | None:
    """The artist of an MBID. Returns None if the imported tables do not have it."""
    row = await connection.fetchrow(
        "SELECT mbid, name, disambiguation, type, country, aliases[1:50] AS aliases"
        " FROM musicbrainz.artist WHERE mbid = $1",
        mbid,
    )
    if row is None:
        return None
    return Artist(
        mbid,
        row["name"],
        row["disambiguation"],
        row["type"],
        row["country"],
        tuple(row["aliases"]),
    )


async def release_groups(
    connection: asyncpg.Connection, mbids: list[UUID]
) -> dict[UUID, ReleaseGroup]:
    """Those of these release groups that the imported tables have."""
    rows = await connection.fetch(
        "SELECT mbid, title, artist_mbids, artist_credit, first_year, primary_type,"
        " secondary_types FROM musicbrainz.release_group WHERE mbid = ANY ($1::uuid[])",
        mbids,
    )
    return {
        row["mbid"]: ReleaseGroup(
            row["mbid"],
            row["title"],
            tuple(row["artist_mbids"]),
            row["artist_credit"],
            row["first_year"],
            row["primary_type"],
            tuple(row["secondary_types"]),
        )
        for row in rows
    }
