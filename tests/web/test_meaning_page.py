"""The search page by meaning: what it finds, and what it says where it cannot."""

import asyncio
import html
import re
import threading
from types import SimpleNamespace

import httpx
import pytest

from streams.web import context
from tests.integration.meanings import vector
from tests.web.test_pages import names

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture
def asked_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked means the made-up vector that the shelf's films are near."""
    questions = SimpleNamespace(vector=lambda text: vector(1.0))
    monkeypatch.setattr(context, "_questions", lambda weights_dir: questions)


@pytest.mark.usefixtures("asked_meaning")
async def test_the_switch_by_meaning_finds_what_has_none_of_the_words(
    client: httpx.AsyncClient,
) -> None:
    by_words = await client.get("/?q=something+about+the+sea")
    assert names(by_words.text) == []
    switch = re.search(
        r'<label[^>]*>(<input id="by_meaning"[^>]*>) by meaning</label>', by_words.text
    )
    assert switch
    assert " checked" not in switch[1]
    assert 'aria-describedby="meant"' in switch[1]
    assert 'id="meant"' in by_words.text
    page = await client.get("/?q=something+about+the+sea&by_meaning=yes")
    assert names(page.text)
    assert "After Dark" not in page.text, "adult works are left out"
    assert f"The nearest {len(names(page.text))} torrents" in page.text
    assert re.search(r'<input id="by_meaning"[^>]* checked', page.text)
    assert page.text.count('name="by_meaning"') == 1, "a hidden field would keep it on"
    assert "sort=age" not in page.text, "the nearest come first, in no other order"
    answer = await client.get("/api/v1/search?q=something+about+the+sea&by_meaning=yes")
    assert len(answer.json()["torrents"]) == len(names(page.text))
    narrowed = await client.get("/?q=something+about+the+sea&by_meaning=yes&medium=audio&adult=yes")
    assert "After Dark" not in narrowed.text


async def test_without_the_network_a_page_has_words_and_says_why(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/?q=harbour+lights&by_meaning=yes")
    assert len(names(page.text)) == 2
    assert "Found by words alone." in page.text
    assert "python -m models.embed fetch" in page.text
    answer = await client.get("/api/v1/search?q=harbour+lights&by_meaning=yes")
    assert answer.status_code == 503
    assert "models.embed fetch" in answer.json()["detail"]


async def test_the_next_page_of_what_was_found_by_words_can_be_had(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/?q=harbour+lights&by_meaning=yes&limit=1")
    link = re.search(r'class="next" href="([^"]+)"', page.text)
    assert link
    following = await client.get(html.unescape(link[1]))
    assert following.status_code == 200
    assert names(following.text) != names(page.text)


@pytest.mark.usefixtures("asked_meaning")
async def test_an_order_chosen_before_does_not_keep_a_form_from_meaning(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/?q=something+about+the+sea&by_meaning=yes&sort=age")
    assert page.status_code == 200
    assert names(page.text)
    assert 'name="sort"' not in page.text


async def test_a_network_that_loads_holds_no_connection(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_loaded = threading.Event()

    def slow(text: str) -> list[float]:
        assert is_loaded.wait(60)
        return vector(1.0)

    monkeypatch.setattr(context, "_questions", lambda weights_dir: SimpleNamespace(vector=slow))
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(client.get("/?q=sea&by_meaning=yes")) for _ in range(4)]
        try:
            by_words = await asyncio.wait_for(client.get("/?q=harbour+lights"), 20)
        finally:
            is_loaded.set()
    assert by_words.status_code == 200
    assert {page.result().status_code for page in waiting} == {200}


@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=a&by_meaning=yes&sort=age", "/feed.atom?by_meaning=yes"]
)
async def test_what_a_search_by_meaning_cannot_do_is_refused(
    client: httpx.AsyncClient, address: str
) -> None:
    assert (await client.get(address)).status_code == 422
