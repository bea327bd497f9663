"""The live page: the latest classified torrents, and those that come while it is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict

import orjson
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from infra.postgres.search import Query, Sort
from streams.web.context import context_of
from streams.web.limits import client_of
from streams.web.live import Live, Seen, TooMany, TooManyOfOne
from streams.web.rendering import page

router = APIRouter()

SHOWN = 30
_BEAT_SECONDS = 15.0
"""A sign of life, so that proxies keep the connection and the state of Kafka is told."""


def live_of(request: Request) -> Live:
    """The shared consumer of the application."""
    live: Live = request.app.state.live
    return live


@router.get("/live", include_in_schema=False)
async def live_page(request: Request) -> HTMLResponse:
    """The latest as a plain list; a script puts new ones before them."""
    context = context_of(request)
    async with context.connection() as connection:
        newest = Query(sort=Sort.AGE)
        hits = await context.unbanned.search(connection, newest, limit=SHOWN)
    return page(
        request,
        "live.html",
        rows=hits.rows,
        is_away=not await live_of(request).answers(),
    )


@router.get("/live/events", include_in_schema=False)
async def events(request: Request) -> StreamingResponse:
    """Server-sent events: a torrent each, and whether Kafka answers.

    Raises:
        HTTPException: 429, too many of this address look already; 503, too many at all.
    """
    live = live_of(request)
    client = client_of(request)
    try:
        live.require_place(client)
    except TooManyOfOne as error:
        text = "Your address has this page open too often. Close it elsewhere first."
        raise HTTPException(429, text) from error
    except TooMany as error:
        raise HTTPException(503, "Too many look at this page at once.") from error

    async def stream() -> AsyncIterator[bytes]:
        # A place is taken only here: of an answer that nobody reads, nothing of this runs.
        with suppress(TooMany):
            async with live.watching(client) as queue:
                async for text in told(live, queue):
                    yield text

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def told(live: Live, queue: asyncio.Queue[Seen | None]) -> AsyncIterator[bytes]:
    """What is sent to one who looks, until it is over."""
    yield b"retry: 5000\n\n"
    while True:
        try:
            seen = await asyncio.wait_for(queue.get(), _BEAT_SECONDS)
        except TimeoutError:
            yield b"event: state\ndata: " + (b"away" if live.is_away else b"here") + b"\n\n"
            continue
        if seen is None:
            return
        # JSON has no line break of its own, so an event is one line.
        yield b"event: torrent\ndata: " + orjson.dumps(asdict(seen)) + b"\n\n"
