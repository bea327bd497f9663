"""The page of the events on Kafka, made from the contracts."""

from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from schemas.page import body
from streams.web.rendering import page

router = APIRouter()


@router.get("/docs/events", include_in_schema=False)
async def events_page(request: Request) -> HTMLResponse:
    """Topics, keys, headers, fields and examples."""
    return page(request, "events.html", body=_body())


@cache
def _body() -> Markup:
    """Made once: contracts do not change while a process runs. All values in it are escaped."""
    return Markup(body())  # noqa: S704
