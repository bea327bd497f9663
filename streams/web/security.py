"""Who may read and who may write: dependencies of the routers."""

from dataclasses import dataclass

from fastapi import HTTPException, Request

from streams.web import sessions, tokens
from streams.web.context import context_of
from streams.web.errors import wants_json
from streams.web.guard import LOOPBACK, host_of

_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers with which a proxy says that somebody else asks."""

OLD_FORM = "This form is too old. Load the page again and repeat it."
NO_KEY = (
    "Send a key in the header X-Api-Key; make one with"
    " `python -m streams.web.keys add NAME --write`."
)


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever asks: the name of the key, or `local` for a browser on this machine."""

    name: str


async def reader(request: Request) -> None:
    """Lets everybody read who reaches the console; where it listens decides who that is."""


async def writer(request: Request) -> Person:
    """Lets a known key write, or a form of ours.

    A key is in the header `X-Api-Key`, or `Authorization: Bearer`. A form of ours has the token
    in its field `csrf` or in the header `X-Csrf-Token`.

    Raises:
        HTTPException: 401 for a key that is unknown or for one who has to sign in, 403 for a form
            that is not ours.
    """
    if (key := key_of(request)) is not None:
        keys = context_of(request).keys
        name = keys.name(key) if keys is not None else None
        if name is None:
            raise HTTPException(401, "This key is unknown.")
        return Person(name)
    await require_token(request)
    return browser(request)


def browser(request: Request) -> Person:
    """Whose browser sends a form: of this machine, or of somebody who signed in with a key.

    A browser of this machine needs no key while the console listens on loopback alone and no
    proxy passes others on.

    Raises:
        HTTPException: 401, sign in first.
    """
    context = context_of(request)
    if (name := sessions.name(context.keys, request.cookies.get(sessions.COOKIE, ""))) is not None:
        return Person(name)
    if is_local(request):
        return Person("local")
    raise HTTPException(401, "Sign in with a key that may write, then repeat it.")


def is_local(request: Request) -> bool:
    """Whether a request can only come from this machine."""
    is_passed_on = any(header in request.headers for header in _PASSED_ON)
    host = host_of(request.headers.get("host", ""))
    return (
        context_of(request).settings.web_host in LOOPBACK and host in LOOPBACK and not is_passed_on
    )


def key_of(request: Request) -> str | None:
    """The key that a request has in a header."""
    if key := request.headers.get("x-api-key"):
        return key
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


async def require_token(request: Request) -> None:
    """Refuses a form that is not of a page of ours.

    Raises:
        HTTPException: 403, and what to do.
    """
    text = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "")
    if not text and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        field = (await request.form()).get("csrf", "")
        text = field if isinstance(field, str) else ""
    if not tokens.is_valid(request.cookies.get(tokens.COOKIE, ""), text):
        raise HTTPException(403, NO_KEY if wants_json(request) else OLD_FORM)
