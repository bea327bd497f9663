"""Workers answer with the weights that are active, and with nothing else in their place."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas import topics as t
from streams.kafka.publisher import message
from tests.integration.steps import publish, run
from tests.own_weights import experiment
from tests.support import WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NAMES = (
    "ada quill songs for the harbour",
    "Paper Lighthouse - Low Tide (2006) [FLAC]",
    "Jane Austen - Emma (1815) [epub]",
)


async def test_a_worker_answers_with_activated_copies_and_goes_back_after_a_reset(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    environment = {**pipeline.environment, "STREAMS_ROLES": "classify,extract,store"}
    for number, name in enumerate(("classify", "tagger")):
        folder = str(experiment(name, tmp_path / f"my-{name}"))
        assert f"revision {100 + number}, is active" in run(pipeline, "models", "activate", folder)
    torrents = [torrent(name) for name in NAMES]
    with running(WORKER, environment, pipeline.logs / "own.log") as worker:
        await publish(
            pipeline,
            *(message(t.DISCOVERED, seen.infohash, seen, source="test") for seen in torrents),
        )
        await answered(pipeline, [100, 101])
        assert worker.terminate() == 0, worker.output[-2000:]
    own = [("classify", "my-classify@2.0.0", 100), ("extract", "my-tagger@2.0.0", 101)]
    assert await answerers(pipeline) == own
    for stage in ("classify", "tagger"):
        run(pipeline, "models", "activate", "--reset", stage)
    with running(WORKER, environment, pipeline.logs / "shipped.log"):
        assert "3 torrents sent" in run(pipeline, "streams.reprocess", "classify")
        await answered(pipeline, [7, 8])
    ships = [("classify", "classify@2.0.0", 7), ("extract", "extract@2.4.0", 8)]
    assert await answerers(pipeline) == sorted([*ships, *own])
    assert await shown(pipeline) == {"classify": {100}, "extract": {101}}, "until that is chosen"
    for stage, _, revision in ships:
        run(pipeline, "infra.postgres", "activate", stage, str(revision))
    assert await shown(pipeline) == {"classify": {7}, "extract": {8}}


async def test_a_worker_whose_weights_are_damaged_says_how_to_go_back_and_answers_nothing(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    environment = {**pipeline.environment, "STREAMS_ROLES": "classify,store"}
    run(pipeline, "models", "activate", str(experiment("classify", tmp_path / "mine")))
    (pipeline.home / "weights" / "mine" / "model.onnx").write_bytes(b"another file")
    seen = torrent(NAMES[0])
    await publish(pipeline, message(t.DISCOVERED, seen.infohash, seen, source="test"))
    with running(WORKER, environment, pipeline.logs / "worker.log") as worker:
        assert worker.wait(90) != 0
    assert "python -m models activate --reset classify" in worker.output
    assert "model.onnx is not the file that was installed" in worker.output
    assert await answerers(pipeline) == []
    run(pipeline, "models", "verify", expect=1)


async def answered(pipeline: SimpleNamespace, revisions: list[int]) -> None:
    """Wait until each of these revisions has answered about every name."""
    query = "SELECT count(*) FROM history WHERE revision = ANY ($1::int[])"

    async def all_of_them() -> bool:
        count: int = await pipeline.db.fetchval(query, revisions)
        return count == len(NAMES) * len(revisions)

    await eventually(all_of_them, what=f"results of revisions {revisions}")


async def answerers(pipeline: SimpleNamespace) -> list[tuple[str, str, int]]:
    """Stage, model and revision of all results."""
    query = (
        "SELECT DISTINCT stage::text, m.name, revision::int"
        " FROM history JOIN model m ON m.id = model_id"
    )
    return sorted(tuple(row) for row in await pipeline.db.fetch(query))


async def shown(pipeline: SimpleNamespace) -> dict[str, set[int]]:
    """The revisions of what is shown, by stage."""
    tables = {"classify": "classifications", "extract": "extractions"}
    return {
        stage: {row[0] for row in await pipeline.db.fetch(f"SELECT DISTINCT revision FROM {table}")}
        for stage, table in tables.items()
    }
