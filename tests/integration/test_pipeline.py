"""The whole pipeline on real parts: Kafka, Postgres, weights, and our own processes."""

import json
import re
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from schemas import (
    Classification,
    DeadLetter,
    Fault,
    Torrent,
)
from schemas import topics as t
from streams.kafka.consumer import BatchConsumer
from streams.kafka.publisher import Message, message
from streams.operate.redrive import Choice, redrive
from streams.operate.status import look
from streams.replay.replay import Options, replay
from tests.fakes import FakeRecord
from tests.integration.steps import DUMP, SAMPLE, drained, dumped, publish, run
from tests.support import WORKER, eventually, running, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]


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
        read = "count(*) FILTER (WHERE title IS NOT NULL) > 0.8 * count(*)"
        for view in ("books", "software"):
            assert await pipeline.db.fetchval(f"SELECT count(*) > 5 AND {read} FROM {view}")
        matched = "SELECT DISTINCT e.subcategory FROM links JOIN extractions e USING (infohash)"
        kinds = {row["subcategory"] for row in await pipeline.db.fetch(matched)}
        assert kinds <= {"track", "album", "collection"}
        newest = await pipeline.db.fetchval(
            "SELECT name FROM torrents WHERE name LIKE 'Quiet Orbit Soundtrack%'"
        )
        assert newest.endswith("(2020) [FLAC]")
        files = await pipeline.db.fetchrow(
            "SELECT num_files, cardinality(file_paths) AS kept FROM torrents"
            " WHERE name LIKE 'A Very Long%'"
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
        assert f"{links} torrents sent to match" in run(pipeline, "streams.reprocess", "match")
        await drained(pipeline)
        after = await dumped(pipeline)
        assert after["extractions"] == before["extractions"]
        assert (
            await pipeline.db.fetchval("SELECT count(*) FROM music WHERE link IS NOT NULL") == links
        )
        dates = await pipeline.db.fetch(
            "SELECT h.reference_date::text AS day, count(*) AS n FROM extractions e"
            " JOIN links l ON l.infohash = e.infohash AND l.extraction_id = e.result_id"
            " JOIN history h ON h.infohash = l.infohash AND h.stage = 'match'"
            " AND h.result_id = l.result_id GROUP BY 1"
        )
        assert {row["day"]: row["n"] for row in dates} == {"2027-01-01": links}


def discovered(seen: Torrent) -> Message:
    return message(t.DISCOVERED, seen.infohash, seen, source="test")


async def test_a_poison_message_is_a_dead_letter_the_stream_goes_on_and_redrive_brings_it_back(
    pipeline: SimpleNamespace,
) -> None:
    with running(["streams.store"], pipeline.environment, pipeline.logs / "store.log"):
        with running(
            WORKER,
            {**pipeline.environment, "STREAMS_ROLES": "classify"},
            pipeline.logs / "worker.log",
        ):
            good = [torrent(f"Paper Lighthouse - Song {n}.mp3") for n in range(20)]
            await publish(
                pipeline,
                *(discovered(seen) for seen in good[:10]),
                Message(t.DISCOVERED.name, b"k", b"\xff\xfe not json"),
                Message(t.DISCOVERED.name, b"k", b'{"infohash": "too short"}'),
                Message(t.DISCOVERED.name, good[0].infohash.encode(), None),
                *(discovered(seen) for seen in good[10:]),
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
        mended = torrent("Mended Title (2011) [FLAC]")
        letter = DeadLetter.of(
            FakeRecord(10_000, mended.to_json(), mended.infohash.encode()),
            Fault("classify", "handler_error", "a bug since mended"),
        )
        await publish(
            pipeline, Message(t.DEAD_LETTER.name, letter.key, letter.value, tuple(letter.headers()))
        )
        chosen = Choice(reason="handler_error")
        kinds = {("classify", "handler_error", t.DISCOVERED.name): 1}
        assert await redrive(pipeline.settings, chosen, dry_run=True) == kinds
        assert await redrive(pipeline.settings, chosen) == kinds
        assert not await redrive(pipeline.settings, chosen), "no letter is sent twice"
        with running(
            WORKER,
            {**pipeline.environment, "STREAMS_ROLES": "classify"},
            pipeline.logs / "again.log",
        ):

            async def came_back() -> bool:
                there = await pipeline.db.fetchval(
                    "SELECT count(*) FROM classifications WHERE infohash = $1",
                    bytes.fromhex(mended.infohash),
                )
                marked = await pipeline.db.fetchval(
                    "SELECT count(*) FROM dead_letters WHERE redriven_at IS NOT NULL"
                )
                return bool(there and marked == 1)

            await eventually(came_back, what="the redriven torrent")


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


async def test_metrics_and_health_answer(pipeline: SimpleNamespace, music_index: None) -> None:
    with running(WORKER, pipeline.environment, pipeline.logs / "worker.log") as worker:

        async def address() -> Any:
            return re.search(r"metrics=(http://\S+/metrics)", worker.output)

        url = (await eventually(address, what="the address of /metrics"))[1]
        album = torrent()
        await publish(pipeline, message(t.DISCOVERED, album.infohash, album, source="test"))
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
    assert "infra.local up" in run(nowhere, "streams.status", expect=1)
    assert "infra.local up" in run(nowhere, "streams.topics", "create", expect=1)
    assert "infra.local up" in run(nowhere, "streams.replay", str(DUMP), expect=1)
    assert "STREAMS_ROLES" in run(
        SimpleNamespace(environment={**pipeline.environment, "STREAMS_ROLES": "store"}),
        *WORKER,
        expect=1,
    )
    assert "models fetch" in run(pipeline, "streams.llm", expect=1)
    await pipeline.db.execute("DROP TABLE schema_migrations")
    assert "infra.postgres migrate" in run(pipeline, "streams.store", expect=1)


async def test_events_carry_cloudevents_headers(pipeline: SimpleNamespace) -> None:
    album = torrent("A Name That No Other Test Has (2004) [FLAC]")
    with running(
        WORKER, {**pipeline.environment, "STREAMS_ROLES": "classify"}, pipeline.logs / "worker.log"
    ):
        await publish(pipeline, message(t.DISCOVERED, album.infohash, album, source="test"))
        consumer = BatchConsumer(
            pipeline.settings,
            [t.CLASSIFIED],
            group=f"{pipeline.settings.group}-look",
            batch_size=500,
        )
        await consumer.start()
        try:

            async def mine() -> list[Any]:
                return [
                    record
                    for record in await consumer.take(within=1)
                    if record.key.decode() == album.infohash
                ]

            records = await eventually(mine, what="a classified event")
        finally:
            await consumer.stop()
    headers = dict(records[0].headers)
    result = Classification.model_validate_json(records[0].value)
    assert headers["ce_id"].decode() == result.result_id
    assert headers["ce_type"] == b"torrents.classified.v1"
    assert records[0].key.decode() == album.infohash
    assert json.loads(records[0].value)["torrent"]["name"] == album.name
