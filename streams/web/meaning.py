"""A search by meaning in the console, and what is said where it cannot be."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
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

_READING = ThreadPoolExecutor(1, "questions")
"""Questions are read one after the other, and keep no other work of threads waiting."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a question means, or why that cannot be told; neither where words are asked for."""

    vector: list[float] | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, and why it was found by words alone where it was to be by meaning."""

    page: Page
    why: str | None = None


async def vector_of(context: Context, asked: Asked, query: Query) -> list[float] | None:
    """What a question means; None where it is asked by words.

    The first one loads the network, so hold no connection meanwhile: there are few.

    Raises:
        WeightsError, MissingRuntime: there is no network.
    """
    if not asked.is_meant:
        return None
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_READING, context.questions.vector, query.text)


async def meant_of(context: Context, asked: Asked, query: Query) -> Meant:
    """As `vector_of`, but says why there is none."""
    try:
        return Meant(await vector_of(context, asked, query))
    except MISSING as error:
        return Meant(why=str(error))


async def by_words_or_meaning(
    context: Context,
    connection: asyncpg.Connection,
    asked: Asked,
    query: Query,
    vector: list[float] | None,
) -> Page:
    """A page of what is asked for: the nearest to a vector, or by words without one.

    Raises:
        NoVectors: it is to be by meaning, and the database has no vectors.
        BadCursor: the place to go on from is of another search.
    """
    if vector is None:
        return await context.unbanned.search(
            connection, query, after=asked.after, limit=asked.limit
        )
    revision = minilm.manifest().revision
    return await context.unbanned.search_like(
        connection, query, vector, revision=revision, limit=asked.limit
    )


async def hits_of(
    context: Context, connection: asyncpg.Connection, asked: Asked, query: Query, meant: Meant
) -> Hits:
    """What is asked for; by words where it cannot be had by meaning."""
    why = meant.why
    try:
        page = await by_words_or_meaning(context, connection, asked, query, meant.vector)
    except NoVectors as error:
        why = str(error)
        page = await by_words_or_meaning(context, connection, asked, query, None)
    return Hits(page, why)
