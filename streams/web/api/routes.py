"""The routes of the JSON API."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request

from infra.postgres.search import facets
from streams.web.api.shapes import DetailShape, FacetsShape, PageShape, ProblemShape
from streams.web.asked import Asked
from streams.web.context import context_of
from streams.web.meaning import MISSING, by_words_or_meaning, vector_of

_PROBLEM = {"model": ProblemShape, "content": {"application/problem+json": {}}}

router = APIRouter(
    prefix="/api/v1",
    tags=["search"],
    responses={
        422: {**_PROBLEM, "description": "A parameter cannot be read."},
        503: {**_PROBLEM, "description": "The database is away, or the query took too long."},
    },
)

InfohashPath = Annotated[
    str, Path(pattern="^[0-9a-fA-F]{40}$", description="40 hex digits.", max_length=40)
]


@router.get("/search")
async def search_torrents(request: Request, asked: Annotated[Asked, Query()]) -> PageShape:
    """A page of torrents; the answer says where the next one begins.

    With `by_meaning` there is one page; 503 where the vectors or the network are missing.
    """
    context = context_of(request)
    query = asked.query()
    try:
        vector = await vector_of(context, asked, query)
        async with context.connection() as connection:
            hits = await by_words_or_meaning(context, connection, asked, query, vector)
    except MISSING as error:
        raise HTTPException(503, str(error)) from error
    return PageShape.of(hits)


@router.get("/facets")
async def count_facets(request: Request, asked: Annotated[Asked, Query()]) -> FacetsShape:
    """How many of the found torrents have which medium, year, codec and so on."""
    async with context_of(request).connection() as connection:
        counted = await facets(connection, asked.counted)
    return FacetsShape.of(counted)


@router.get(
    "/torrents/{infohash}",
    responses={404: {**_PROBLEM, "description": "No such torrent is stored."}},
)
async def one_torrent(request: Request, infohash: InfohashPath) -> DetailShape:
    """All of one torrent: files, results with evidence, history, corrections."""
    context = context_of(request)
    async with context.connection() as connection:
        detail = await context.unbanned.torrent(connection, infohash.lower())
    if detail is None:
        raise HTTPException(404, "No torrent with this infohash is stored.")
    return DetailShape.of(detail)
