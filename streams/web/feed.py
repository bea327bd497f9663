"""An Atom feed of any search, newest first."""

import re
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from infra.postgres.search import Sort
from streams.web.asked import Asked
from streams.web.context import context_of
from streams.web.rendering import environment

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

router = APIRouter()


@router.get("/feed.atom", include_in_schema=False)
async def feed(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """The newest torrents of a search, with magnet links."""
    if asked.by_meaning:
        raise HTTPException(422, "A feed is of words, the newest first: leave out by_meaning.")
    context = context_of(request)
    async with context.connection() as connection:
        hits = await context.unbanned.search(
            connection, asked.query(sort=Sort.AGE), after=asked.after, limit=asked.limit
        )
    base = str(request.base_url).rstrip("/")
    text = (
        environment()
        .get_template("feed.atom")
        .render(
            base=base,
            itself=base + asked.address("/feed.atom", after=asked.after),
            page=base + asked.address(),
            next_page=base + asked.address("/feed.atom", after=hits.after) if hits.after else None,
            question=asked.q,
            rows=hits.rows,
        )
    )
    return Response(xml_text(text).encode(), media_type="application/atom+xml; charset=utf-8")


def xml_text(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
