"""A correction from a form or a program to Kafka, into the tables, and back on the page."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from models.ban.ban_list import BanList
from schemas import Correction, Method
from schemas.topics import CORRECTIONS
from streams.corrections.publisher import CorrectionPublisher
from streams.operate.metrics import Progress
from streams.pipeline.store import Store
from streams.web import correcting
from streams.web.app import create_app
from streams.web.context import opened
from streams.web.keys import Scope, add, path_of
from tests.fakes import ListSink, Published
from tests.integration.correcting import stored
from tests.integration.test_store import classification, extraction
from tests.support import eventually, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

HOSTILE = "<script>alert(1)</script> & \u202egnp.exe"


def new_key(pipeline: SimpleNamespace, scope: Scope = Scope.WRITE) -> str:
    """A key of this installation, as `python -m streams.web.keys add` makes it."""
    return add(path_of(pipeline.settings), "ada", frozenset({Scope.READ, scope}))


@asynccontextmanager
async def browser(pipeline: SimpleNamespace, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the console, as a browser on this machine."""
    async with opened(pipeline.settings) as context:
        app = create_app(replace(context, **changes))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=False
        ) as client:
            yield client


@asynccontextmanager
async def storing(pipeline: SimpleNamespace) -> AsyncIterator[None]:
    """The real store, reading the real Kafka meanwhile."""
    store = Store(pipeline.settings, Progress("store"), ListSink(), BanList.load())
    stop = asyncio.Event()
    await store.start()
    task = asyncio.create_task(store.run(stop.is_set))
    try:
        yield
    finally:
        stop.set()
        await task
        await store.stop()


async def token(client: httpx.AsyncClient, infohash: str) -> str:
    """The token of the form of a torrent."""
    form = await client.get(f"/corrections/of/{infohash}")
    assert form.status_code == 200, form.text
    match = re.search(r'name="csrf" value="([0-9a-f]+)"', form.text)
    assert match
    return match[1]


async def test_what_a_form_says_is_on_kafka_in_the_tables_and_on_the_page(
    pipeline: SimpleNamespace,
) -> None:
    seen = torrent(f"{HOSTILE} Low Tide")
    await stored(pipeline, classification(seen, "movie"))
    published = await Published.since_now(pipeline.settings.kafka_bootstrap, CORRECTIONS.name)
    async with storing(pipeline), browser(pipeline) as client:
        form = {"csrf": await token(client, seen.infohash), "infohash": seen.infohash}
        said = {**form, "field": "medium", "verdict": "wrong", "value": "audio/album"}
        answer = await client.post("/corrections", data=said)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/torrents/{seen.infohash}#corrections",
        )
        (message,) = await published.messages()
        event = Correction.model_validate_json(message.value or b"")
        assert (event.value, event.said, event.model, event.reporter) == (
            "audio/album",
            "video/movie",
            "classify@1.0.0",
            "local",
        )
        assert message.key == seen.infohash.encode()
        assert await pipeline.db.fetchval("SELECT medium FROM releases") == "audio"
        page = await client.get("/corrections")
        assert "audio/album" in page.text
        assert "&lt;script&gt;" in page.text
        assert "<script>alert" not in page.text
        assert "classify@1.0.0" in page.text, "counted against the model"

        identity = event.event_id
        again = await client.post(f"/corrections/{identity}/revoke", data=form)
        assert again.status_code == 303
        assert await pipeline.db.fetchval("SELECT medium FROM releases") == "video"
        assert "taken back by" in (await client.get("/corrections")).text
        twice = await client.post(f"/corrections/{identity}/revoke", data=form)
        assert twice.status_code == 422
        assert "already" in twice.text


async def test_a_program_says_the_same_with_its_key(pipeline: SimpleNamespace) -> None:
    seen = torrent("Low Tide")
    await stored(pipeline, classification(seen, "movie"))
    said = {"infohash": seen.infohash, "field": "adult", "verdict": "value", "value": True}
    async with storing(pipeline), browser(pipeline) as client:
        key = {"x-api-key": new_key(pipeline)}
        answer = await client.post("/api/v1/corrections", json=said, headers=key)
        assert answer.status_code == 202, answer.text
        accepted = answer.json()
        assert accepted["is_stored"] is True
        assert accepted["correction"]["reporter"] == "ada"
        listed = (await client.get("/api/v1/corrections")).json()
        assert listed["rows"] == [], "adult works are not listed unless asked for"
        listed = (await client.get("/api/v1/corrections", params={"adult": "yes"})).json()
        assert [(row["field"], row["value"]) for row in listed["rows"]] == [("adult", True)]
        (count,) = (await client.get("/api/v1/corrections/counts")).json()
        assert (count["model"], count["wrong"]) == ("classify@1.0.0", 1)
        identity = accepted["id"]
        back = await client.post(f"/api/v1/corrections/{identity}/revoke", headers=key)
        assert back.status_code == 202
        assert await pipeline.db.fetchval("SELECT nsfw FROM releases") is False


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"field": "medium", "value": "audio/movie"}, 422, "no subcategory of audio"),
        ({"field": "year", "value": "20"}, 422, "1000 is the least"),
        ({"field": "tracks", "value": "x"}, 422, "no field"),
        ({"field": "link", "value": "https://example.org/"}, 422, "release-group/MBID"),
        ({"field": "medium", "value": None}, 422, "goes with the verdict"),
        ({"infohash": "ab" * 20}, 404, "is stored"),
        ({"infohash": "no"}, 422, "infohash"),
        ({"value": {"a": [1]}}, 422, "value"),
        ({"field": "title", "value": "Low\x00Tide"}, 422, "no NUL"),
        ({"field": "languages", "value": ["en", "d\x00e"]}, 422, "no NUL"),
        ({"verdict": "perhaps"}, 422, "verdict: one of these is needed: wrong, right"),
    ],
)
async def test_what_does_not_fit_is_refused_and_nothing_is_published(
    pipeline: SimpleNamespace, change: dict[str, object], status: int, told: str
) -> None:
    seen = torrent("Low Tide")
    await stored(pipeline, classification(seen, "movie"))
    said = {"infohash": seen.infohash, "field": "adult", "verdict": "value", "value": True}
    async with browser(pipeline, corrections=None) as client:
        answer = await client.post(
            "/api/v1/corrections", json={**said, **change}, headers={"x-api-key": new_key(pipeline)}
        )
        assert answer.status_code == status, answer.text
        assert told in answer.json()["detail"]


async def test_who_has_no_key_and_no_form_of_ours_cannot_write(pipeline: SimpleNamespace) -> None:
    said = {"infohash": "ab" * 20, "field": "medium", "verdict": "wrong"}
    async with browser(pipeline) as client:
        assert (await client.post("/api/v1/corrections", json=said)).status_code == 403
        for key in ("wrong-key", new_key(pipeline, Scope.READ)):
            answer = await client.post("/api/v1/corrections", json=said, headers={"x-api-key": key})
            assert answer.status_code == 401
        assert (await client.post("/corrections", data=said)).status_code == 403
        assert (await client.post(f"/corrections/{'ab' * 16}/revoke")).status_code == 403


async def test_while_the_store_is_away_the_page_says_what_kafka_has(
    pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "STORED_SECONDS", 0.1)
    seen = torrent("Low Tide")
    await stored(
        pipeline, classification(seen, "movie"), extraction(seen, "Low Tide", Method.RULES)
    )
    async with browser(pipeline) as client:
        form = {"csrf": await token(client, seen.infohash), "infohash": seen.infohash}
        said = {**form, "field": "title", "verdict": "wrong", "value": HOSTILE}
        answer = await client.post("/corrections", data=said)
        assert answer.status_code == 202
        assert "Kafka has acknowledged it" in answer.text
        assert "<script>alert" not in answer.text
    async with storing(pipeline):
        written = "SELECT count(*) FROM corrections"
        await eventually(lambda: pipeline.db.fetchval(written), within=30, what="writing")


async def test_while_kafka_is_away_nobody_is_told_that_it_is_kept(
    pipeline: SimpleNamespace,
) -> None:
    seen = torrent("Low Tide")
    await stored(pipeline, classification(seen, "movie"))
    nowhere = pipeline.settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"})
    said = {"infohash": seen.infohash, "field": "adult", "verdict": "value", "value": True}
    away = CorrectionPublisher(nowhere)
    async with away, browser(pipeline, corrections=away) as client:
        answer = await client.post(
            "/api/v1/corrections", json=said, headers={"x-api-key": new_key(pipeline)}
        )
        assert answer.status_code == 503
        assert "did not acknowledge" in answer.json()["detail"]


async def test_who_says_too_much_at_once_is_asked_to_wait(pipeline: SimpleNamespace) -> None:
    said = {"infohash": "ab" * 20, "field": "medium", "verdict": "wrong"}
    key = {"x-api-key": new_key(pipeline)}
    async with browser(pipeline, corrections=None) as client:
        answers = [
            await client.post("/api/v1/corrections", json=said, headers=key) for _ in range(15)
        ]
    assert [answer.status_code for answer in answers[:10]] == [404] * 10
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
