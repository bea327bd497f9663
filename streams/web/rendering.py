"""Pages from templates. Every value is escaped; a name is hostile text wherever it stands."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from streams.web import assets, filters, tokens
from streams.web.etags import etag

TEMPLATES = Path(__file__).parent / "templates"
NAVIGATION = (
    ("/", "Search"),
    ("/live", "Live"),
    ("/corrections", "Corrections"),
    ("/models", "Models"),
)
"""Links of the head of every page; those that no router serves are left out."""
_PLACEHOLDER = secrets.token_hex(16)
"""Stands for the token while a page is tagged. Nobody can know it, so no name can hold it."""


@cache
def environment() -> Environment:
    """The templates with our filters; what is undefined is an error, not an empty string."""
    # Everything is escaped, whatever a template is called.
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(filters.FILTERS)
    templates.globals["asset"] = assets.url
    templates.globals["icon"] = assets.icon
    return templates


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, with a token for its forms and the theme that its reader chose.

    A template writes `{{ csrf() }}` inside each form that is sent by POST.

    Args:
        request: what is answered.
        template: a file of `templates`, `search.html` for example.
        status: of the answer.
        **values: what the template shows.
    """
    uses_token = False

    def csrf() -> str:
        nonlocal uses_token
        uses_token = True
        return _PLACEHOLDER

    text = (
        environment()
        .get_template(template)
        .render(
            request=request,
            csrf=lambda: filters.hidden("csrf", csrf()),
            csrf_token=csrf,
            theme=theme(request),
            navigation=navigation(request),
            **values,
        )
    )
    cookie = request.cookies.get(tokens.COOKIE, "")
    is_new = uses_token and not tokens.is_secret(cookie)
    secret = tokens.new_secret() if is_new else cookie
    tag = etag(text.encode(errors="replace"), secret)
    if uses_token:
        text = text.replace(_PLACEHOLDER, tokens.token(secret))
    response = HTMLResponse(
        text.encode(errors="replace"),
        status,
        {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, HX-Request"},
    )
    if is_new:
        response.set_cookie(
            tokens.COOKIE, secret, httponly=True, samesite="lax", secure=is_secure(request)
        )
    return response


def is_secure(request: Request) -> bool:
    """Whether a request came by HTTPS: a cookie is then for HTTPS alone."""
    return request.url.scheme == "https"


def theme(request: Request) -> str:
    """`light`, `dark`, or empty where the system decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def navigation(request: Request) -> list[tuple[str, str, bool]]:
    """The links of the head: path, label, and whether the page is below it."""
    served: frozenset[str] = getattr(request.app.state, "paths", frozenset())
    here = request.url.path
    return [
        (path, label, here == path or (path != "/" and here.startswith(f"{path}/")))
        for path, label in NAVIGATION
        if path in served
    ]
