"""ETags: what a browser has already is not sent again."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAGGED = ("text/html", "application/json", "application/atom+xml")
_KEPT = frozenset(
    {"cache-control", "content-location", "date", "etag", "expires", "set-cookie", "vary"}
)
"""Headers that an answer 304 has."""


def etag(body: bytes, *more: str) -> str:
    """A weak tag of a body, and of what else the answer depends on."""
    digest = hashlib.sha256(body)
    for text in more:
        digest.update(b"\0" + text.encode())
    return f'W/"{digest.hexdigest()[:32]}"'


def matches(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names a tag."""
    wanted = tag.removeprefix("W/")
    known = (part.strip().removeprefix("W/") for part in header.split(","))
    return header.strip() == "*" or wanted in known


class ETags:
    """Tags every page, feed and JSON answer, and answers 304 where the tag is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None
        parts: list[bytes] = []

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if not _is_tagged(message):
                    await send(message)
                else:
                    start = message
                return
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(parts)
            headers = MutableHeaders(scope=start)
            headers.setdefault("ETag", etag(body))
            headers.setdefault("Cache-Control", "private, no-cache")
            if known and matches(known, headers["ETag"]):
                start["status"] = 304
                start["headers"] = [
                    (name, value) for name, value in start["headers"] if name.decode() in _KEPT
                ]
                body = b""
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, tagged)


def _is_tagged(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith(_TAGGED)
