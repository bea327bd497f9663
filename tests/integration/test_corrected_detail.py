"""The page of a corrected torrent: a person's value never has a machine's ground or confidence."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from infra.settings import Settings
from streams.web.app import create_app
from streams.web.connections import reader_pool
from streams.web.context import Context
from tests.browser.sample import WORKS, results, seen
from tests.integration.correcting import corrected, correction, stored

pytestmark = [pytest.mark.stack, pytest.mark.slow]

ALBUM, SECOND, FILM = (seen(WORKS[number]) for number in (0, 1, 2))


@asynccontextmanager
async def console(database: SimpleNamespace) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the console over this database."""
    current = Settings(postgres_dsn=database.dsn, kafka_bootstrap="127.0.0.1:1", web_connections=2)
    pool = await reader_pool(current)
    try:
        transport = httpx.ASGITransport(create_app(Context(current, pool)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client
    finally:
        await pool.close()


async def told(client: httpx.AsyncClient, infohash: str) -> tuple[str, dict[str, Any]]:
    """What the page and the API say of a torrent."""
    page = await client.get(f"/torrents/{infohash}")
    answer = await client.get(f"/api/v1/torrents/{infohash}")
    assert (page.status_code, answer.status_code) == (200, 200)
    return page.text, answer.json()["torrent"]


def row(page: str, field: str) -> str:
    """The row of a field in the table, without its markup."""
    pattern = rf"<tr>\s*<th scope=\"row\">(?:<span[^>]*></span>)?{field}</th>.*?</tr>"
    (line,) = re.findall(pattern, page, re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", line.replace('<svg class="meter"', "[meter]<svg"))
    return " ".join(text.split())


async def test_a_corrected_field_names_who_corrected_it_and_the_models_beside(
    database: SimpleNamespace,
) -> None:
    await stored(database, *results())
    async with console(database) as client:
        before, _ = await told(client, ALBUM.infohash)
        assert "[meter]" in row(before, "artist")
        marked = re.findall(r'<mark class="m\d" title="([^"]*)"', before)
        assert any("artist" in title for title in marked)
        said = correction(ALBUM, "creator", "Ada Lantern", subcategory="album", reporter="ada & co")
        await corrected(database, said)
        after, _ = await told(client, ALBUM.infohash)
    line = row(after, "artist")
    assert "Ada Lantern" in line
    assert "corrected by ada &amp; co" in line
    assert "the models say Paper Lighthouse , by " in line
    assert "%" not in line
    assert "[meter]" not in line
    marked = re.findall(r'<mark class="m\d" title="([^"]*)"', after)
    assert marked, "what the models read of other fields is marked as before"
    assert not any("artist" in title for title in marked)
    assert "Judged before the correction of creator." in after
    assert "Judged before" not in before


async def test_where_the_models_agree_by_now_their_mark_is_shown(database: SimpleNamespace) -> None:
    await stored(database, *results())
    await corrected(database, correction(ALBUM, "creator", "Paper Lighthouse"))
    async with console(database) as client:
        page, _ = await told(client, ALBUM.infohash)
    assert "corrected by ada" in row(page, "artist")
    assert re.search(r'<mark class="m\d" title="artist', page)


async def test_a_corrected_class_and_link_have_no_confidence_of_a_model(
    database: SimpleNamespace,
) -> None:
    await stored(database, *results())
    await corrected(
        database,
        correction(FILM, "medium", "video/music_video"),
        correction(SECOND, "link", "none"),
    )
    async with console(database) as client:
        page, shape = await told(client, FILM.infohash)
        assert "corrected by <bdi>ada</bdi>" in page
        assert "the models say <bdi>video/movie</bdi>" in page
        assert "<dt>Confidence</dt>" not in page
        claimed = (shape["confidence"], shape["classified_by"], shape["rule"])
        assert claimed == (None, "correction", None)
        page, shape = await told(client, SECOND.infohash)
        assert "<dt>Score</dt>" not in page
        assert shape["score"] is None
        page, shape = await told(client, ALBUM.infohash)
        assert "<dt>Confidence</dt>" in page
        assert shape["confidence"] > 0
        assert shape["classified_by"] != "correction"
