"""What every answer of the console has, asked of the application itself."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Depends, Request

from infra.settings import Settings
from streams.web import tokens
from streams.web.app import create_app
from streams.web.context import Context
from streams.web.rendering import page
from streams.web.security import Person, writer

router = APIRouter()


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError("secret detail")


@router.get("/away")
async def away() -> None:
    raise asyncpg.CannotConnectNowError("starting up")


@router.get("/slow")
async def slow() -> None:
    raise asyncpg.QueryCanceledError("canceling statement")


@router.get("/form")
async def form(request: Request) -> Any:
    return page(request, "error.html", problem={"title": "", "detail": "", "status": 0})


@router.get("/api/v1/number")
async def number(value: int) -> dict[str, int]:
    return {"value": value}


@router.post("/written")
async def written(person: Person = Depends(writer)) -> str:  # noqa: B008
    return person.name


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(Settings(web_allowed_hosts="media.example")) as client:
        yield client


@pytest.fixture
async def private() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(Settings()) as client:
        yield client


def asking(settings: Settings) -> httpx.AsyncClient:
    app = create_app(Context(settings, pool=None))
    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/nothing", "/broken", "/away", "/api/v1/number?value=x", "/static/x.js"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[::1", "a@b"])
async def test_a_foreign_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/", headers={"host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80", "MEDIA.example"])
async def test_an_allowed_host_is_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/form", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/broken", 500), ("/away", 503), ("/slow", 503)])
async def test_a_failure_is_told_without_a_trace(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "secret detail" not in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    as_json = await client.get(path, headers={"accept": "application/json"})
    assert as_json.json()["status"] == status


async def test_what_is_not_there_and_what_cannot_be_read(client: httpx.AsyncClient) -> None:
    assert "There is nothing" in (await client.get("/nothing")).text
    assert (await client.get("/api/nothing")).json()["status"] == 404
    answer = await client.get("/api/v1/number?value=<b>")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("value:")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("year=abc", "year"),
        ("year=1990-1980", "year"),
        ("min_size=zz", "min_size"),
        ("nosuch=1", "nosuch"),
        ("page=99999", "page"),
        ("medium=audio&limit=many", "limit"),
        ("subcategory=opera", "subcategory"),
        ("q=%00", "q"),
    ],
)
async def test_a_question_that_is_not_understood_finds_nothing_and_says_what(
    client: httpx.AsyncClient, question: str, name: str
) -> None:
    # There is no database here: whatever asks one is answered with 503.
    answer = await client.get(f"/api/v1/search?{question}")
    assert answer.status_code == 422
    told = answer.json()["detail"]
    assert told.startswith(f"{name}: ")
    assert "Known are: q, medium," in told
    assert "Input should" not in told
    for path in ("/", "/feed.atom"):
        page = await client.get(f"{path}?{question}")
        assert page.status_code == 422
        assert f"Not understood: {name}: " in page.text
        assert "min_size" in page.text


async def test_a_list_of_corrections_that_is_not_understood_says_what(
    client: httpx.AsyncClient,
) -> None:
    assert "Not understood: since: " in (await client.get("/corrections?since=1")).text
    answer = await client.get("/api/v1/corrections?nosuch=1")
    assert answer.json()["detail"].startswith("nosuch: ")
    assert "reporter" in answer.json()["detail"]


async def test_a_body_that_cannot_be_read_is_told_plainly(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/corrections", content=b"{", headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["detail"] == "this is no JSON"


async def test_what_is_known_is_not_sent_again(client: httpx.AsyncClient) -> None:
    for path in ("/form", "/api/v1/number?value=1"):
        first = await client.get(path)
        again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304, path
        assert again.content == b""


async def test_head_is_answered(client: httpx.AsyncClient) -> None:
    assert (await client.head("/form")).status_code == 200


async def test_a_write_needs_a_form_of_ours(private: httpx.AsyncClient) -> None:
    assert (await private.post("/written")).status_code == 403
    secret = tokens.new_secret()
    private.cookies.set(tokens.COOKIE, secret)
    assert (await private.post("/written", data={"csrf": "0" * 96})).status_code == 403
    other = tokens.token(tokens.new_secret())
    assert (await private.post("/written", data={"csrf": other})).status_code == 403
    good = tokens.token(secret)
    assert (await private.post("/written", data={"csrf": good})).status_code == 200
    assert (await private.post("/written", headers={"x-csrf-token": good})).status_code == 200
    assert (await private.post("/written", headers={"x-api-key": "unknown"})).status_code == 401


async def test_a_program_without_a_key_is_told_how_to_get_one(client: httpx.AsyncClient) -> None:
    said = {"infohash": "ab" * 20, "field": "medium", "verdict": "wrong"}
    answer = await client.post("/api/v1/corrections", json=said)
    assert answer.status_code == 403
    assert "X-Api-Key" in answer.json()["detail"]
    assert "python -m streams.web.keys add NAME --write" in answer.json()["detail"]
    page = await client.post("/corrections", data=said)
    assert page.status_code == 403
    assert "Load the page again" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ],
)
async def test_a_write_from_another_site_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    secret = tokens.new_secret()
    client.cookies.set(tokens.COOKIE, secret)
    data = {"csrf": tokens.token(secret)}
    assert (await client.post("/written", data=data, headers=headers)).status_code == 403


def test_tokens_are_another_one_in_each_answer_and_belong_to_their_secret() -> None:
    secret = tokens.new_secret()
    first, second = tokens.token(secret), tokens.token(secret)
    assert first != second
    assert tokens.is_valid(secret, first)
    assert tokens.is_valid(secret, second)
    assert not tokens.is_valid("", first)
    assert not tokens.is_valid(secret, "é")
