"""Every page passes axe-core without a serious finding, light and dark, wide and narrow."""

import asyncpg
import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.browser.conftest import shot
from tests.browser.sample import ARTIST, GROUP

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PAGES = {
    "search": "/?q=low+tide",
    "nothing-is-there": "/?q=nothing+is+called+this",
    "torrent": "/torrents/{infohash}",
    "artist": f"/artists/{ARTIST}",
    "release-group": f"/release-groups/{GROUP}",
    "corrections": "/corrections",
    "correct": "/corrections/of/{infohash}",
    "live": "/live",
    "models": "/models",
    "model": "/models/classify",
    "activations": "/models/activations",
    "activate": "/models/classify/activate",
    "compare": "/models/compare?stage=classify&revision=1",
    "pipeline": "/pipeline",
    "events": "/docs/events",
    "import": "/models/import",
    "missing": "/there/is/no/such/page",
}

SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_can_be_used_by_everybody(
    page: Page, db: asyncpg.Connection, name: str
) -> None:
    infohash = await db.fetchval("SELECT infohash FROM music ORDER BY name LIMIT 1")
    for scheme, width in (("light", 1280), ("dark", 390)):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": width, "height": 844})
        answer = await page.goto(PAGES[name].format(infohash=infohash))
        assert answer is not None
        assert answer.status == (404 if name == "missing" else 200)
        found_by_axe = (await Axe().run(page)).response["violations"]
        await shot(page, f"page-{name}-{scheme}")
        serious = [
            (finding["id"], node["html"][:200], node.get("failureSummary", "")[:300])
            for finding in found_by_axe
            if finding["impact"] in SERIOUS
            for node in finding["nodes"]
        ]
        assert serious == [], (scheme, width)
