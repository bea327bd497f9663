"""The console on a telephone, 390 pixels wide, with and without JavaScript."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.sample import WORKS, seen

pytestmark = [pytest.mark.stack, pytest.mark.slow]

TABLES = {
    "/models": "table",
    f"/torrents/{seen(WORKS[0]).infohash}": "[aria-labelledby=fields-title] table",
}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
async def phone(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    """A small page of a browser."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("path", TABLES)
async def test_a_table_is_not_cut_and_no_column_is_a_few_letters_wide(
    site: Site, phone: Page, path: str
) -> None:
    await phone.goto(site.url + path)
    table = phone.locator(TABLES[path]).first
    box = await table.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    for cell in await table.locator("tbody td").all():
        place = await cell.bounding_box()
        assert place is None or place["width"] >= 200, await cell.inner_text()


async def test_corrections_are_filtered_with_a_button_that_is_seen(site: Site, phone: Page) -> None:
    await phone.goto(f"{site.url}/corrections")
    button = phone.get_by_role("button", name="Filter")
    assert await button.is_visible()
    fields = [phone.get_by_label(name, exact=True) for name in ("Infohash", "Field", "Who")]
    boxes = [await field.bounding_box() for field in fields]
    assert len({box["x"] for box in boxes if box}) == 1, "the fields stand below each other"
    await fields[1].fill("nosuch")
    await button.click()
    assert "No correction is like this." in await phone.content()


async def test_the_search_has_a_button_where_nothing_else_sends_it(
    site: Site, browser: Browser
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(site.url)
    assert await page.get_by_role("button", name="Search").is_visible()
    await context.close()
