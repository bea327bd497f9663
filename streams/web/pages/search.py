"""The search page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from streams.web.rendering import page

router = APIRouter()


@router.get("/", include_in_schema=False)
async def search_page(request: Request) -> HTMLResponse:
    """Search."""
    return page(request, "search.html")
