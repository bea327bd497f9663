"""What may be shown: a torrent that was stored before its ban rule came is left out.

Replay and crawl ask the ban list before anything is stored, so only a rule that came later finds
something here. Everything that shows stored torrents to people or programs goes through it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

import asyncpg

from infra.postgres.corrected import Listing, Wanted, listed
from infra.postgres.search import Detail, Page, Query, search, search_like, torrent
from infra.settings import Settings
from models.ban.ban_list import BanList
from streams.pipeline.bans import load_bans

_REMEMBERED = 20_000
"""Names whose answer is remembered: the same ones are shown again and again, and never change."""


def unbanned(settings: Settings) -> "Unbanned":
    """What may be shown by the ban list of the settings; a process makes it once.

    Raises:
        BanRulesInvalid: a file of the settings is missing or has not the form of a ban list.
    """
    return _unbanned(load_bans(settings))


@cache
def _unbanned(bans: BanList) -> "Unbanned":
    return Unbanned(bans)


class Unbanned:
    """Searches, and leaves out what is banned.

    A page may have fewer rows than were asked for; where the next one begins stays right. Counts
    are those of everything that is stored. The rows of a page are asked by name and infohash, the
    detail of one torrent by its file paths, too.
    """

    def __init__(self, bans: BanList) -> None:
        self.bans = bans
        self._remembered = lru_cache(_REMEMBERED)(self._is_banned)

    async def search(
        self, connection: asyncpg.Connection, query: Query, *, after: str | None = None, limit: int
    ) -> Page:
        """A page of what may be shown, as `infra.postgres.search.search` finds it.

        Raises:
            BadCursor: `after` is of another search.
        """
        return self.page(await search(connection, query, after=after, limit=limit))

    async def search_like(
        self,
        connection: asyncpg.Connection,
        query: Query,
        vector: Sequence[float],
        *,
        revision: int,
        limit: int,
    ) -> Page:
        """What may be shown of the nearest, as `infra.postgres.search.search_like` finds it.

        Raises:
            NoVectors: the database cannot be searched so.
        """
        nearest = await search_like(connection, query, vector, revision=revision, limit=limit)
        return self.page(nearest)

    async def torrent(self, connection: asyncpg.Connection, infohash: str) -> Detail | None:
        """All of one torrent. Returns None if it is unknown or banned."""
        return self.detail(await torrent(connection, infohash))

    async def listed(
        self, connection: asyncpg.Connection, wanted: Wanted, *, after: str | None, limit: int
    ) -> Listing:
        """A page of the corrections of torrents that may be shown."""
        listing = await listed(connection, wanted, after=after, limit=limit)
        rows = tuple(row for row in listing.rows if not self.bans_name(row.name, row.infohash))
        return replace(listing, rows=rows)

    def page(self, page: Page) -> Page:
        """The page without what is banned."""
        rows = tuple(row for row in page.rows if not self.bans_name(row.name, row.infohash))
        suggestion = page.suggestion
        if suggestion is not None and self.bans.check(suggestion):
            suggestion = None
        return replace(page, rows=rows, suggestion=suggestion)

    def detail(self, detail: Detail | None) -> Detail | None:
        """The detail. Returns None if the torrent is banned."""
        if detail is None:
            return None
        paths = [file.path for file in detail.files or ()]
        row = detail.row
        if self.bans.check(row.name, infohash=row.infohash, paths=paths):
            return None
        return detail

    def bans_name(self, name: str | None, infohash: str) -> bool:
        """Whether a name or its infohash is banned; a name may be unknown."""
        return self._remembered(name or "", infohash)

    def _is_banned(self, name: str, infohash: str) -> bool:
        return self.bans.check(name, infohash=infohash) is not None
