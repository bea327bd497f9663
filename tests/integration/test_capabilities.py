"""Announcements on a real broker: they come, are taken back, and a killed process is missed."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import httpx
import pytest
from structlog.testing import capture_logs

from schemas import Offer
from schemas import topics as t
from streams.kafka.admin import present_topics
from streams.kafka.publisher import Message, message
from streams.operate.capabilities import announcer, roll
from streams.operate.capabilities.announcer import Announced, Announcer
from streams.operate.lag import lags
from streams.operate.metrics import ProgressBoard
from streams.web.app import create_app
from streams.web.connections import reader_pool
from streams.web.context import Context
from tests.integration.steps import publish, run
from tests.support import WORKER, Process, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

INFERENCE = ["streams.inference", "--port", "0"]
"""The lightest process that announces itself."""


async def named(pipeline: SimpleNamespace, pid: int) -> list[str]:
    """The stages that a process offers now; the topic is shared with other tests."""
    runtimes = await roll.roll_call(pipeline.settings)
    assert not runtimes.unknown
    return [
        offer.stage
        for worker in runtimes.workers
        if f":{pid}-" in worker.worker
        for offer in worker.offers
    ]


def offered(
    pipeline: SimpleNamespace, process: Process, *stages: str
) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        assert process.popen.poll() is None, process.output[-3000:]
        return set(await named(pipeline, process.popen.pid)) == set(stages)

    return check


async def test_a_worker_is_there_while_it_runs_and_the_status_says_what_is_missing(
    pipeline: SimpleNamespace,
) -> None:
    request = discovered("Quiet Harbour - First Light (2003) [FLAC]")
    await publish(pipeline, request)
    alone = json.loads(run(pipeline, "streams.status", "--json"))
    assert alone["missing"] == {"classify": 1, "extract": 0, "match": 0}
    assert "no runtime offers classify: 1 wait" in run(pipeline, "streams.status")
    environment = {**pipeline.environment, "STREAMS_ROLES": "classify"}
    with running(WORKER, environment, pipeline.logs / "worker.log") as worker:
        seen = offered(pipeline, worker, "classify")
        await eventually(seen, within=180, what="the announcement of the worker")

        async def classified() -> bool:
            lag = await lags(pipeline.settings)
            return (lag["classify"], lag["extract"]) == (0, 1)

        await eventually(classified, within=120, what="the torrent to be classified")
        now = json.loads(run(pipeline, "streams.status", "--json"))
        assert now["missing"] == {"extract": 1, "match": 0}
        (row,) = (row for row in now["runtimes"] if f":{worker.popen.pid}-" in row["worker"])
        assert row["stage"] == "classify"
        assert row["model"].startswith("classify@")
        assert row["revision"] >= 1
        await _the_console_shows_it(pipeline)
        assert worker.terminate(90) == 0, worker.output[-3000:]
        # At once, and not after half a minute: it said so itself.
        assert await named(pipeline, worker.popen.pid) == []


async def _the_console_shows_it(pipeline: SimpleNamespace) -> None:
    connections = await reader_pool(pipeline.settings)
    try:
        app = create_app(Context(pipeline.settings, connections))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await app.state.runtimes.look()
            await app.state.runtimes.stop()
            health = await client.get("/health")
            assert health.status_code == 200, "what is missing is no fault of the console"
            assert health.json()["runtimes"]["missing"] == [
                "no runtime offers extract: 1 wait",
                "no runtime offers match: nothing waits",
            ]
            assert "no runtime offers extract: 1 wait" in (await client.get("/pipeline")).text
            refused = await client.post("/v1/extract", json={"items": ["a name"]})
            assert refused.status_code == 503
            assert refused.json()["missing"]["stage"] == "extract"
    finally:
        await connections.close()


async def test_a_killed_process_is_gone_after_half_a_minute_and_a_stopped_one_at_once(
    pipeline: SimpleNamespace,
) -> None:
    logs = pipeline.logs
    with (
        running(INFERENCE, pipeline.environment, logs / "killed.log") as killed,
        running(INFERENCE, pipeline.environment, logs / "stopped.log") as stopped,
    ):
        for process in (killed, stopped):
            seen = offered(pipeline, process, "classify", "extract")
            await eventually(seen, within=180, what="both stages to be announced")
        killed.kill()
        at = time.monotonic()
        assert stopped.terminate(60) == 0, stopped.output[-3000:]
        assert await named(pipeline, stopped.popen.pid) == []
        assert await named(pipeline, killed.popen.pid), "nobody could say that it is gone"

        async def gone() -> bool:
            return not await named(pipeline, killed.popen.pid)

        await eventually(gone, within=60, what="the killed process to be missed")
        assert time.monotonic() - at > 15, "it may be late for a record or two"


async def test_the_store_tells_at_its_health_who_is_missing_and_is_well(
    pipeline: SimpleNamespace,
) -> None:
    with running(["streams.store"], pipeline.environment, pipeline.logs / "store.log") as store:

        async def health() -> dict[str, object]:
            assert store.popen.poll() is None, store.output[-3000:]
            targets = list((pipeline.home / "targets").glob("store-*.json"))
            if not targets:
                return {}
            place = json.loads(targets[0].read_text())[0]["targets"][0]
            async with httpx.AsyncClient() as client:
                answer = await client.get(f"http://{place}/health")
            told = answer.json()
            known = "unknown" not in told["runtimes"]
            return {"status": answer.status_code, **told} if known else {}

        told = await eventually(health, within=120, what="the store's look at the runtimes")
        assert (told["status"], told["ok"]) == (200, True)
        assert "no runtime offers match" in told["runtimes"]["missing"]


async def test_where_the_topic_is_missing_nobody_makes_it_and_all_goes_on(
    pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = replace(t.CAPABILITIES, name="mimmo.capabilities.v0")
    monkeypatch.setattr(announcer, "CAPABILITIES", nowhere)
    monkeypatch.setattr(roll, "CAPABILITIES", nowhere)
    offer = Offer(stage="classify", model="classify@1.0.0", revision=1)
    board = ProgressBoard(60)
    with capture_logs() as logs:
        telling = Announcer(pipeline.settings, Announced("worker", lambda: [offer], board))
        telling.start()

        async def complained() -> bool:
            return bool(logs)

        await eventually(complained, what="the complaint")
        await telling.stop()
    assert "streams.topics create" in logs[0]["why"]
    seen = await roll.roll_call(pipeline.settings)
    assert "streams.topics create" in seen.unknown
    assert nowhere.name not in await present_topics(pipeline.settings)


async def test_a_worker_of_another_group_reads_nothing_for_this_one(
    pipeline: SimpleNamespace,
) -> None:
    offer = Offer(stage="classify", model="classify@1.0.0", revision=1)
    others = pipeline.settings.model_copy(update={"group": "others"})
    telling = Announcer(others, Announced("worker", lambda: [offer], ProgressBoard(60)))
    asking = roll.RollCall(others)

    async def known() -> bool:
        return bool((await asking.look()).of("classify"))

    assert not await known()
    connection = asking._consumer
    telling.start()
    await eventually(known, what="the announcement")
    assert (await roll.roll_call(pipeline.settings)).missing(["classify"]) == ["classify"]
    await telling.stop()
    assert not await known()
    assert asking._consumer is connection, "a client a look is garbage that grows"
    await asking.close()


async def test_what_is_no_announcement_is_passed_over(pipeline: SimpleNamespace) -> None:
    strange = [b"", b"{}", b"\xff\xfe", b'{"worker": 4}', b"[" * 5_000]
    sent = partial(Message, t.CAPABILITIES.name)
    await publish(pipeline, *(sent(f"strange-{n}".encode(), v) for n, v in enumerate(strange)))
    runtimes = await roll.roll_call(pipeline.settings)
    assert not runtimes.unknown
    assert not any("strange" in worker.worker for worker in runtimes.workers)


def discovered(name: str) -> Message:
    seen = torrent(name)
    return message(t.DISCOVERED, seen.infohash, seen, source="test")
