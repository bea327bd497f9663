"""What stands before every handler: hosts, cross-site writes, and the headers of an answer."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
MOST_BODY = 1 << 20
"""Bytes of a body, which is read before anybody asks who sends it.

No form and no correction has a tenth of that.
"""
_FILE = re.compile(r"/models/import/[^/]+/file/[^/]+")
"""Where a file of any size may be sent.

That handler asks first who sends it, and writes it to disk as it comes.
"""
_TOO_LARGE = f"A request has {MOST_BODY:,} bytes at most."
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine that no other one reaches."""
_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (names, nothing listens here)


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The host names that requests may be for.

    A page elsewhere can let a name of its own point to loopback and so ask us as if it were us.
    """
    return hosts_of(settings.web_host, settings.web_allowed_hosts)


def hosts_of(listens: str, allowed: str) -> frozenset[str]:
    """This machine, the address that a server listens on, and the names of a setting."""
    own = () if listens in _ANY else (listens,)
    more = (host.strip() for host in allowed.split(","))
    return frozenset(host.strip("[]").lower() for host in (*LOOPBACK, *own, *more) if host)


class Guard:
    """Refuses foreign hosts and cross-site writes; gives every answer its security headers."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if host_of(headers.get("host", "")) not in self._hosts:
            text = (
                "This name is not among those under which the console may be reached;"
                " add it to STREAMS_WEB_ALLOWED_HOSTS.\n"
            )
            await PlainTextResponse(text, 400)(scope, receive, guarded)
        elif scope["method"] not in SAFE and is_cross_site(headers):
            await PlainTextResponse("Refused: another site sent this.\n", 403)(
                scope, receive, guarded
            )
        elif is_too_large(headers, scope["path"]):
            await PlainTextResponse(f"{_TOO_LARGE}\n", 413)(scope, receive, guarded)
        elif scope["method"] == "HEAD":  # the server leaves the body away
            await self._app({**scope, "method": "GET"}, receive, guarded)
        else:
            await self._app(scope, bounded(receive, scope["path"]), guarded)


def is_too_large(headers: Headers, path: str) -> bool:
    """Whether a request says that it has more than it may."""
    length = headers.get("content-length", "")
    return length.isdecimal() and int(length[:20]) > MOST_BODY and not _FILE.fullmatch(path)


def bounded(receive: Receive, path: str) -> Receive:
    """What a request sends, up to the bound: a body that comes in chunks says no length."""
    if _FILE.fullmatch(path):
        return receive
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > MOST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return counted


def host_of(header: str) -> str:
    """The name in a Host header, without port and brackets; empty if it is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


def is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that another site sends this.

    What is no browser says nothing; it has no cookie either, and needs a key.
    """
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    return origin == "null" or urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
