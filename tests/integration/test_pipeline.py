"""The whole pipeline on real parts: a real Kafka, a real Postgres, real weights, our own processes."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.postgres.activate import activate
from schemas import (
    Classification,
    DeadLetter,
    Extraction,
    Link,
    LinkStatus,
    Match,
    Method,
    Subcategory,
    Technical,
    Torrent,
    Verdict,
    metadata_for,
)
from schemas import topics as t
from streams.kafka.consumer import BatchConsumer
from streams.kafka.publisher import Message, Publisher, message
from streams.operate.metrics import Stage
from streams.operate.redrive import Choice, redrive
from streams.operate.status import look
from streams.pipeline.store import Store
from streams.replay.replay import Options, replay
from tests.support import ROOT, SEEN, WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SAMPLE = ROOT / "streams" / "lab" / "sample"
DUMP = SAMPLE / "torrents" / "demo.jsonl.gz"

TABLES = {
    "torrents": "SELECT encode(infohash, 'hex'), name, size, num_files, file_paths, observed_at, seeders FROM torrents",
    "classifications": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), medium, subcategory, confidence"
    " FROM classifications",
    "extractions": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), title, creator, year, metadata, llm FROM extractions",
    "links": "SELECT encode(infohash, 'hex'), encode(result_id, 'hex'), status, artist_mbid, release_group_mbid FROM links",
    "history": "SELECT encode(result_id, 'hex'), observed_at, recorded_at, result FROM history",
    "dead_letters": "SELECT encode(id, 'hex'), stage, reason, topic FROM dead_letters",
}


async def dumped(pipeline: SimpleNamespace) -> dict[str, list[Any]]:
    """What the tables hold, in an order of its own."""
    return {
        name: sorted(map(repr, await pipeline.db.fetch(query))) for name, query in TABLES.items()
    }


async def drained(pipeline: SimpleNamespace) -> None:
    async def check() -> bool:
        first = await look(pipeline.settings)
        if not first.drained:
            return False
        await asyncio.sleep(0.5)
        again = await look(pipeline.settings)
        return again.drained and again.rows == first.rows

    await eventually(check, within=120, what="draining")


def import_music(pipeline: SimpleNamespace, *more: str) -> None:
    command = [
        "streams.musicbrainz",
        "import",
        *(str(SAMPLE / "musicbrainz" / f"{k}.tar.xz") for k in ("artist", "release-group")),
        *("--releases", str(SAMPLE / "musicbrainz" / "release.tar.xz")),
        *("--redirects", str(SAMPLE / "musicbrainz" / "mbdump.tar.bz2")),
        *more,
    ]
    run(pipeline, *command)


def run(pipeline: SimpleNamespace, *arguments: str, expect: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**__import__("os").environ, **pipeline.environment},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


async def publish(pipeline: SimpleNamespace, *messages: Message) -> None:
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(messages)


async def test_a_replayed_dump_becomes_rows_and_again_changes_nothing(
    pipeline: SimpleNamespace,
) -> None:
    import_music(pipeline)
    with running(WORKER, pipeline.environment, pipeline.logs / "worker.log") as worker:
        summary = await replay(Options(str(DUMP)), pipeline.settings)
        assert summary.banned["placeholder"] == 2
        await drained(pipeline)
        first = await dumped(pipeline)
        distinct = len({line.split()[1] for line in first["torrents"]})
        # Two records of the dump share an infohash: the newer one names the row.
        assert len(first["torrents"]) == distinct == summary.published - 1
        assert len(first["classifications"]) == distinct
        assert first["dead_letters"] == []
        linked = await pipeline.db.fetch(
            "SELECT artist, title, link FROM music WHERE link IN ('exact', 'high')"
        )
        assert len(linked) > 60
        newest = await pipeline.db.fetchval(
            "SELECT name FROM torrents WHERE name LIKE 'Quiet Orbit Soundtrack%'"
        )
        assert newest.endswith("(2020) [FLAC]")
        files = await pipeline.db.fetchrow(
            "SELECT num_files, cardinality(file_paths) AS kept FROM torrents WHERE name LIKE 'A Very Long%'"
        )
        assert (files["num_files"], files["kept"]) == (5_000, 2_000)
        await replay(Options(str(DUMP)), pipeline.settings)
        await drained(pipeline)
        assert await dumped(pipeline) == first
        assert worker.terminate() == 0, worker.output[-2000:]
    assert "placeholder" not in worker.output, "what is banned is in no log"


async def test_after_a_newer_dump_what_is_stored_is_linked_anew(pipeline: SimpleNamespace) -> None:
    import_music(pipeline)
    with running(WORKER, pipeline.environment, pipeline.logs / "worker.log"):
        await replay(Options(str(DUMP), limit=100), pipeline.settings)
        await drained(pipeline)
        links = await pipeline.db.fetchval("SELECT count(*) FROM music WHERE link IS NOT NULL")
        before = await dumped(pipeline)
        import_music(pipeline, "--date", "2027-01-01")
        assert f"{links} torrents sent to match" in run(
            pipeline, "streams.operate.reprocess", "match"
        )
        await drained(pipeline)
        after = await dumped(pipeline)
        assert after["extractions"] == before["extractions"]
        assert (
            await pipeline.db.fetchval("SELECT count(*) FROM music WHERE link IS NOT NULL") == links
        )
        dates = await pipeline.db.fetch(
            "SELECT h.reference_date::text AS day, count(*) AS n FROM extractions e"
            " JOIN links l ON l.infohash = e.infohash AND l.extraction_id = e.result_id"
            " JOIN history h ON h.infohash = l.infohash AND h.stage = 'match' AND h.result_id = l.result_id GROUP BY 1"
        )
        assert {row["day"]: row["n"] for row in dates} == {"2027-01-01": links}


async def test_a_poison_message_is_a_dead_letter_the_stream_goes_on_and_redrive_brings_it_back(
    pipeline: SimpleNamespace,
) -> None:
    with running(["streams.pipeline.store"], pipeline.environment, pipeline.logs / "store.log"):
        with running(
            WORKER,
            {**pipeline.environment, "STREAMS_ROLES": "classify"},
            pipeline.logs / "worker.log",
        ):
            good = [torrent(f"Paper Lighthouse - Song {n}.mp3") for n in range(20)]
            await publish(
                pipeline,
                *(message(t.DISCOVERED, one.infohash, one, source="test") for one in good[:10]),
                Message(t.DISCOVERED.name, b"k", b"\xff\xfe not json"),
                Message(t.DISCOVERED.name, b"k", b'{"infohash": "too short"}'),
                Message(t.DISCOVERED.name, good[0].infohash.encode(), None),
                *(message(t.DISCOVERED, one.infohash, one, source="test") for one in good[10:]),
            )

            async def counted() -> bool:
                letters = await pipeline.db.fetchval("SELECT count(*) FROM dead_letters")
                return bool(
                    letters == 2
                    and await pipeline.db.fetchval("SELECT count(*) FROM torrents") == 20
                )

            await eventually(counted, what="20 rows and 2 dead letters")
            rows = await pipeline.db.fetch(
                "SELECT stage, reason, value FROM dead_letters ORDER BY reason"
            )
            assert [(row["stage"], row["reason"]) for row in rows] == [
                ("classify", "invalid"),
                ("classify", "not_json"),
            ]
            assert rows[1]["value"] == b"\xff\xfe not json"
            status = await look(pipeline.settings)
            assert sorted(status.dead_letters) == [
                ("classify", "invalid", 1),
                ("classify", "not_json", 1),
            ]

        # A torrent that an older contract refused: mended, it must come back by redrive with its
        # own bytes.
        one = torrent("Mended Title (2011) [FLAC]")
        letter = DeadLetter.of(
            stage="classify",
            reason="handler_error",
            error="a bug since mended",
            topic=t.DISCOVERED.name,
            partition=0,
            offset=10_000,
            key=one.infohash.encode(),
            value=one.to_json(),
        )
        await publish(
            pipeline, Message(t.DEAD_LETTER.name, letter.key, letter.value, tuple(letter.headers()))
        )
        mended = Choice(reason="handler_error")
        kinds = {("classify", "handler_error", t.DISCOVERED.name): 1}
        assert await redrive(pipeline.settings, mended, dry_run=True) == kinds
        assert await redrive(pipeline.settings, mended) == kinds
        assert not await redrive(pipeline.settings, mended), "no letter is sent twice"
        with running(
            WORKER,
            {**pipeline.environment, "STREAMS_ROLES": "classify"},
            pipeline.logs / "again.log",
        ):

            async def came_back() -> bool:
                there = await pipeline.db.fetchval(
                    "SELECT count(*) FROM classifications WHERE infohash = $1",
                    bytes.fromhex(one.infohash),
                )
                marked = await pipeline.db.fetchval(
                    "SELECT count(*) FROM dead_letters WHERE redriven_at IS NOT NULL"
                )
                return bool(there and marked == 1)

            await eventually(came_back, what="the redriven torrent")


def classification(one: Torrent, subcategory: str, *, revision: int = 1) -> Classification:
    return Classification(
        infohash=one.infohash,
        revision=revision,
        input_hash=one.input_hash,
        method=Method.RULES,
        model=f"classify@{revision}.0.0",
        observed_at=one.observed_at,
        torrent=one,
        verdict=Verdict(medium="audio", subcategory=subcategory, confidence=0.9, source="bert"),
    )


def extraction(
    one: Torrent, artist: str, method: Method, *, revision: int = 1, later: int = 0
) -> Extraction:
    return Extraction(
        infohash=one.infohash,
        revision=revision,
        input_hash=one.input_hash,
        method=method,
        model="m@1",
        observed_at=one.observed_at + timedelta(days=later),
        technical=Technical(),
        metadata=metadata_for(Subcategory.ALBUM, {"artist": artist, "album_name": "Low Tide"}),
        llm="requested",
    )


def link(of: Extraction, artist: str) -> Link:
    return Link(
        infohash=of.infohash,
        revision=1,
        input_hash=of.result_id,
        method=Method.RULES,
        model="match@1",
        observed_at=of.observed_at,
        extraction_id=of.result_id,
        match=Match(status=LinkStatus.EXACT, artist=artist, score=1, margin=1),
    )


async def stored(pipeline: SimpleNamespace, *events: Classification | Extraction | Link) -> None:
    """Write events through the real store, each in a batch of its own, in this order."""
    topics = {Classification: t.CLASSIFIED, Extraction: t.EXTRACTED, Link: t.LINKED}
    async with Publisher(pipeline.settings) as publisher:
        store = Store(pipeline.settings, Stage("store"), publisher)
        await store.start()
        try:
            for offset, event in enumerate(events):
                value = event.to_json()
                await store.write(
                    [
                        SimpleNamespace(
                            topic=topics[type(event)].name,
                            partition=0,
                            offset=offset,
                            key=b"k",
                            value=value,
                        )
                    ]
                )
        finally:
            await store.stop()


async def current(pipeline: SimpleNamespace) -> tuple[str, str, str]:
    row = await pipeline.db.fetchrow(
        "SELECT creator, method::text, observed_at::text FROM extractions"
    )
    return row["creator"], row["method"], row["observed_at"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
async def test_the_current_result_is_the_same_in_whatever_order_events_come(
    pipeline: SimpleNamespace, order: tuple[int, ...]
) -> None:
    old = torrent("Old Name", infohash="ab" * 20)
    new = torrent("New Name", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1))
    events = [
        extraction(old, "old rules", Method.RULES),
        extraction(old, "old llm", Method.LLM),
        extraction(new, "new rules", Method.RULES),
        extraction(new, "new llm", Method.LLM),
    ]
    await stored(pipeline, *(events[index] for index in order))
    assert (await current(pipeline))[:2] == ("new llm", "llm")
    before = await dumped(pipeline)
    await stored(pipeline, *events)
    assert await dumped(pipeline) == before, "redelivery rewrites nothing"


async def test_an_older_event_never_displaces_a_newer_result(pipeline: SimpleNamespace) -> None:
    old, new = (
        torrent("Old Name", infohash="ab" * 20),
        torrent("New Name", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1)),
    )
    await stored(pipeline, classification(new, "album"), classification(old, "track"))
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    assert await pipeline.db.fetchval("SELECT name FROM torrents") == "New Name"
    assert await pipeline.db.fetchval("SELECT count(*) FROM history") == 2


async def test_seeing_the_same_input_again_keeps_the_better_answer(
    pipeline: SimpleNamespace,
) -> None:
    one = torrent()
    again = extraction(one, "rules", Method.RULES, later=7)
    await stored(
        pipeline, extraction(one, "rules", Method.RULES), extraction(one, "llm", Method.LLM), again
    )
    assert (await current(pipeline))[:2] == ("llm", "llm")


async def test_a_poorer_record_does_not_erase_the_files_that_are_known(
    pipeline: SimpleNamespace,
) -> None:
    rich = torrent("A", infohash="ab" * 20, files=[("a.flac", 5)])
    poor = torrent("B", infohash="ab" * 20, observed_at=SEEN + timedelta(days=1))
    for order in ((rich, poor), (poor, rich)):
        await pipeline.db.execute("TRUNCATE torrents, history, classifications")
        await stored(pipeline, *(classification(one, "album") for one in order))
        row = await pipeline.db.fetchrow("SELECT name, file_paths, size FROM torrents")
        assert (row["name"], row["file_paths"], row["size"]) == ("B", ["a.flac"], 5)


async def test_newer_swarm_figures_touch_only_the_swarm_columns(pipeline: SimpleNamespace) -> None:
    from schemas import Swarm

    first = torrent("A", infohash="ab" * 20, swarm=Swarm(seeders=1, seen_at=SEEN))
    older_metadata = torrent(
        "older",
        infohash="ab" * 20,
        observed_at=SEEN - timedelta(days=1),
        swarm=Swarm(seeders=9, seen_at=SEEN + timedelta(hours=1)),
    )
    await stored(pipeline, classification(first, "album"), classification(older_metadata, "album"))
    row = await pipeline.db.fetchrow("SELECT name, seeders FROM torrents")
    assert (row["name"], row["seeders"]) == ("A", 9)


async def test_a_link_of_a_superseded_extraction_is_not_shown(pipeline: SimpleNamespace) -> None:
    one = torrent()
    rules, llm = extraction(one, "Wrong", Method.RULES), extraction(one, "Right", Method.LLM)
    await stored(pipeline, classification(one, "album"), rules, link(rules, "Wrong"))
    assert await pipeline.db.fetchval("SELECT mb_artist FROM music") == "Wrong"
    await stored(pipeline, llm)
    assert await pipeline.db.fetchval("SELECT link FROM music") is None
    await stored(pipeline, link(llm, "Right"), link(rules, "Wrong"))
    assert await pipeline.db.fetchval("SELECT mb_artist FROM music") == "Right"


async def test_a_revision_is_activated_forward_and_back(pipeline: SimpleNamespace) -> None:
    one = torrent()
    await stored(pipeline, classification(one, "album"), classification(one, "track", revision=2))
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "track"
    await activate(pipeline.db, "classify", 1)
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    await stored(pipeline, classification(one, "track", revision=2))
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "album"
    await activate(pipeline.db, "classify", 2)
    assert await pipeline.db.fetchval("SELECT subcategory FROM classifications") == "track"


async def test_the_reader_role_reads_and_cannot_write(pipeline: SimpleNamespace) -> None:
    import asyncpg

    await pipeline.db.execute("SET ROLE mimmo_reader")
    assert await pipeline.db.fetchval("SELECT count(*) FROM releases") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pipeline.db.execute("DELETE FROM torrents")
    await pipeline.db.execute("RESET ROLE")


async def test_the_store_dead_letters_what_postgres_refuses_and_keeps_the_rest(
    pipeline: SimpleNamespace,
) -> None:
    good = [classification(torrent(f"name {n}"), "album") for n in range(5)]
    # A confidence that JSON can hold and the contract allows, in a table that was narrowed behind
    # our back.
    await pipeline.db.execute("ALTER TABLE torrents ADD CHECK (name <> 'name 3')")
    letters: list[Message] = []

    class Sink:
        async def publish(self, messages: Any) -> None:
            letters.extend(messages)

    store = Store(pipeline.settings, Stage("store"), Sink())
    await store.start()
    try:
        records = [
            SimpleNamespace(
                topic=t.CLASSIFIED.name, partition=0, offset=n, key=b"k", value=one.to_json()
            )
            for n, one in enumerate(good)
        ]
        await store.write(records)
    finally:
        await store.stop()
    assert await pipeline.db.fetchval("SELECT count(*) FROM torrents") == 4
    assert [DeadLetter.from_record(m.headers, m.key, m.value).offset for m in letters] == [3]


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
        await publish(
            pipeline, *(message(t.DISCOVERED, one.infohash, one, source="test") for one in torrents)
        )

        async def requested() -> bool:
            return (await look(pipeline.settings)).llm_pending == 5

        await eventually(requested, what="5 pending requests")
        told = run(
            SimpleNamespace(environment=environment), "streams.pipeline.llm", "--idle-exit", "3"
        )
        assert "asked=4" in told, told

        async def answered() -> bool:
            status = await look(pipeline.settings)
            return status.llm_pending == 0 and status.rows["answered by llm"] == 5

        await eventually(answered, what="5 answers in Postgres")
        first = await dumped(pipeline)
        await publish(
            pipeline, *(message(t.DISCOVERED, one.infohash, one, source="test") for one in torrents)
        )
        await eventually(lambda: _waiting(pipeline, "llm", 5), what="the requests to come again")
        told = run(
            SimpleNamespace(environment=environment), "streams.pipeline.llm", "--idle-exit", "3"
        )
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
        await publish(
            pipeline, *(message(t.DISCOVERED, one.infohash, one, source="test") for one in torrents)
        )

        async def over() -> bool:
            status = await look(pipeline.settings)
            return status.llm_over_budget == 3 and status.llm_pending == 0

        await eventually(over, what="3 over the budget, none pending")
        before = await dumped(pipeline)
        assert "3 torrents would be sent" in run(
            pipeline, "streams.operate.reprocess", "llm", "--over-budget", "--dry-run"
        )
        assert "2 torrents sent" in run(
            pipeline, "streams.operate.reprocess", "llm", "--over-budget", "--limit", "2"
        )
        told = run(
            SimpleNamespace(environment=environment), "streams.pipeline.llm", "--idle-exit", "3"
        )
        assert "asked=2" in told, told

        async def answered() -> bool:
            status = await look(pipeline.settings)
            return status.rows["answered by llm"] == 2 and status.llm_over_budget == 1

        await eventually(answered, what="2 answers in Postgres")
        # Through the earlier stages again: the same inputs at the same revisions leave history as
        # it was.
        rows = await pipeline.db.fetchval("SELECT count(*) FROM history")
        for stage in ("classify", "extract"):
            assert "3 torrents sent" in run(pipeline, "streams.operate.reprocess", stage)
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
    one = torrent("Paper Lighthouse - Song number one (2006) [FLAC]")
    with running(
        WORKER,
        {**environment, "STREAMS_ROLES": "classify,extract,store"},
        pipeline.logs / "worker.log",
    ):
        await publish(pipeline, message(t.DISCOVERED, one.infohash, one, source="test"))
        await eventually(lambda: _waiting(pipeline, "llm", 1), what="the shadow's question")
        told = run(
            SimpleNamespace(environment=environment), "streams.pipeline.llm", "--idle-exit", "3"
        )
        assert "asked=1" in told, told
        await asyncio.sleep(1)
        status = await look(pipeline.settings)
        assert (status.llm_pending, status.rows["answered by llm"], status.rows["extracted"]) == (
            0,
            0,
            1,
        )


def _lend(weights: Path, pipeline: SimpleNamespace) -> None:
    """The session's GGUF in the test's home."""
    pipeline.home.mkdir(exist_ok=True)
    (pipeline.home / "weights").symlink_to(weights.parent, target_is_directory=True)


async def _drained(pipeline: SimpleNamespace) -> bool:
    lag = (await look(pipeline.settings)).lag
    return all(lag[stage] == 0 for stage in ("classify", "extract", "store"))


async def _waiting(pipeline: SimpleNamespace, stage: str, count: int) -> bool:
    return (await look(pipeline.settings)).lag[stage] == count


async def test_metrics_and_health_answer(pipeline: SimpleNamespace, music_index: None) -> None:
    import re

    import aiohttp

    with running(WORKER, pipeline.environment, pipeline.logs / "worker.log") as worker:

        async def address() -> Any:
            return re.search(r"metrics=(http://\S+/metrics)", worker.output)

        url = (await eventually(address, what="the address of /metrics"))[1]
        one = torrent()
        await publish(pipeline, message(t.DISCOVERED, one.infohash, one, source="test"))
        await drained(pipeline)
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                text = await answer.text()
            async with session.get(url.replace("/metrics", "/health")) as answer:
                assert answer.status == 200
                assert (await answer.json())["ok"] is True
    assert 'mimmo_records_total{outcome="done",stage="classify"} 1.0' in text
    assert re.search(r'mimmo_results_total\{rule="[^"]+",source="\w+",stage="classify"\} 1.0', text)


async def test_commands_say_what_to_do_when_something_is_missing(pipeline: SimpleNamespace) -> None:
    nowhere = SimpleNamespace(
        environment={**pipeline.environment, "STREAMS_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    )
    assert "infra.local up" in run(nowhere, "streams.operate.status", expect=1)
    assert "infra.local up" in run(nowhere, "streams.kafka.topics", "create", expect=1)
    assert "infra.local up" in run(nowhere, "streams.replay", str(DUMP), expect=1)
    assert "STREAMS_ROLES" in run(
        SimpleNamespace(environment={**pipeline.environment, "STREAMS_ROLES": "store"}),
        *WORKER,
        expect=1,
    )
    assert "models fetch" in run(pipeline, "streams.pipeline.llm", expect=1)
    await pipeline.db.execute("DROP TABLE schema_migrations")
    assert "infra.postgres migrate" in run(pipeline, "streams.pipeline.store", expect=1)


async def test_events_carry_cloudevents_headers(pipeline: SimpleNamespace) -> None:
    one = torrent("A Name That No Other Test Has (2004) [FLAC]")
    with running(
        WORKER, {**pipeline.environment, "STREAMS_ROLES": "classify"}, pipeline.logs / "worker.log"
    ):
        await publish(pipeline, message(t.DISCOVERED, one.infohash, one, source="test"))
        consumer = BatchConsumer(
            pipeline.settings,
            [t.CLASSIFIED],
            group=f"{pipeline.settings.group}-look",
            stage=Stage("look"),
            batch_size=500,
        )
        await consumer.start()
        try:

            async def mine() -> list[Any]:
                return [
                    record
                    for record in await consumer.take(within=1)
                    if record.key.decode() == one.infohash
                ]

            records = await eventually(mine, what="a classified event")
        finally:
            await consumer.stop()
    headers = dict(records[0].headers)
    result = Classification.model_validate_json(records[0].value)
    assert headers["ce_id"].decode() == result.result_id
    assert headers["ce_type"] == b"torrents.classified.v1"
    assert records[0].key.decode() == one.infohash
    assert json.loads(records[0].value)["torrent"]["name"] == one.name
