"""Tags from end to end: the role on a real Kafka, the command on a real Postgres."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.postgres import reads
from models.tags import Builds, tags_of
from models.tags.sidecar import read_tags, sidecar
from schemas import TorrentTags
from schemas.topics import TAGS
from streams.kafka.publisher import Publisher, message
from tests.fakes import Published
from tests.integration.steps import run
from tests.integration.test_store import stored
from tests.integration.test_stored_tags import CLASS, LATER, LINK, SEEN, TOPIC_OF
from tests.support import WORKER, eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

RESULTS = (CLASS, LATER, LINK)


async def published(pipeline: SimpleNamespace) -> None:
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            message(TOPIC_OF[result.stage], SEEN.infohash, result, source="test")
            for result in RESULTS
        )


async def test_the_role_tells_results_and_the_store_keeps_them(pipeline: SimpleNamespace) -> None:
    environment = {**pipeline.environment, "STREAMS_ROLES": "tags,store"}
    tags = await Published.since_now(pipeline.settings.kafka_bootstrap, TAGS.name)

    async def rows() -> int:
        count: int = await pipeline.db.fetchval("SELECT count(*) FROM tags")
        return count

    said = sum(len(tags_of(result).tags) for result in RESULTS)
    await published(pipeline)
    with running(WORKER, environment, pipeline.logs / "worker.log") as worker:
        await eventually(lambda: _is(rows, said), what="every tag in the view")
        worker.kill()  # it comes again: nothing is doubled
    await published(pipeline)
    with running(WORKER, environment, pipeline.logs / "again.log") as worker:
        await eventually(lambda: _has(tags, 6), what="the tags of both times")
        assert worker.terminate() == 0
    ids = [dict(sent.headers)["ce_id"] for sent in await tags.messages()]
    assert len(set(ids)) == 3
    assert await rows() == said
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrent_tags") == 3


async def _is(rows: object, said: int) -> bool:
    return await rows() == said  # type: ignore[operator, no-any-return]


async def _has(tags: Published, count: int) -> bool:
    return len(await tags.messages()) >= count


async def test_stored_results_are_read_again_as_they_were_told(pipeline: SimpleNamespace) -> None:
    await stored(pipeline, *RESULTS)
    known = await reads.results_of(pipeline.db, bytes.fromhex(SEEN.infohash))
    assert known is not None
    assert known.torrent == SEEN
    assert [tags_of(result) for result in known.results] == [tags_of(told) for told in RESULTS]
    assert [page async for page in reads.current_results(pipeline.db)] == [[known]]
    assert await reads.results_of(pipeline.db, b"\0" * 20) is None


async def test_the_command_makes_tags_of_results_that_nobody_told(
    pipeline: SimpleNamespace,
) -> None:
    await stored(pipeline, *RESULTS)
    lines = run(pipeline, "mimmo", "tags", SEEN.infohash, "--json").splitlines()
    told = [TorrentTags.model_validate_json(line) for line in lines]
    here = Builds.on_this_machine(pipeline.settings.weights_dir)
    assert told == [tags_of(result, here) for result in RESULTS]
    shown = run(pipeline, "mimmo", "tags", f"magnet:?xt=urn:btih:{SEEN.infohash}")
    assert SEEN.name in shown
    assert "nom:rules_patterns_1_medium_r1_audio" in shown
    folder = pipeline.logs / "tags"
    shown = run(pipeline, "mimmo", "tags", SEEN.infohash, "--sidecar", str(folder))
    path = folder / f"{SEEN.infohash}.tags.json"
    assert shown == f"{path}\n"
    assert read_tags(path) == json.loads(json.dumps(sidecar(told)))
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrent_tags") == 0, "it only looks"


async def test_what_is_unknown_or_banned_is_not_shown(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    await stored(pipeline, CLASS)
    run(pipeline, "mimmo", "tags", "00" * 20, expect=1)
    banned = tmp_path / "banned.txt"
    banned.write_text(f"{hashlib.sha256(bytes.fromhex(SEEN.infohash)).hexdigest()}\n")
    pipeline.environment["STREAMS_BAN_INFOHASHES"] = str(banned)
    shown = run(pipeline, "mimmo", "tags", SEEN.infohash, expect=1)
    assert "or on the ban list" in shown
    assert SEEN.name not in shown


async def test_stored_results_are_told_again_by_reprocess(pipeline: SimpleNamespace) -> None:
    await stored(pipeline, *RESULTS)
    tags = await Published.since_now(pipeline.settings.kafka_bootstrap, TAGS.name)
    assert "3 results would be sent" in run(pipeline, "streams.reprocess", "tags", "--dry-run")
    assert "3 results sent to tags" in run(pipeline, "streams.reprocess", "tags")
    sent = [TorrentTags.model_validate_json(told.value or b"") for told in await tags.messages()]
    assert {told.result_id for told in sent} == {result.result_id for result in RESULTS}
