"""GGUF workers on real parts: asked once, looked up, over the budget, in the shadow."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas import (
    Torrent,
)
from schemas import topics as t
from streams.kafka.publisher import Message, message
from streams.operate.status import look
from tests.integration.steps import dumped, publish, run
from tests.support import WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_the_llm_worker_asks_each_question_once(
    pipeline: SimpleNamespace, weights: Path
) -> None:
    environment = {
        **pipeline.environment,
        "STREAMS_LLM_MODE": "always",
        "STREAMS_LLM_BATCH_SIZE": "4",
    }
    _lend(weights, pipeline)
    names = [
        f"Paper Lighthouse - Song number {word} (2006) [FLAC]"
        for word in ("one", "two", "three", "four")
    ]
    # The same name under another infohash is the same question.
    torrents = [*(torrent(name) for name in names), torrent(names[0], infohash="cd" * 20)]
    with running(
        WORKER,
        {**environment, "STREAMS_ROLES": "classify,extract,store"},
        pipeline.logs / "worker.log",
    ):
        await publish(pipeline, *(discovered(seen) for seen in torrents))

        async def requested() -> bool:
            return (await look(pipeline.settings)).llm_pending == 5

        await eventually(requested, what="5 pending requests")
        told = run(SimpleNamespace(environment=environment), "streams.llm", "--idle-exit", "3")
        assert "asked=4" in told, told

        async def answered() -> bool:
            status = await look(pipeline.settings)
            return status.llm_pending == 0 and status.rows["answered by llm"] == 5

        await eventually(answered, what="5 answers in Postgres")
        first = await dumped(pipeline)
        await publish(pipeline, *(discovered(seen) for seen in torrents))
        await eventually(lambda: _waiting(pipeline, "llm", 5), what="the requests to come again")
        told = run(SimpleNamespace(environment=environment), "streams.llm", "--idle-exit", "3")
        assert "asked=0" in told, told
        assert "looked_up=5" in told, told
        await asyncio.sleep(1)
        assert await dumped(pipeline) == first


async def test_what_went_over_the_budget_can_be_asked_later(
    pipeline: SimpleNamespace, weights: Path
) -> None:
    environment = {**pipeline.environment, "STREAMS_LLM_MODE": "always", "STREAMS_LLM_SHARE": "0"}
    _lend(weights, pipeline)
    torrents = [
        torrent(f"Paper Lighthouse - Song number {word} (2006) [FLAC]")
        for word in ("one", "two", "three")
    ]
    with running(
        WORKER,
        {**environment, "STREAMS_ROLES": "classify,extract,store"},
        pipeline.logs / "worker.log",
    ):
        await publish(pipeline, *(discovered(seen) for seen in torrents))

        async def over() -> bool:
            status = await look(pipeline.settings)
            return status.llm_over_budget == 3 and status.llm_pending == 0

        await eventually(over, what="3 over the budget, none pending")
        before = await dumped(pipeline)
        assert "3 torrents would be sent" in run(
            pipeline, "streams.reprocess", "llm", "--over-budget", "--dry-run"
        )
        assert "2 torrents sent" in run(
            pipeline, "streams.reprocess", "llm", "--over-budget", "--limit", "2"
        )
        told = run(SimpleNamespace(environment=environment), "streams.llm", "--idle-exit", "3")
        assert "asked=2" in told, told

        async def answered() -> bool:
            status = await look(pipeline.settings)
            return status.rows["answered by llm"] == 2 and status.llm_over_budget == 1

        await eventually(answered, what="2 answers in Postgres")
        # Through the earlier stages again: the same inputs at the same revisions leave history as
        # it was.
        rows = await pipeline.db.fetchval("SELECT count(*) FROM history")
        for stage in ("classify", "extract"):
            assert "3 torrents sent" in run(pipeline, "streams.reprocess", stage)
        await eventually(lambda: _drained(pipeline), what="nothing waiting")
        assert await pipeline.db.fetchval("SELECT count(*) FROM history") == rows
        assert {row[0] for row in (await dumped(pipeline))["extractions"]} == {
            row[0] for row in before["extractions"]
        }


async def test_a_shadow_counts_and_publishes_nothing(
    pipeline: SimpleNamespace, weights: Path
) -> None:
    environment = {
        **pipeline.environment,
        "STREAMS_LLM_MODE": "shadow",
        "STREAMS_LLM_CONFIDENCE": "1",
    }
    _lend(weights, pipeline)
    single = torrent("Paper Lighthouse - Song number one (2006) [FLAC]")
    with running(
        WORKER,
        {**environment, "STREAMS_ROLES": "classify,extract,store"},
        pipeline.logs / "worker.log",
    ):
        await publish(pipeline, discovered(single))
        await eventually(lambda: _waiting(pipeline, "llm", 1), what="the shadow's question")
        told = run(SimpleNamespace(environment=environment), "streams.llm", "--idle-exit", "3")
        assert "asked=1" in told, told
        await asyncio.sleep(1)
        status = await look(pipeline.settings)
        assert (status.llm_pending, status.rows["answered by llm"], status.rows["extracted"]) == (
            0,
            0,
            1,
        )


def discovered(seen: Torrent) -> Message:
    return message(t.DISCOVERED, seen.infohash, seen, source="test")


def _lend(weights: Path, pipeline: SimpleNamespace) -> None:
    """The session's GGUF in the test's home."""
    pipeline.home.mkdir(exist_ok=True)
    (pipeline.home / "weights").symlink_to(weights.parent, target_is_directory=True)


async def _drained(pipeline: SimpleNamespace) -> bool:
    lag = (await look(pipeline.settings)).lag
    return all(lag[stage] == 0 for stage in ("classify", "extract", "store"))


async def _waiting(pipeline: SimpleNamespace, stage: str, count: int) -> bool:
    return (await look(pipeline.settings)).lag[stage] == count
