"""Inference over HTTP: what is taken, what is refused, and that no model makes it wait."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from infra.settings import Settings
from schemas import Capabilities
from schemas.inference import MOST_BYTES, MOST_ITEMS, Asked, StageState
from schemas.openapi import openapi
from streams.operate.metrics import ProgressBoard
from streams.web.api import runtimes as console
from streams.web.inference import brains as module
from streams.web.inference.app import create_app
from streams.web.inference.batches import Malformed, TooLarge, read
from streams.web.inference.brains import Brains, Loaded, Missing, line_of
from tests.support import eventually

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOBODY = Capabilities(
    worker="inference@vm:1-a", process="inference", version="1", since=NOW, observed_at=NOW
)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """The API over a stage that repeats its lines when `.gate` is open: `.client`, `.brains`."""
    settings = Settings(home=tmp_path, inference_queue=1)
    brains = Brains(settings, ProgressBoard(60))
    gate = threading.Event()
    gate.set()

    def repeated(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
        assert gate.wait(60)
        return [{"line": line} for line in lines]

    brains._loaded[Asked.CLASSIFY] = Loaded(repeated, "echo@1", 1)
    transport = httpx.ASGITransport(create_app(settings, brains, lambda: NOBODY))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield SimpleNamespace(client=client, brains=brains, gate=gate)
    gate.set()
    brains.stop()


def batch(count: int = 1) -> dict[str, Any]:
    return {"items": ["Quiet Harbour"] * count}


async def test_a_full_queue_refuses_and_the_process_answers_meanwhile(
    served: SimpleNamespace,
) -> None:
    served.gate.clear()
    taken = [
        asyncio.create_task(served.client.post("/v1/classify", json=batch())) for _ in range(2)
    ]

    async def both_wait() -> bool:
        return bool(served.brains.waiting == 2)

    await eventually(both_wait, every=0.01)
    refused = await served.client.post("/v1/classify", json=batch())
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["detail"].startswith("2 batches")
    health = (await served.client.get("/health")).json()
    assert (health["ok"], health["waiting"]) == (True, 2)
    served.gate.set()
    assert [answer.status_code for answer in await asyncio.gather(*taken)] == [200, 200]
    assert (await served.client.post("/v1/classify", json=batch())).status_code == 200


async def test_a_batch_is_as_large_as_it_may_be_and_no_larger(served: SimpleNamespace) -> None:
    whole = await served.client.post("/v1/classify", json=batch(MOST_ITEMS))
    assert len(whole.json()["results"]) == MOST_ITEMS
    refused = await served.client.post("/v1/classify", json=batch(MOST_ITEMS + 1))
    assert refused.status_code == 413
    assert "256" in refused.json()["detail"]


@pytest.mark.parametrize("says_its_length", [True, False])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    served: SimpleNamespace, says_its_length: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 2**20 + 1):
            yield b" " * 2**20

    body = b" " * (MOST_BYTES + 1) if says_its_length else pieces()
    refused = await served.client.post("/v1/classify", content=body)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[]",
        b'["a name"]',
        b"{}",
        b'{"items": "a name"}',
        b'{"items": [4]}',
        b'{"items": [null]}',
        b'{"items": ["a name"]',
        b'{"items": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"items": [' + b"9" * 10_000 + b"]}",
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_what_is_no_batch_is_refused_with_a_reason(
    served: SimpleNamespace, body: bytes
) -> None:
    refused = await served.client.post("/v1/classify", content=body)
    assert refused.status_code == 422
    assert refused.json()["detail"]


async def test_a_fault_of_a_brain_is_told_without_its_trace(served: SimpleNamespace) -> None:
    def broken(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
        raise RuntimeError("a secret")

    served.brains._loaded[Asked.CLASSIFY] = Loaded(broken, "echo@1", 1)
    failed = await served.client.post("/v1/classify", json=batch())
    assert failed.status_code == 500
    assert "secret" not in failed.text


async def test_a_stage_that_cannot_be_loaded_is_not_tried_for_everybody_who_asks(
    served: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def fails() -> Loaded:
        nonlocal tries
        tries += 1
        raise ImportError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setitem(served.brains._loads, Asked.EXTRACT, fails)
    answers = [await served.client.post("/v1/extract", json=batch()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "libgomp" in answers[2].json()["missing"]["do"]
    assert tries == 1
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0)
    await served.client.post("/v1/extract", json=batch())
    assert tries == 2, "after a while it may be mended"


async def test_weights_that_are_missing_are_named_with_the_way_back(tmp_path: Path) -> None:
    brains = Brains(Settings(home=tmp_path, classify_model="nothing"), ProgressBoard(60))
    with pytest.raises(Missing, match="STREAMS_CLASSIFY_MODEL") as missing:
        await brains.ask(Asked.CLASSIFY, ["Quiet Harbour"])
    assert missing.value.lack.runtime == "the weights"
    assert brains.state(Asked.CLASSIFY) is StageState.MISSING
    brains.stop()


async def test_what_a_stage_lacks_is_said_before_the_body_is_read(served: SimpleNamespace) -> None:
    refused = await served.client.post("/v1/match", content=b"nonsense")
    assert refused.status_code == 503
    assert refused.json()["missing"] == {
        "stage": "match",
        "runtime": "the MusicBrainz index",
        "do": "make it: python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS",
    }


async def test_other_names_and_other_sites_are_refused_but_health_is_for_all(
    served: SimpleNamespace,
) -> None:
    async def status(method: str, path: str, **headers: str) -> int:
        answer = await served.client.request(method, path, headers=headers, json=batch())
        code: int = answer.status_code
        return code

    assert await status("POST", "/v1/classify", Host="rebound.example") == 400
    assert await status("GET", "/v1/capabilities", Host="rebound.example") == 400
    assert await status("GET", "/health", Host="10.1.2.3:8378") == 200
    assert await status("POST", "/v1/classify", Origin="http://elsewhere.example") == 403
    assert await status("GET", "/v1/classify") == 405
    assert await status("GET", "/v2/classify") == 404


async def test_every_path_of_the_document_is_served_and_the_document_is_the_one_exported(
    served: SimpleNamespace,
) -> None:
    document = openapi()
    assert (await served.client.get("/v1/openapi.json")).json() == document
    for path, methods in document["paths"].items():
        for method in methods:
            answer = await served.client.request(method, path, content=b"nonsense")
            assert answer.status_code not in {404, 405}, path
            assert str(answer.status_code) in methods[method]["responses"], path


def test_a_string_is_a_name_even_where_it_looks_like_json() -> None:
    assert json.loads(line_of(Asked.CLASSIFY, '{"name": 4')) == {"name": '{"name": 4'}
    told = json.loads(line_of(Asked.MATCH, "{Braces} - One - Two"))
    assert told == {"artist": "{Braces}", "title": "One - Two"}
    assert "\n" not in line_of(Asked.EXTRACT, "two\nlines")


def test_reading_is_bounded() -> None:
    with pytest.raises(TooLarge):
        read(json.dumps(batch(MOST_ITEMS + 1)).encode())
    with pytest.raises(Malformed, match=r"items\[1\]"):
        read(b'{"items": ["a", []]}')


def test_the_console_answers_for_no_model() -> None:
    paths = {getattr(route, "path", "") for route in console.router.routes}
    assert paths == {"/health", "/v1/{asked}"}
