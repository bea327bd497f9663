"""Who is refused before a handler runs, and what a failure leaves in the log."""

import logging.config
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

from infra.logging import configure_structlog, logging_config
from infra.settings import Settings
from streams.web import tokens
from streams.web.app import create_app
from streams.web.context import Context
from streams.web.guard import MOST_BODY
from streams.web.keys import Keys, Scope, add
from streams.web.models.imports import Imports, of_manifest
from streams.web.routers import ROUTERS
from streams.web.security import Person, is_private, operator, writer

router = APIRouter()


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError("a fault")


@router.post("/taken")
async def taken(request: Request) -> int:
    return len(await request.body())


@router.post("/written")
async def written(person: Person = Depends(writer)) -> str:  # noqa: B008
    return person.name


@router.post("/activated")
async def activated(person: Person = Depends(operator)) -> str:  # noqa: B008
    return person.name


def app_of(settings: Settings, keys: Keys | None = None) -> FastAPI:
    app = create_app(Context(settings, pool=None, keys=keys))
    app.include_router(router)
    return app


def asking(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app_of(Settings(web_rate=0))) as client:
        yield client


async def test_a_body_that_is_too_large_is_refused_by_its_length(client: httpx.AsyncClient) -> None:
    assert (await client.post("/taken", content=b"x" * MOST_BODY)).json() == MOST_BODY
    answer = await client.post("/taken", content=b"x" * (MOST_BODY + 1))
    assert answer.status_code == 413


async def test_a_body_that_says_no_length_is_counted(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    answer = await client.post("/taken", content=endless())
    assert answer.status_code == 413


async def test_a_key_for_corrections_changes_no_model(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    phone = add(path, "phone", frozenset({Scope.READ, Scope.WRITE}))
    boss = add(path, "boss", frozenset({Scope.READ, Scope.MODELS}))
    async with asking(app_of(Settings(web_rate=0), Keys(path))) as client:
        told = {
            (address, name): (await client.post(address, headers={"X-Api-Key": key})).status_code
            for address in ("/written", "/activated")
            for name, key in (("phone", phone), ("boss", boss))
        }
    assert told == {
        ("/written", "phone"): 200,
        ("/written", "boss"): 401,
        ("/activated", "phone"): 401,
        ("/activated", "boss"): 200,
    }


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, 200),
        ({"web_local_writes": False}, 401),
        ({"web_allowed_hosts": "media.example"}, 401),
        ({"web_host": "0.0.0.0"}, 401),
    ],
)
async def test_nobody_is_local_where_others_may_come_in(
    settings: dict[str, Any], status: int
) -> None:
    current = Settings(web_rate=0, **settings)
    assert is_private(current) == (status == 200)
    async with asking(app_of(current)) as client:
        secret = tokens.new_secret()
        client.cookies.set(tokens.COOKIE, secret)
        answer = await client.post("/written", headers={"X-Csrf-Token": tokens.token(secret)})
    assert answer.status_code == status


@pytest.fixture(params=["console", "json"])
def logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lines are written as a process of ours writes them; afterwards as they were before."""
    config = logging_config(Settings(log_format=request.param, log_level="error"))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in config["loggers"]}
    configure_structlog()
    logging.config.dictConfig(config)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, earlier in levels.items():
        logging.getLogger(name).setLevel(earlier)
    structlog.reset_defaults()


@pytest.mark.usefixtures("logged")
async def test_a_failure_leaves_no_secret_in_the_log(
    client: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = {"X-Api-Key": "secret-of-a-key", "Cookie": "mimmo_session=secret-of-a-cookie"}
    answer = await client.get("/broken?apikey=secret-of-a-query", headers=secrets)
    assert answer.status_code == 500
    said = capfd.readouterr().err
    assert "a fault" in said
    assert "secret-of" not in said


def posts_of_models() -> list[APIRoute]:
    """Every handler below /models that changes something."""
    return [
        route
        for kept in ROUTERS
        for route in kept.routes
        if isinstance(route, APIRoute)
        and "POST" in (route.methods or ())
        and "/models" in route.path
    ]


async def test_whoever_changes_models_is_paced(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    boss = add(path, "boss", frozenset({Scope.READ, Scope.MODELS}))
    current = Settings(web_rate=0, web_correction_rate=0.01, home=tmp_path)
    begun = of_manifest("smollm2", "boss", "")
    Imports(current).begin(begun)
    Imports(current).accept(begun, "boss")
    addresses = [
        route.path.format(number=begun.id, role="base", name="x") for route in posts_of_models()
    ]
    assert len(addresses) >= 8
    for address in addresses:
        # A burst of one: the second is refused, whatever became of the first.
        async with asking(app_of(current, Keys(path))) as client:
            said = {"X-Api-Key": boss}
            form = {"files": {"file": ("a", b"x")}} if "/file/" in address else {"data": {"a": "b"}}
            await client.post(address, headers=said, **form)
            answer = await client.post(address, headers=said, **form)
        assert answer.status_code == 429, address
        assert int(answer.headers["Retry-After"]) > 0
