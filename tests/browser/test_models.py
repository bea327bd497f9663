"""The guided import of a model, where a file is not the one that was announced."""

import hashlib

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.conftest import Site, shot

pytestmark = [pytest.mark.stack, pytest.mark.slow]

RIGHT = b"GGUF" + b"\x03\x00\x00\x00" + b"the announced bytes" * 64
WRONG = RIGHT.replace(b"announced", b"exchanged")


def file_of(data: bytes) -> FilePayload:
    """A file as a person picks it."""
    return {"name": "any.gguf", "mimeType": "application/octet-stream", "buffer": data}


async def test_a_file_with_a_bad_checksum_is_refused_and_the_right_one_taken(
    page: Page, site: Site
) -> None:
    expected, got = (hashlib.sha256(data).hexdigest() for data in (RIGHT, WRONG))
    await page.goto("/models")
    await page.get_by_role("link", name="Import a model").click()
    await page.get_by_label("Name").fill("harbour-model")
    await page.get_by_label("Licence", exact=True).fill("Apache-2.0")
    await page.get_by_label("SHA-256 of the file").fill(expected)
    await shot(page, "import")
    await page.get_by_role("button", name="Import a GGUF file").click()
    await page.get_by_label("I accept Apache-2.0").check()
    await page.get_by_role("button", name="Accept and go on").click()
    await page.get_by_label("File on this computer").set_input_files(file_of(WRONG))
    await page.get_by_role("button", name="Send and verify").click()
    await expect(page.get_by_role("alert")).to_contain_text(expected)
    await expect(page.get_by_role("alert")).to_contain_text(got)
    await expect(page.locator("main")).to_contain_text("missing")
    await shot(page, "import-bad-checksum")
    await page.get_by_label("File on this computer").set_input_files(file_of(RIGHT))
    await page.get_by_role("button", name="Send and verify").click()
    await expect(page.locator("li[aria-current=step]")).to_contain_text("Dry run")
    await shot(page, "import-verified")
    taken = [path.read_bytes() for path in site.home.rglob("base*") if path.is_file()]
    assert taken == [RIGHT], "nothing of the wrong file is kept"
