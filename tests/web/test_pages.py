"""The pages over a real Postgres: what is found, what is hidden, and that no name is markup."""

import asyncio
import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from infra.settings import Settings
from streams.web.connections import as_role, reader_pool
from streams.web.keys import Scope, add
from streams.web.pages import music
from tests.integration.shelf import ARTIST, GROUP, SHELF
from tests.web.conftest import ITEMS, LONG, SCRIPT

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def names(text: str) -> list[str]:
    return re.findall(r'<h2><a href="/torrents/[0-9a-f]{40}"><bdi>(.*?)</bdi>', text)


async def test_a_search_finds_by_words_and_narrows_by_facets(client: httpx.AsyncClient) -> None:
    page = await client.get("/?q=harbour+lights")
    assert len(names(page.text)) == 2
    narrower = re.search(r'href="(/\?[^"]*resolution=2160p[^"]*)"', page.text)
    assert narrower
    chosen = await client.get(narrower[1].replace("&amp;", "&"))
    assert len(names(chosen.text)) == 1
    assert "2160p" in names(chosen.text)[0]
    assert 'class="chip"' in chosen.text


async def test_what_was_perhaps_meant_is_a_link_and_a_field(client: httpx.AsyncClient) -> None:
    page = await client.get("/?q=Paper+Lighthuose")
    meant = re.search(r'Did you mean <a href="([^"]+)"><bdi>paper lighthouse</bdi></a>', page.text)
    assert meant
    assert names((await client.get(meant[1].replace("&amp;", "&"))).text)
    answer = await client.get("/api/v1/search?q=Paper+Lighthuose")
    assert answer.json()["suggestion"] == "paper lighthouse"


async def test_pages_follow_each_other_and_show_each_torrent_once(
    client: httpx.AsyncClient,
) -> None:
    seen: list[str] = []
    address: str | None = "/?limit=3&sort=age"
    while address:
        page = await client.get(address)
        assert page.status_code == 200
        seen += re.findall(r'<h2><a href="/torrents/([0-9a-f]{40})"', page.text)
        following = re.search(r'class="next" href="([^"]+)"', page.text)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen))
    assert len(seen) == len([item for item in (*SHELF, *ITEMS) if not item.nsfw]) + 1
    assert (await client.get("/?after=nonsense")).status_code == 422


async def test_while_somebody_types_only_the_results_come(client: httpx.AsyncClient) -> None:
    part = await client.get("/?q=harb", headers={"hx-request": "true"})
    assert part.text.lstrip().startswith('<div id="results"')
    assert len(names(part.text)) == 3
    assert len(names((await client.get("/?q=harb")).text)) == 0


async def test_adult_works_are_hidden_unless_asked(client: httpx.AsyncClient) -> None:
    for path in (
        "/?q=quiet+harbour",
        "/feed.atom?q=quiet+harbour",
        "/api/v1/search?q=quiet+harbour",
    ):
        assert "After Dark" not in (await client.get(path)).text
        assert "After Dark" in (await client.get(f"{path}&adult=yes")).text
    assert "After Dark" not in (await client.get("/live")).text


async def test_no_name_is_markup_on_any_page(client: httpx.AsyncClient) -> None:
    paths = ["/", "/live", f"/artists/{ARTIST}", f"/release-groups/{GROUP}", "/feed.atom"]
    paths += [f"/torrents/{item.torrent.infohash}" for item in ITEMS]
    paths += [f"/torrents/{LONG.hex()}", "/?q=%3Cscript%3Ealert(1)%3C/script%3E"]
    for path in paths:
        page = await client.get(path)
        assert page.status_code == 200, path
        for markup in ("<script>alert", "<b>01", "<i>edition", "' onmouseover", '" onmouseover'):
            assert markup not in page.text, path
        assert "\u202e" not in page.text, path
        assert not re.search(r'(?:href|src)="\s*javascript:', page.text), path
        assert len(page.content) < 300_000, path


async def test_a_hostile_question_is_an_answer_or_a_problem(client: httpx.AsyncClient) -> None:
    for question in ("%00", "%ff%fe", "'%20OR%201=1--", "%22%22%22", "((((", "-", "a" * 512):
        for path in ("/", "/feed.atom", "/api/v1/search", "/api/v1/facets"):
            for name in ("q", "codec", "after"):
                answer = await client.get(f"{path}?{name}={question}")
                assert answer.status_code in {200, 422}, (path, name, question)


async def test_a_torrent_shows_its_evidence_and_its_files(client: httpx.AsyncClient) -> None:
    page = await client.get(f"/torrents/{SHELF[0].torrent.infohash}")
    assert re.search(r'<mark class="m\d" title="[^"]*album name[^"]*">Pape</mark>', page.text)
    assert "02 - Flow.flac" in page.text
    assert "rules:invented" in page.text
    assert 'action="/corrections"' in page.text
    past = await client.get(f"/torrents/{SHELF[0].torrent.infohash}?as_of=2001-01-01")
    assert "Nothing was known of it" in past.text
    assert (await client.get(f"/torrents/{SHELF[0].torrent.infohash}?as_of=x")).status_code == 422


async def test_two_results_are_compared(client: httpx.AsyncClient) -> None:
    infohash = SHELF[0].torrent.infohash
    detail = (await client.get(f"/api/v1/torrents/{infohash}")).json()
    by_stage = {result["stage"]: result["result_id"] for result in detail["history"]}
    same = by_stage["classify"]
    page = await client.get(f"/torrents/{infohash}?before={same}&after={same}")
    assert "The two say the same" in page.text
    other = await client.get(f"/torrents/{infohash}?before={same}&after={by_stage['extract']}")
    assert other.status_code == 422


async def test_what_is_unknown_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("/torrents/" + "0" * 40, "/artists/00000000-0000-0000-0000-000000000000"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/torrents/xyz")).status_code == 422
    assert (await client.get("/artists/xyz")).status_code == 422


async def test_editions_stand_side_by_side_the_lossless_first(client: httpx.AsyncClient) -> None:
    page = await client.get(f"/release-groups/{GROUP}")
    assert "lossless" in page.text
    artist = await client.get(f"/artists/{ARTIST}")
    assert f"/release-groups/{GROUP}" in artist.text


async def test_a_feed_is_well_formed_and_newest_first(client: httpx.AsyncClient) -> None:
    feed = await client.get("/feed.atom?q=tide")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(feed.content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    moments = [entry.text for entry in root.findall("a:entry/a:updated", space)]
    assert moments == sorted(moments, key=str, reverse=True)
    links = root.findall("a:entry/a:link[@rel='enclosure']", space)
    assert all(link.attrib["href"].startswith("magnet:?xt=urn:btih:") for link in links)


async def test_the_live_page_says_that_kafka_is_away(client: httpx.AsyncClient) -> None:
    page = await client.get("/live")
    assert re.search(r'id="away" class="note warn">', page.text)


async def test_a_first_view_is_small(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as page:
        sent = sum([len(chunk) async for chunk in page.aiter_raw()])
        assert page.headers["content-encoding"] == "gzip"
    text = (await client.get("/")).text
    for address in re.findall(r'(?:src|href)="(/static/[^"#]+)', text.split("</head>")[0]):
        async with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as asset:
            sent += sum([len(chunk) async for chunk in asset.aiter_raw()])
    assert sent < 60_000


async def test_fifty_at_a_time_wait_and_none_fails(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.get("/api/v1/search?q=tide") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}


async def test_the_console_can_only_read(current: Settings) -> None:
    pool = await reader_pool(current)
    try:
        async with pool.acquire() as connection:
            assert await connection.fetchval("SELECT current_user") == "mimmo_reader"
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await connection.execute("DELETE FROM torrents")
    finally:
        await pool.close()
    assert as_role("postgresql://a:b@h:1/d", "r") == "postgresql://r@h:1/d"


async def test_a_browser_elsewhere_signs_in_before_it_writes(
    client: httpx.AsyncClient, app: Any, tmp_path: Path
) -> None:
    secret = add(tmp_path / "keys.toml", "phone", frozenset({Scope.READ, Scope.WRITE}))
    page = await client.get("/sign-in")
    match = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
    assert match
    form = {"csrf": match[1], "infohash": "0" * 40, "field": "medium"}
    elsewhere = {"x-forwarded-for": "192.0.2.1"}
    refused = await client.post("/corrections", data=form, headers=elsewhere)
    assert refused.status_code == 401
    assert 'href="/sign-in"' in refused.text
    wrong = await client.post("/sign-in", data={**form, "key": "wrong"})
    assert wrong.status_code == 403
    signed = await client.post("/sign-in", data={**form, "key": secret})
    assert signed.status_code == 303
    assert "signed in as <strong>phone" in (await client.get("/sign-in")).text
    answer = await client.post("/corrections", data=form, headers=elsewhere)
    assert answer.status_code not in {401, 403}


async def test_torznab_names_the_page_of_a_torrent(client: httpx.AsyncClient) -> None:
    answer = await client.get("/torznab/api?t=search&q=salt")
    address = re.search(r"<comments>(.+?)</comments>", answer.text)
    assert address
    assert (await client.get(address[1])).status_code == 200


async def test_a_magnet_link_is_the_same_wherever_it_stands(client: httpx.AsyncClient) -> None:
    hits = (await client.get("/api/v1/search?q=low+tide&limit=100")).json()["torrents"]
    for infohash in (*(hit["infohash"] for hit in hits if hit["name"] == SCRIPT), LONG.hex()):
        told = (await client.get(f"/api/v1/torrents/{infohash}")).json()["torrent"]
        assert told["magnet"].startswith(f"magnet:?xt=urn:btih:{infohash}&dn=%3C")
        assert len(told["magnet"]) < 1_000
        text = unescape((await client.get(f"/torrents/{infohash}")).text)
        assert f'href="{told["magnet"]}"' in text


async def test_who_sees_adult_works_of_an_artist_sees_them_on_all_pages(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(music, "MAX_ROWS", 1)
    for path in (f"/artists/{ARTIST}", f"/release-groups/{GROUP}"):
        for asked, wanted in (("", []), ("?adult=yes", ["yes"])):
            text = unescape((await client.get(f"{path}{asked}")).text)
            links = [
                parse_qs(urlsplit(link).query)
                for link in re.findall(r'href="([^"]+)"', text)
                if re.match(rf"{path}\?after=|/feed.atom\?(artist|release_group)=|/\?artist=", link)
            ]
            assert len(links) >= 3, text
            assert [link.get("adult", []) for link in links] == [wanted] * len(links), path
