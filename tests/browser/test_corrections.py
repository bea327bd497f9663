"""A correction goes round: from a click to Kafka, to Postgres, and back on the page."""

import json
import time

import asyncpg
import pytest
from playwright.async_api import Page, expect

from schemas import Correction
from schemas.topics import CORRECTIONS
from tests.browser.conftest import SCREENSHOTS, Site, shot
from tests.fakes import Published

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_a_click_is_on_kafka_in_postgres_and_on_the_page(
    page: Page, site: Site, db: asyncpg.Connection
) -> None:
    published = await Published.since_now(
        site.environment["STREAMS_KAFKA_BOOTSTRAP"], CORRECTIONS.name
    )
    await page.goto("/?q=four+winds")
    await page.locator("li.result").get_by_role("link").first.click()
    torrent = page.url
    medium = page.locator("dd", has_text="audio, track").first
    await medium.locator("summary").click()
    await medium.get_by_label("The right medium").fill("audio/album")
    began = time.monotonic()
    await medium.get_by_role("button", name="It is wrong").click()
    await expect(page.locator("#corrections")).to_contain_text("audio/album")
    seconds = time.monotonic() - began
    await expect(page.locator("main")).to_contain_text("audio, album")
    await shot(page, "torrent-corrected")
    note({"a correction is shown after its click, seconds": round(seconds, 2)})

    (message,) = await published.messages()
    event = Correction.model_validate_json(message.value or b"")
    assert (event.value, event.said, event.reporter) == ("audio/album", "audio/track", "local")
    # The topic is shared: other tests correct, too.
    query = "SELECT reporter, model FROM corrections WHERE infohash = decode($1, 'hex')"
    row = await db.fetchrow(query, event.infohash)
    assert tuple(row) == ("local", "classify@1.0.0")

    await page.goto("/?q=four+winds&subcategory=album")
    await expect(page.locator("li.result")).to_contain_text("corrected")
    await shot(page, "search-corrected")

    await page.goto("/corrections")
    await expect(page.locator("main")).to_contain_text("classify@1.0.0")
    await shot(page, "corrections")
    await page.get_by_role("button", name="Take back").first.click()
    await expect(page).to_have_url(f"{torrent.partition('#')[0]}#corrections")
    await expect(page.locator("main")).to_contain_text("audio, track")


async def test_a_value_that_does_not_fit_is_told_and_nothing_is_kept(
    page: Page, db: asyncpg.Connection
) -> None:
    before = await db.fetchval("SELECT count(*) FROM corrections")
    await page.goto("/?q=metropolis")
    await page.locator("li.result").get_by_role("link").first.click()
    medium = page.locator("dd", has_text="video, movie").first
    await medium.locator("summary").click()
    await medium.get_by_label("The right medium").fill("audio/movie")
    await medium.get_by_role("button", name="It is wrong").click()
    await expect(page.locator("main")).to_contain_text("no subcategory of audio")
    await shot(page, "correction-refused")
    assert await db.fetchval("SELECT count(*) FROM corrections") == before


async def test_a_correction_needs_no_javascript(plain_page: Page, db: asyncpg.Connection) -> None:
    await plain_page.goto("/?q=frankenstein")
    await plain_page.locator("li.result").get_by_role("link").first.click()
    infohash = plain_page.url.rpartition("/")[2][:40]
    await plain_page.goto(f"/corrections/of/{infohash}?field=year")
    await shot(plain_page, "correct-form")
    await plain_page.get_by_label("What is right, if you know").fill("1831")
    await plain_page.get_by_role("button", name="Say so").click()
    await expect(plain_page.locator("#corrections")).to_contain_text("1831")
    year = await db.fetchval("SELECT year FROM releases WHERE infohash = $1", infohash)
    assert year == 1831


def note(measured: dict[str, float]) -> None:
    """Keeps a measured figure beside the screenshots; no test is judged by it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / "measured.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps({**before, **measured}, indent=1), encoding="utf-8")
