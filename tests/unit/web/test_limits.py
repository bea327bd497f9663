"""Who asks too often waits, and nobody else does."""

from httpx import ASGITransport, AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from streams.web.limits import BURST_SECONDS, Limited, Limits, client_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_silent_client_has_a_burst_and_then_the_rate() -> None:
    clock = Clock()
    limits = Limits(2, clock=clock)
    assert [limits.wait("a") for _ in range(2 * BURST_SECONDS)] == [0.0] * 2 * BURST_SECONDS
    assert limits.wait("a") == 0.5
    assert limits.wait("b") == 0.0
    clock.now = 0.5
    assert limits.wait("a") == 0.0
    assert limits.wait("a") > 0
    clock.now = 1_000
    assert [limits.wait("a") > 0 for _ in range(2 * BURST_SECONDS + 1)][-2:] == [False, True]


def test_without_a_rate_nobody_waits() -> None:
    limits = Limits(0)
    assert not any(limits.wait("a") for _ in range(1_000))
    assert len(limits) == 0


def test_who_was_silent_longest_is_forgotten_first() -> None:
    limits = Limits(1, most_clients=2, clock=Clock())
    for _ in range(BURST_SECONDS):
        limits.wait("a")
    limits.wait("b")
    assert limits.wait("a") > 0
    limits.wait("c")
    assert len(limits) == 2
    assert limits.wait("a") > 0


def asked_by(address: str) -> str:
    return client_of(Request({"type": "http", "client": (address, 1), "headers": []}))


def test_a_household_is_one_client() -> None:
    assert asked_by("2001:db8::1") == asked_by("2001:db8::ffff:1")
    assert asked_by("2001:db8::1") != asked_by("2001:db8:0:1::1")
    assert asked_by("::ffff:192.0.2.1") == asked_by("192.0.2.1") != asked_by("192.0.2.2")
    assert asked_by("testclient") == "testclient"
    assert client_of(Request({"type": "http", "client": None, "headers": []})) == ""


async def test_the_answer_says_when_to_ask_again() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("here")(scope, receive, send)

    limited = Limited(app, Limits(0.1, clock=Clock()))
    async with AsyncClient(transport=ASGITransport(limited), base_url="http://here") as client:
        assert (await client.get("/")).text == "here"
        refused = await client.get("/")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        assert (await client.get("/static/a.css")).status_code == 200
