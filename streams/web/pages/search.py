"""The search page: words, facets, order, pages. It works without JavaScript."""

from typing import Annotated

import asyncpg
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from infra.postgres.search import Facets, facets
from streams.web.asked import Asked, AskedByForm
from streams.web.choices import SHOWN, facet_lists, orders, removals
from streams.web.context import Context, context_of
from streams.web.meaning import Hits, hits_of, meant_of
from streams.web.rendering import page

router = APIRouter()

_SHOWN_FIELDS = ("q", "after", "adult", "by_meaning")
"""Fields that the form shows, and those that belong to the search before."""


@router.get("/", include_in_schema=False)
async def search_page(request: Request, asked: Annotated[AskedByForm, Query()]) -> HTMLResponse:
    """The whole page; the results alone where a script asks for them while somebody types."""
    is_typing = request.headers.get("hx-request") == "true"
    answer, counted = await looked_up(context_of(request), asked, is_typing=is_typing)
    hits = answer.page
    # What was found by words has pages, which what is meant has not.
    by_meaning = asked.by_meaning and answer.why is None
    return page(
        request,
        "results.html" if is_typing else "search.html",
        asked=asked,
        hidden=hidden_fields(asked),
        found=hits,
        why_by_words=answer.why,
        counted=counted,
        facets=facet_lists(asked, counted) if counted else [],
        orders=[] if asked.is_meant else orders(asked),
        removals=list(removals(asked)),
        facet_size=SHOWN,
        next_page=asked.address(after=hits.after, by_meaning=by_meaning) if hits.after else None,
        feed=asked.address("/feed.atom", limit=None, by_meaning=None),
        as_json=asked.address("/api/v1/search"),
    )


async def looked_up(
    context: Context, asked: Asked, *, is_typing: bool = False
) -> tuple[Hits, Facets | None]:
    """A page of results, and the facets; None where counting them took too long.

    Beside what is found by meaning stands what there is of everything that passes the filters.

    Raises:
        BadCursor: the place to go on from is of another search.
    """
    query = asked.query(typing=is_typing)
    meant = await meant_of(context, asked, query)
    async with context.connection() as connection:
        hits = await hits_of(context, connection, asked, query, meant)
        counted = asked.counted if hits.why is None else query
        try:
            return hits, await facets(connection, counted)
        except asyncpg.QueryCanceledError:
            return hits, None


def hidden_fields(asked: Asked) -> list[tuple[str, str]]:
    """What the form sends along with the words: the choices that were made before."""
    kept = {name: value for name, value in asked.chosen().items() if name not in _SHOWN_FIELDS}
    return [
        (name, str(part))
        for name, value in kept.items()
        for part in (value if isinstance(value, tuple) else (value,))
    ]
