"""Search, facets and a torrent's page, as a person uses them."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import shot
from tests.browser.sample import ADULT, SCRIPT, TURNING

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_words_find_torrents_while_they_are_typed(page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_role("link", name="Metropolis.1927").first).to_be_visible()
    await shot(page, "search")
    await page.keyboard.press("/")
    await page.keyboard.type("low tide", delay=20)
    await expect(page.locator("li.result")).to_have_count(2)
    await expect(page).to_have_url("/?q=low+tide")
    await shot(page, "search-low-tide")


async def test_facets_narrow_the_search_and_say_how_many(page: Page) -> None:
    await page.goto("/")
    facet = page.locator(".facet a", has_text="video").first
    await expect(facet).to_contain_text("4")
    await facet.click()
    await expect(page.locator("li.result")).to_have_count(4)
    await expect(page.locator("li.result", has_text="Low Tide")).to_have_count(0)
    await shot(page, "search-video")


async def test_a_torrent_shows_its_evidence_its_files_and_its_link(page: Page) -> None:
    await page.goto("/?q=low+tide+flac")
    await page.get_by_role("link", name="Paper Lighthouse - Low Tide (2006) [FLAC]").first.click()
    await expect(page.locator("main mark", has_text="Low Tide").first).to_be_visible()
    await expect(page.locator("main")).to_contain_text("classify@1.0.0")
    await expect(page.locator("main")).to_contain_text("Low Tide EP")
    await expect(page.locator(".tree")).to_contain_text("<b>Part &")
    await shot(page, "torrent")


async def test_an_adult_work_is_shown_only_where_it_is_asked_for(page: Page) -> None:
    await page.goto("/?q=quiet+harbour+1999")
    await expect(page.locator("li.result", has_text=ADULT)).to_have_count(0)
    await page.get_by_label("adult works, too").check()
    await expect(page.locator("li.result", has_text=ADULT)).to_have_count(1)
    await shot(page, "search-adult-asked-for")


async def test_names_are_text_whatever_is_in_them(page: Page) -> None:
    for width, name in ((1280, "hostile"), (390, "hostile-phone")):
        await page.set_viewport_size({"width": width, "height": 844})
        await page.goto("/")
        await expect(page.locator("li.result", has_text=SCRIPT[:30])).to_have_count(1)
        turning = page.locator("li.result", has_text=TURNING[1:20])
        await expect(turning).to_have_count(1)
        assert await page.title() == "Mimmo Streams"
        assert await page.locator("script:not([src])").count() == 0
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(wide) <= 0, "nothing runs out of the page"
        await shot(page, name)
    await page.locator("li.result", has_text=SCRIPT[:30]).get_by_role("link").first.click()
    await expect(page.locator("h1, .name").filter(has_text="onerror").first).to_be_visible()
    assert "owned" not in (await page.title()).split("<")[0]
    await shot(page, "hostile-torrent-phone")


async def test_a_phone_shows_the_same(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/?q=low+tide+flac")
    await expect(page.locator("li.result")).to_have_count(1)
    await shot(page, "search-phone")
    await page.locator("li.result").get_by_role("link").first.click()
    await expect(page.locator("main")).to_contain_text("Low Tide")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) <= 0
    await shot(page, "torrent-phone")


async def test_dark_is_dark(page: Page) -> None:
    await page.emulate_media(color_scheme="dark")
    await page.goto("/")
    await expect(page.locator("li.result").first).to_be_visible()
    await shot(page, "search-dark")


async def test_search_and_torrent_work_without_javascript(plain_page: Page) -> None:
    await plain_page.goto("/")
    await plain_page.locator(".facet a", has_text="video").first.click()
    await expect(plain_page.locator("li.result")).to_have_count(4)
    await plain_page.get_by_label("Search names").fill("nosferatu")
    await plain_page.get_by_role("button", name="Search").click()
    await expect(plain_page.locator("li.result")).to_have_count(1)
    await plain_page.get_by_role("link", name="Nosferatu").first.click()
    await expect(plain_page.locator("main")).to_contain_text("classify@1.0.0")
    await shot(plain_page, "torrent-without-javascript")
