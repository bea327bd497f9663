"""What was stored before its ban rule came is shown nowhere, and what stands beside it is."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from infra.postgres.search import Query
from infra.settings import Settings
from schemas import LinkStatus
from streams.pipeline.unbanned import unbanned
from streams.terminal.sources.database import Database
from streams.terminal.sources.screened import Screened
from streams.web.app import create_app
from streams.web.connections import reader_pool
from streams.web.context import Context
from tests.integration.correcting import corrected, correction
from tests.integration.shelf import ARTIST, GROUP, SHELF, Item, put

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def _album(name: str, **more: Any) -> Item:
    fields = {"album_name": "Low Tide", "artist": "Paper Lighthouse"}
    return Item(name, "album", fields, link=LinkStatus.EXACT, **more)


BY_NAME = _album("Low Tide Fr0bnitz-Quxle (2006) [FLAC]", seeders=500, age=-1)
BY_INFOHASH = _album("Low Tide Nameless Edition (2006) [FLAC]", seeders=400, age=-1)
BY_PATH = _album("Low Tide Pathwise (2006) [FLAC]", files=(("CD1/Zorblatt.flac", 600),), seeders=1)
KEPT = _album("Low Tide Evening Edition (2006) [FLAC]", seeders=300)
BANNED = (BY_NAME, BY_INFOHASH)
HIDDEN = ("Quxle", "Nameless")


@dataclass
class Lists:
    """The ban list of an operator, whose rules came after the torrents."""

    rules: Path
    infohashes: Path


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rules]]\nid = "invented"\nterms = ["frobnitz quxle", "zorblatt"]\n')
    infohashes = tmp_path / "infohashes.txt"
    digest = hashlib.sha256(bytes.fromhex(BY_INFOHASH.torrent.infohash)).hexdigest()
    infohashes.write_text(f"{digest}\n")
    return Lists(rules, infohashes)


@pytest.fixture
async def filled(database: SimpleNamespace) -> SimpleNamespace:
    await put(database.db, (*SHELF, *BANNED, BY_PATH, KEPT))
    said = (correction(item.torrent, "year", 2007) for item in (*BANNED, KEPT))
    await corrected(database, *said)
    return database


def _context(database: SimpleNamespace, pool: Any, lists: Lists | None) -> Context:
    # Port 1 of loopback: Kafka is away.
    more: dict[str, Any] = {}
    if lists is not None:
        more = {"ban_keywords": lists.rules, "ban_infohashes": lists.infohashes}
    away = "127.0.0.1:1"
    return Context(Settings(postgres_dsn=database.dsn, kafka_bootstrap=away, **more), pool)


@pytest.fixture
async def clients(
    filled: SimpleNamespace, lists: Lists
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """The console before and after the rules came."""
    pool = await reader_pool(Settings(postgres_dsn=filled.dsn, web_connections=2))
    apps = [create_app(_context(filled, pool, chosen)) for chosen in (None, lists)]
    before, after = (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
        for app in apps
    )
    async with before, after:
        yield before, after
    await pool.close()


LISTS = (
    "/?q=low+tide",
    "/?q=low+tide&limit=1",
    "/feed.atom?q=low+tide",
    "/api/v1/search?q=low+tide",
    "/torznab/api?t=search&q=low+tide",
    f"/artists/{ARTIST}",
    f"/release-groups/{GROUP}",
    "/live",
    "/corrections",
    "/api/v1/corrections",
)


@pytest.mark.parametrize("address", LISTS)
async def test_no_list_shows_what_is_banned(
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient], address: str
) -> None:
    before, after = clients
    shown = (await before.get(address)).text
    assert "Quxle" in shown
    screened = await after.get(address)
    assert screened.status_code == 200
    for word in HIDDEN:
        assert word not in screened.text
    for item in BANNED:
        assert item.torrent.infohash not in screened.text
    if "limit=1" not in address:
        assert "Nameless" in shown
        assert "Evening Edition" in screened.text


@pytest.mark.parametrize("item", [*BANNED, BY_PATH], ids=["name", "infohash", "path"])
async def test_what_is_banned_has_no_page(
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient], item: Item
) -> None:
    before, after = clients
    infohash = item.torrent.infohash
    for address in ("/torrents/{}", "/api/v1/torrents/{}", "/corrections/of/{}"):
        assert (await before.get(address.format(infohash))).status_code == 200
        gone = await after.get(address.format(infohash))
        assert gone.status_code == 404
        assert item.name not in gone.text


async def test_pages_get_shorter_and_miss_nothing(
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    before, after = clients

    async def walked(client: httpx.AsyncClient) -> tuple[list[str], list[int]]:
        names: list[str] = []
        sizes: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            asked = {"q": "low tide", "limit": "1", "sort": "seeders", **cursor}
            told = (await client.get("/api/v1/search", params=asked)).json()
            sizes.append(len(told["torrents"]))
            names += [row["name"] for row in told["torrents"]]
            if told["after"] is None:
                return names, sizes
            cursor = {"after": told["after"]}

    everything, _ = await walked(before)
    following, sizes = await walked(after)
    banned = {item.name for item in BANNED}
    assert banned < set(everything)
    assert following == [name for name in everything if name not in banned]
    assert sizes[:2] == [0, 0], "the banned ones have the most seeders"


async def test_the_terminal_shows_none_of_it(filled: SimpleNamespace, lists: Lists) -> None:
    context = _context(filled, None, lists)
    source = Screened(await Database.open(context.settings, filled.dsn), unbanned(context.settings))
    try:
        page = await source.search(Query(text="low tide"), limit=50)
        names = {row.name for row in page.rows}
        assert KEPT.name in names
        assert not names & {item.name for item in BANNED}
        assert await source.torrent(KEPT.torrent.infohash)
        assert await source.torrent(BY_PATH.torrent.infohash) is None
    finally:
        await source.close()
