"""The pages of an artist and of a release group: every torrent that is linked to them."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from infra.postgres.search import MAX_ROWS, Row, Sort
from infra.postgres.search import Query as Question
from infra.postgres.search.musicbrainz import ReleaseGroup, artist, release_groups
from schemas.newznab import LOSSLESS
from streams.web.context import context_of
from streams.web.rendering import page

router = APIRouter()

_LOSSLESS = frozenset(codec.upper() for codec in LOSSLESS)

After = Annotated[str | None, Query(max_length=512)]
Adult = Annotated[bool, Query()]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The torrents of one release group; `group` is None where none is known."""

    mbid: UUID | None
    group: ReleaseGroup | None
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One torrent of a release group, as editions are compared."""

    row: Row
    codec: str
    is_lossless: bool
    quality: str
    """Bitrate, or bits and samples a second."""


@router.get("/artists/{mbid}", include_in_schema=False)
async def artist_page(
    request: Request, mbid: UUID, after: After = None, adult: Adult = False
) -> HTMLResponse:
    """Every torrent of an artist, by release group."""
    question = Question(artist_mbid=mbid, adult=adult, sort=Sort.SEEDERS)
    context = context_of(request)
    async with context.connection() as connection:
        known = await artist(connection, mbid)
        hits = await context.unbanned.search(connection, question, after=after, limit=MAX_ROWS)
        mbids = {row.release_group_mbid for row in hits.rows if row.release_group_mbid}
        groups = await release_groups(connection, sorted(mbids))
    if known is None and not hits.rows:
        raise HTTPException(404, "No artist with this MBID is known here.")
    name = known.name if known else hits.rows[0].linked_artist or str(mbid)
    return page(
        request,
        "artist.html",
        mbid=mbid,
        artist=known,
        name=name,
        shelves=shelves(hits.rows, groups),
        next_page=_next_page(f"/artists/{mbid}", hits.after, adult),
        adult=adult,
        count=len(hits.rows),
    )


@router.get("/release-groups/{mbid}", include_in_schema=False)
async def release_group_page(
    request: Request, mbid: UUID, after: After = None, adult: Adult = False
) -> HTMLResponse:
    """The editions of a release group, side by side."""
    question = Question(release_group_mbid=mbid, adult=adult, sort=Sort.SEEDERS)
    context = context_of(request)
    async with context.connection() as connection:
        group = (await release_groups(connection, [mbid])).get(mbid)
        hits = await context.unbanned.search(connection, question, after=after, limit=MAX_ROWS)
    if group is None and not hits.rows:
        raise HTTPException(404, "No release group with this MBID is known here.")
    return page(
        request,
        "release_group.html",
        mbid=mbid,
        group=group,
        title=group.title if group else hits.rows[0].linked_title or str(mbid),
        artists=_artists(group, hits.rows),
        editions=sorted((edition(row) for row in hits.rows), key=_best_first),
        next_page=_next_page(f"/release-groups/{mbid}", hits.after, adult),
        adult=adult,
    )


def _next_page(address: str, after: str | None, adult: bool) -> str | None:
    """Where the rows behind these are; None if there are none."""
    return f"{address}?after={after}{'&adult=yes' if adult else ''}" if after else None


def shelves(rows: tuple[Row, ...], groups: dict[UUID, ReleaseGroup]) -> list[Shelf]:
    """Rows by release group: by year where it is known, those without a group at the end."""
    by_group: dict[UUID | None, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.release_group_mbid, []).append(row)
    filled = [
        Shelf(mbid, groups.get(mbid) if mbid else None, _title(mbid, groups, of), tuple(of))
        for mbid, of in by_group.items()
    ]
    return sorted(filled, key=_by_year)


def _title(mbid: UUID | None, groups: dict[UUID, ReleaseGroup], rows: list[Row]) -> str:
    if mbid is None:
        return "Of no single release group"
    return groups[mbid].title if mbid in groups else rows[0].linked_title or str(mbid)


def _by_year(shelf: Shelf) -> tuple[bool, int, str]:
    year = shelf.group.first_year if shelf.group else None
    return (shelf.mbid is None, year or 9_999, shelf.title)


def edition(row: Row) -> Edition:
    """A torrent as an edition."""
    technical = row.technical
    codec = str(technical.get("audio_codec") or "")
    if not codec:
        codec = ", ".join(str(container) for container in technical.get("containers") or ())
    depth, rate, bitrate = (technical.get(name) for name in ("bit_depth", "sample_rate", "bitrate"))
    parts = (
        f"{bitrate} kbit/s" if bitrate else "",
        f"{depth} bit" if depth else "",
        f"{rate / 1000:g} kHz" if rate else "",
    )
    is_lossless = any(part.strip() in _LOSSLESS for part in codec.upper().split(","))
    return Edition(row, codec, is_lossless, " ".join(part for part in parts if part))


def _best_first(edition: Edition) -> tuple[bool, int]:
    return (not edition.is_lossless, -(edition.row.seeders or 0))


def _artists(group: ReleaseGroup | None, rows: tuple[Row, ...]) -> list[tuple[UUID, str]]:
    """The artists of a release group that have a page, with their names."""
    names = {row.artist_mbid: row.linked_artist for row in rows if row.artist_mbid}
    mbids = group.artist_mbids if group else tuple(names)
    credit = (group.artist_credit if group else None) or ""
    return [(mbid, names.get(mbid) or credit or str(mbid)) for mbid in mbids]
