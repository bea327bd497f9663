"""A source without what the ban list bans."""

from infra.postgres.search import Detail, Facets, Page, Query
from streams.pipeline.unbanned import Unbanned
from streams.terminal.sources.source import Source


class Screened:
    """Answers as another source does, and leaves out what is banned."""

    def __init__(self, source: Source, unbanned: Unbanned) -> None:
        self._source = source
        self._unbanned = unbanned

    @property
    def name(self) -> str:
        """What the source is, for people."""
        return self._source.name

    @property
    def notes(self) -> tuple[str, ...]:
        """What was passed over while it was opened."""
        return self._source.notes

    async def search(self, query: Query, *, after: str | None = None, limit: int = 100) -> Page:
        """A page of rows; it may have fewer than were asked for."""
        return self._unbanned.page(await self._source.search(query, after=after, limit=limit))

    async def search_like(self, query: Query, *, limit: int = 100) -> Page:
        """The nearest rows; it may have fewer than were asked for."""
        return self._unbanned.page(await self._source.search_like(query, limit=limit))

    async def facets(self, query: Query) -> Facets:
        """The counts of each facet's values, banned torrents included."""
        return await self._source.facets(query)

    async def torrent(self, infohash: str) -> Detail | None:
        """All of one torrent. None if it is not there or banned."""
        return self._unbanned.detail(await self._source.torrent(infohash))

    async def close(self) -> None:
        """Give back what the source holds."""
        await self._source.close()
