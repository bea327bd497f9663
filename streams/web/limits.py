"""How often one client may ask: a bucket of tokens for each, in bounded memory."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_CLIENTS = 10_000
"""Clients that are remembered; of more, whoever was silent longest is forgotten."""
BURST_SECONDS = 5
"""A client that was silent may ask at once for as much as for so many seconds."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """Tokens of each client: one for a request, and so many come back in a second."""

    def __init__(
        self,
        rate: float,
        *,
        most_clients: int = MOST_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._most = max(1.0, rate * BURST_SECONDS)
        self._most_clients = most_clients
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str) -> float:
        """Takes a token; returns 0, or the seconds until there is one again."""
        if self._rate <= 0:
            return 0.0
        now = self._clock()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(self._most, now)
            if len(self._buckets) > self._most_clients:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(client)
        bucket.tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0.0


def client_of(request: Request) -> str:
    """Who asks: the address. A whole IPv6 network of a household counts as one."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed, 64), strict=False))
    return host


def plain(request: Request) -> Response:
    """A refusal in one line."""
    return PlainTextResponse("Too many requests. Wait a little, then ask again.\n", 429)


class Limited:
    """Answers 429 with `Retry-After` to who asks too often. Static files are free."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        refusal: Callable[[Request], Response] = plain,
    ) -> None:
        self._app = app
        self._limits = limits
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if (seconds := self._limits.wait(client_of(request))) > 0:
            response = self._refusal(request)
            response.headers["Retry-After"] = str(math.ceil(seconds))
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)
