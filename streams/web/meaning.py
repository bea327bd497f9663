"""A search by meaning in the console, and what is said where it cannot be."""

import asyncio
from dataclasses import dataclass

import asyncpg

from infra.postgres.search import NoVectors, Page, Query
from models.embed import minilm
from models.registry import WeightsError
from models.runtime import MissingRuntime
from streams.web.asked import Asked
from streams.web.context import Context

MISSING = (NoVectors, WeightsError, MissingRuntime)
"""Why a search by meaning cannot be; each says what to do."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, and why it was found by words alone where it was to be by meaning."""

    page: Page
    why: str | None = None


async def by_words_or_meaning(
    context: Context, connection: asyncpg.Connection, asked: Asked, query: Query
) -> Page:
    """A page of what is asked for.

    Raises:
        NoVectors, WeightsError, MissingRuntime: it is to be by meaning, and cannot be.
        BadCursor: the place to go on from is of another search.
    """
    if not asked.is_meant:
        return await context.unbanned.search(
            connection, query, after=asked.after, limit=asked.limit
        )
    vector = await asyncio.to_thread(context.questions.vector, query.text)
    revision = minilm.manifest().revision
    return await context.unbanned.search_like(
        connection, query, vector, revision=revision, limit=asked.limit
    )


async def hits_of(
    context: Context, connection: asyncpg.Connection, asked: Asked, query: Query
) -> Hits:
    """What is asked for; by words where it cannot be had by meaning."""
    try:
        return Hits(await by_words_or_meaning(context, connection, asked, query))
    except MISSING as error:
        by_words = asked.model_copy(update={"by_meaning": False})
        return Hits(await by_words_or_meaning(context, connection, by_words, query), str(error))
