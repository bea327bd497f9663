"""What a search on a terminal asks, whatever it is that answers."""

from typing import Protocol

from infra.postgres.search import Detail, Facets, Page, Query

INFOHASH_DIGITS = 40


class SourceFailed(Exception):
    """The source cannot answer; the message says why and what to do."""


class Source(Protocol):
    """Something that can be searched."""

    @property
    def name(self) -> str:
        """What it is, for people, without a password."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was passed over while it was opened, a sentence each."""

    async def search(self, query: Query, *, after: str | None = None, limit: int = 100) -> Page:
        """A page of rows after the place where another ended.

        Raises:
            SourceFailed: it cannot answer.
        """

    async def search_like(self, query: Query, *, limit: int = 100) -> Page:
        """The rows that are nearest to the text of a query, by meaning and by words; at most 100.

        Raises:
            SourceFailed: it cannot answer, or knows no meanings.
        """

    async def facets(self, query: Query) -> Facets:
        """How many of what was found have which value.

        Raises:
            SourceFailed: it cannot answer.
        """

    async def torrent(self, infohash: str) -> Detail | None:
        """All of one torrent. None if it is not there.

        Raises:
            SourceFailed: it cannot answer.
        """

    async def close(self) -> None:
        """Give back what it holds."""


def has_infohash(identifier: str) -> bool:
    """Whether a row's identifier is an infohash; a line of a file may have none."""
    return len(identifier) == INFOHASH_DIGITS
