"""`/torznab/api`: capabilities and searches, and refusals that clients understand."""

import hashlib
from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from infra.postgres.search import Page, search
from streams.web.context import Context, context_of
from streams.web.errors import problem_of
from streams.web.keys import Scope
from streams.web.limits import client_of, plain
from streams.web.torznab import items
from streams.web.torznab.asked import MAX_OFFSET, Asked, asked
from streams.web.torznab.caps import caps
from streams.web.torznab.faults import TOO_MANY, WRONG_KEY, Refused
from streams.web.torznab.paging import Places

PATH = "/torznab/api"
_RSS = "application/rss+xml; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

router = APIRouter()


@router.get(PATH, include_in_schema=False)
async def api(request: Request) -> Response:
    """One request of a client, whatever its function."""
    # The first of several values counts, as in the programs that clients know.
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name.lower(), value)
    context = context_of(request)
    try:
        require_key(context, given.get("apikey", ""))
        if given.get("t", "").lower() == "caps":
            return Response(caps(knows_imdb=await _knows_imdb(context)), media_type=_XML)
        return await _found(request, context, given)
    except Refused as refusal:
        return Response(items.error(refusal.code, refusal.description), media_type=_XML)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        problem = problem_of(error)
        return Response(items.error(900, problem.detail), problem.status, media_type=_XML)


def too_many(request: Request) -> Response:
    """What a client is told that asks too often."""
    if request.url.path != PATH:
        return plain(request)
    return Response(items.error(TOO_MANY.code, TOO_MANY.description), 429, media_type=_XML)


def require_key(context: Context, key: str) -> None:
    """Refuses who has no key where one is wanted, and always who has a wrong one.

    Raises:
        Refused: code 100.
    """
    wanted = context.settings.torznab_apikey
    is_needed = wanted == "always" or (
        wanted == "auto" and context.settings.web_host not in _LOOPBACK
    )
    if not key and not is_needed:
        return
    known = context.keys.find(key) if context.keys is not None else None
    if known is None or Scope.READ not in known.scopes:
        # Programs insist on a key to be typed in; where none is wanted, any will do if there is
        # none to confuse it with.
        if not is_needed and (context.keys is None or not context.keys.all()):
            return
        raise WRONG_KEY


async def _knows_imdb(context: Context) -> bool:
    query = "SELECT EXISTS (SELECT FROM torrents WHERE hints->>'imdb' IS NOT NULL)"
    async with context.connection() as connection:
        return bool(await connection.fetchval(query))


async def _found(request: Request, context: Context, given: dict[str, str]) -> Response:
    wanted = asked(given)
    page = Page(rows=())
    if wanted.query is not None and wanted.offset < MAX_OFFSET:
        page = await _page(request, context, wanted, _who(request, given))
    base = str(request.base_url).rstrip("/")
    more = page.after is not None and wanted.offset + wanted.limit < MAX_OFFSET
    text = items.rss(page.rows, items.Channel(base, wanted.offset, more))
    return Response(text.encode(), media_type=_RSS)


async def _page(request: Request, context: Context, wanted: Asked, who: str) -> Page:
    assert wanted.query is not None
    places = _places(request.app.state)
    known, after = places.find(who, wanted.offset) if wanted.offset else (True, None)
    if known and wanted.offset and after is None:
        return Page(rows=())
    async with context.connection() as connection:
        page = await search(
            connection,
            wanted.query,
            after=after,
            limit=wanted.limit,
            offset=0 if known else wanted.offset,
        )
    # What is left out counts: a client that adds up limits misses nothing.
    places.keep(who, wanted.offset + len(page.rows), page.after)
    return context.unbanned.page(page)


def _who(request: Request, given: dict[str, str]) -> str:
    """A client and its question, whichever part of it is asked for."""
    said = sorted((name, value) for name, value in given.items() if name not in ("offset", "limit"))
    text = repr((client_of(request), request.headers.get("user-agent", ""), said))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _places(state: Any) -> Places:
    """What this application remembers, made with its first request."""
    if not hasattr(state, "torznab_places"):
        state.torznab_places = Places()
    places: Places = state.torznab_places
    return places
