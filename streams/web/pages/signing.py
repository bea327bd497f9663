"""Signing in with a key, for browsers on other machines that want to write."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from streams.web import sessions
from streams.web.context import context_of
from streams.web.keys import Scope
from streams.web.rendering import is_secure, page
from streams.web.security import is_local, require_token

router = APIRouter()


@router.get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Request) -> Response:
    """The form, and who is signed in."""
    cookie = request.cookies.get(sessions.COOKIE, "")
    keys = context_of(request).keys
    name = sessions.name(keys, cookie) or sessions.name(keys, cookie, Scope.MODELS)
    return page(request, "sign_in.html", name=name, is_local=is_local(request))


@router.post("/sign-in", include_in_schema=False)
async def sign_in(request: Request, key: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Opens a session for a key that may write.

    Raises:
        HTTPException: 403, the form is not ours or the key may not write.
    """
    await require_token(request)
    keys = context_of(request).keys
    known = keys.find(key.strip()) if keys is not None else None
    if known is None or not known.scopes & {Scope.WRITE, Scope.MODELS}:
        raise HTTPException(403, "This key may not write, or is unknown.")
    response = RedirectResponse("/", 303)
    response.set_cookie(
        sessions.COOKIE,
        sessions.opened(known),
        max_age=sessions.SECONDS,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return response


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request) -> Response:
    """Ends the session of this browser."""
    await require_token(request)
    response = RedirectResponse("/", 303)
    response.delete_cookie(sessions.COOKIE)
    return response
