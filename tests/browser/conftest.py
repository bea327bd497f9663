"""One site for the browser tests of a file: server, store, Kafka, Postgres; pages to look at it."""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    async_playwright,
)

from infra.local import stack as local
from infra.postgres.migrate import migrate
from infra.settings import Settings
from streams.kafka.admin import create_topics
from tests.browser.chromium import chromium
from tests.browser.sample import ARTIST, GROUP, OTHER_GROUP, results
from tests.conftest import skip_what_is_there
from tests.integration.correcting import stored
from tests.support import ROOT, eventually, running

SCREENSHOTS = ROOT / "build" / "screenshots"
CATALOGUE = f"""
INSERT INTO musicbrainz.artist (mbid, name, disambiguation, country)
VALUES ('{ARTIST}', 'Paper Lighthouse', 'invented band', 'IT');
INSERT INTO musicbrainz.release_group (mbid, title, artist_mbids, artist_credit, first_year,
    primary_type)
VALUES ('{GROUP}', 'Low Tide', '{{{ARTIST}}}', 'Paper Lighthouse', 2006, 'Album'),
    ('{OTHER_GROUP}', 'Low Tide EP', '{{{ARTIST}}}', 'Paper Lighthouse', 2006, 'EP');
"""


@dataclass
class Site:
    """A running console."""

    url: str
    dsn: str
    environment: dict[str, str]
    home: Path
    log: Path


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A browser of this machine."""
    return chromium()


@pytest.fixture(scope="module")
def site(
    browser_path: str, stack: local.Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The real server and store over sample torrents.

    It is one for the tests of a file and no longer: its store reads what all tests publish.
    """
    yield from served(stack, tmp_path_factory)


def served(stack: local.Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, for as long as it is looked at."""
    folder = tmp_path_factory.mktemp("site")
    name = f"site_{secrets.token_hex(4)}"
    dsn = urlunsplit(urlsplit(stack.postgres_dsn)._replace(path=f"/{name}"))
    asyncio.run(_made(stack, name, dsn))
    environment = {
        "STREAMS_HOME": str(folder / "home"),
        "STREAMS_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
        "STREAMS_POSTGRES_DSN": dsn,
        "STREAMS_GROUP": name,
        "STREAMS_LOG_LEVEL": "info",
        "STREAMS_WEB_RATE": "0",
        "STREAMS_WEB_CORRECTION_RATE": "0",
    }
    web = ["streams.web", "--port", "0"]
    log = folder / "web.log"
    with (
        running(["streams.store"], environment, folder / "store.log"),
        running(web, environment, log) as server,
    ):
        address = asyncio.run(_address(server))
        yield Site(address, dsn, environment, folder / "home", log)
    asyncio.run(_gone(stack, name))


async def _made(stack: local.Stack, name: str, dsn: str) -> None:
    owner = await asyncpg.connect(stack.postgres_dsn)
    await owner.execute(f"CREATE DATABASE {name}")
    await owner.close()
    await create_topics(Settings(kafka_bootstrap=stack.kafka_bootstrap))
    await skip_what_is_there(stack.kafka_bootstrap, name)
    db = await asyncpg.connect(dsn)
    await migrate(db)
    await db.execute(CATALOGUE)
    await stored(SimpleNamespace(db=db), *results())
    await db.execute("ANALYZE")
    await db.close()


async def _gone(stack: local.Stack, name: str) -> None:
    owner = await asyncpg.connect(stack.postgres_dsn)
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


async def _address(server: object) -> str:
    async def said() -> str | None:
        assert server.popen.poll() is None, server.output[-3000:]  # type: ignore[attr-defined]
        match = re.search(r"http://127\.0\.0\.1:\d+", server.output)  # type: ignore[attr-defined]
        return match[0] if match else None

    return str(await eventually(said, within=60, what="the server to listen"))


@pytest.fixture
async def db(site: Site) -> AsyncIterator[asyncpg.Connection]:
    """The database of the site, to look with."""
    connection = await asyncpg.connect(site.dsn)
    yield connection
    await connection.close()


@dataclass
class Watched:
    """What a browser did that it should not, collected over a test."""

    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@pytest.fixture
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        running_browser = await playwright.chromium.launch(
            executable_path=browser_path, args=arguments
        )
        yield running_browser
        await running_browser.close()


@pytest.fixture
async def page(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A page of the site. The test fails where it asks another server, or a script breaks."""
    context = await browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    watched = _watching(context, site)
    yield await context.new_page()
    await context.close()
    assert (watched.foreign, watched.errors, watched.dialogs) == ([], [], [])


@pytest.fixture
async def plain_page(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """The same without JavaScript."""
    context = await browser.new_context(base_url=site.url, java_script_enabled=False)
    watched = _watching(context, site)
    yield await context.new_page()
    await context.close()
    assert (watched.foreign, watched.dialogs) == ([], [])


def _watching(context: BrowserContext, site: Site) -> Watched:
    """Collects what this browser does that it should not."""
    watched = Watched()

    def asked(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            watched.foreign.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            watched.errors.append(message.text)

    async def asks(dialog: Dialog) -> None:
        watched.dialogs.append(dialog.message)
        await dialog.dismiss()

    context.on("request", asked)
    context.on("console", said)
    context.on("dialog", asks)
    context.on("weberror", lambda error: watched.errors.append(str(error.error)))
    return watched


async def shot(page: Page, name: str) -> None:
    """Keeps what a person would see under build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
