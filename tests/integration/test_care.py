"""Verify, retain and vacuum on a real Postgres, and tombstones on a real broker."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.postgres.care.drops import Choice
from infra.postgres.care.faults import CHECKS
from infra.settings import Settings
from schemas import Method, Swarm
from schemas.topics import CLASSIFIED, EXTRACTION_REQUESTS
from streams.operate.retain import COMPACTED, retain
from streams.operate.vacuum import look
from streams.operate.verify import Verified, verify
from tests.integration.correcting import corrected, correction, stored, withdrawn
from tests.integration.steps import run
from tests.integration.test_store import classification, extraction, link
from tests.support import SEEN, torrent

pytestmark = pytest.mark.stack


def at(database: SimpleNamespace) -> Settings:
    return Settings(postgres_dsn=database.dsn)


async def written(database: SimpleNamespace, count: int = 6) -> list[Any]:
    """Torrents with rivals, corrections and links; all as they should be."""
    torrents = [
        torrent(
            f"Aurora Vale - Paper Lanterns {number}",
            files=[("one.flac", 5), ("two.flac", 6)],
            swarm=Swarm(seeders=number, leechers=1, seen_at=SEEN),
        )
        for number in range(count)
    ]
    for seen in torrents:
        read = extraction(seen, "Aurora Vale", Method.RULES)
        await stored(
            database,
            classification(seen, "album"),
            classification(seen, "track", revision=2),
            read,
            extraction(seen, "Aurora V.", Method.LLM),
            link(read, "Aurora Vale"),
        )
    first = torrents[0]
    taken_back = correction(first, "creator", "Nobody", minutes=1)
    await corrected(
        database,
        correction(first, "title", "High Tide"),
        correction(first, "medium", "audio/album"),
        taken_back,
        withdrawn(taken_back),
    )
    return torrents


async def verified(database: SimpleNamespace) -> Verified:
    return await verify(at(database))


async def test_what_the_store_wrote_agrees_with_itself(database: SimpleNamespace) -> None:
    await written(database)
    told = await verified(database)
    assert told.wrong == {}, told.examples
    assert told.rows["classify: current"] == 6
    assert told.rows["classify: superseded"] == 6
    assert told.rows["corrections"] == 4


BROKEN = {
    "correction not shown": "UPDATE extractions SET title = 'No' WHERE infohash = $1",
    "unclassified": "DELETE FROM classifications WHERE infohash = $1",
    "class without torrent": "DELETE FROM torrents WHERE infohash = $1",
    "not what history says": "UPDATE superseded SET observed_at = observed_at + interval '9 days',"
    " input_hash = decode(repeat('ab', 16), 'hex') WHERE infohash = $1",
    "twice": "UPDATE classifications c SET revision = s.revision, result_id = s.result_id"
    " FROM superseded s WHERE s.stage = 'classify' AND s.infohash = c.infohash"
    " AND c.infohash = $1",
    "misnamed": "UPDATE extractions SET revision = 9 WHERE infohash = $1",
    "class against itself": "UPDATE classifications SET medium = 'book' WHERE infohash = $1",
    "title against metadata": "UPDATE extractions SET title = 'No' WHERE infohash = $1",
    "link without extraction": "UPDATE links SET extraction_id = decode(repeat('ab', 16), 'hex')"
    " WHERE infohash = $1",
    "corrected by nobody": "UPDATE links SET machine = '{}' WHERE infohash = $1",
    "of nobody": "UPDATE extractions SET model_id = 9999 WHERE infohash = $1",
    "seeders": "UPDATE classifications SET seeders = 9999 WHERE infohash = $1",
    "files": "UPDATE torrents SET file_sizes = '{1}' WHERE infohash = $1",
    "revokes nothing": None,
}
"""How a row is broken by hand, by the check that has to name it."""


async def test_each_row_that_was_broken_by_hand_is_named(database: SimpleNamespace) -> None:
    assert set(BROKEN) == {check.name for check in CHECKS}
    torrents = dict(zip(BROKEN, await written(database, len(BROKEN) + 1), strict=False))
    assert (await verified(database)).wrong == {}
    await database.db.execute("ALTER TABLE extractions DISABLE TRIGGER USER")
    for check, statement in BROKEN.items():
        if statement is None:
            lost = correction(torrents[check], "creator", "Nobody")
            await corrected(database, withdrawn(lost))
        else:
            await database.db.execute(statement, bytes.fromhex(torrents[check].infohash))
    told = await verified(database)
    for check, broken in torrents.items():
        named = {fault.infohash for fault in told.examples if fault.check == check}
        assert broken.infohash in named, check
    alone = {check for check, number in told.wrong.items() if number == 1}
    assert {"unclassified", "seeders", "files", "twice"} <= alone


async def test_verify_ends_with_one_and_a_table_where_something_is_wrong(
    database: SimpleNamespace,
) -> None:
    torrents = await written(database)
    shell = SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})
    assert "every row agrees" in run(shell, "streams.operate", "verify")
    await database.db.execute("UPDATE classifications SET seeders = 99 WHERE seeders = 2")
    told = run(shell, "streams.operate", "verify", "--json", expect=1)
    answer = json.loads(told.splitlines()[0])
    assert answer["wrong"] == {"seeders": 1}
    assert answer["examples"][0]["infohash"] == torrents[2].infohash
    assert "1 rows are wrong" in run(shell, "streams.operate", "verify", expect=1)


async def rows(database: SimpleNamespace) -> dict[str, int]:
    tables = ("torrents", "classifications", "extractions", "links", "superseded", "corrections")
    return {table: await database.db.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def dropped(database: SimpleNamespace, **fields: Any) -> int:
    _, _, gone = await retain(at(database), Choice(**fields), tombstones=False)
    return gone


async def test_a_dry_run_says_what_would_go_and_drops_nothing(database: SimpleNamespace) -> None:
    await written(database)
    before = await rows(database)
    shares, sizes, gone = await retain(at(database), Choice(max_seeders=3), dry_run=True)
    (share,) = shares
    assert (share.medium, share.subcategory, share.torrents, gone) == ("audio", "track", 3, 0)
    assert sizes.kept_for_people == 1
    assert 0 < share.bytes < sizes.bytes
    assert await rows(database) == before
    shell = SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})
    told = run(shell, "streams.operate", "retain", "--max-seeders", "3", "--dry-run")
    assert "audio/track" in told
    assert "1 more stay" in told
    assert "say which" in run(shell, "streams.operate", "retain", expect=2)


async def test_all_rows_of_a_torrent_go_and_what_people_said_stays(
    database: SimpleNamespace,
) -> None:
    await written(database)
    assert await dropped(database, max_seeders=9) == 5
    assert await rows(database) == {
        "torrents": 1,
        "classifications": 1,
        "extractions": 1,
        "links": 1,
        "superseded": 2,
        "corrections": 4,
    }
    assert (await verified(database)).wrong == {}
    assert await dropped(database, max_seeders=9, corrected=True) == 1
    assert set((await rows(database)).values()) == {0}
    with pytest.raises(Exception, match="only added"):
        await corrected(database, correction("ab" * 20, "title", "A"))
        await database.db.execute("DELETE FROM corrections")


async def test_age_and_class_are_joined(database: SimpleNamespace) -> None:
    await written(database)
    new = torrent("Of today", observed_at=datetime.now(UTC))
    await stored(database, classification(new, "track"))
    assert await dropped(database, older_than=timedelta(days=1), classes=("video",)) == 0
    assert await dropped(database, older_than=timedelta(days=1), classes=("audio/album",)) == 0
    assert await dropped(database, older_than=timedelta(days=1), classes=("audio/track",)) == 5
    assert await database.db.fetchval("SELECT count(*) FROM torrents WHERE name = 'Of today'") == 1


async def test_a_budget_lets_the_least_seeded_go_and_no_more_than_needed(
    database: SimpleNamespace,
) -> None:
    await written(database)
    _, sizes, _ = await retain(at(database), Choice(max_seeders=0), dry_run=True)
    budget = sizes.bytes * 3 // 4
    gone = await dropped(database, budget=budget)
    staying = await database.db.fetch("SELECT seeders FROM torrents ORDER BY seeders")
    assert [row["seeders"] for row in staying] == [0, *range(1 + gone, 6)]
    assert gone in (1, 2)
    _, after, again = await retain(at(database), Choice(budget=budget), tombstones=False)
    assert after.bytes <= budget
    assert again == 0, "what fits is left alone"


async def test_who_was_seen_again_meanwhile_stays(
    database: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    torrents = await written(database)
    later = torrents[2].model_copy(update={"observed_at": SEEN + timedelta(days=1)})
    from streams.operate import retain as command

    real = command.choose

    async def and_then_seen(*arguments: Any) -> Any:
        chosen = await real(*arguments)
        await stored(database, classification(later, "track", revision=2))
        return chosen

    monkeypatch.setattr(command, "choose", and_then_seen)
    assert await dropped(database, max_seeders=9) == 4
    assert await database.db.fetchval("SELECT count(*) FROM torrents WHERE seeders = 2") == 1


@pytest.mark.slow
async def test_each_torrent_that_goes_gets_tombstones(pipeline: SimpleNamespace) -> None:
    torrents = await written(pipeline)
    consumer = AIOKafkaConsumer(bootstrap_servers=pipeline.settings.kafka_bootstrap)
    await consumer.start()
    try:
        places = [TopicPartition(name, number) for name in COMPACTED for number in range(12)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        for place, end in ends.items():
            consumer.seek(place, end)
        _, _, gone = await retain(pipeline.settings, Choice(max_seeders=1))
        records = [record async for record in _first(consumer, len(COMPACTED))]
    finally:
        await consumer.stop()
    assert gone == 1
    assert {CLASSIFIED.name, EXTRACTION_REQUESTS.name} < set(COMPACTED)
    assert sorted(record.topic for record in records) == sorted(COMPACTED)
    assert {(record.key, record.value) for record in records} == {
        (torrents[1].infohash.encode(), None)
    }


async def _first(consumer: AIOKafkaConsumer, count: int) -> Any:
    async for record in consumer:
        yield record
        count -= 1
        if not count:
            return


async def test_advice_names_dead_rows_and_acts_only_when_told(database: SimpleNamespace) -> None:
    await database.db.execute(
        "ALTER TABLE llm_answers SET (autovacuum_enabled = false);"
        "INSERT INTO model (name) VALUES ('m');"
        "INSERT INTO llm_answers (prompt_hash, answer, parsed, model_id)"
        " SELECT decode(md5(n::text), 'hex'), 'x', true, 1 FROM generate_series(1, 3000) AS n;"
    )
    await database.db.execute("DELETE FROM llm_answers WHERE get_byte(prompt_hash, 0) > 20")
    await database.db.execute("SELECT pg_stat_force_next_flush()")
    advised = await look(at(database))
    commands = {advice.command: advice.is_safe for advice in advised.advice}
    assert commands["VACUUM (ANALYZE) public.llm_answers"] is True
    assert commands["ALTER TABLE public.llm_answers RESET (autovacuum_enabled)"] is False
    assert any(index.name == "public.torrents_pkey" for index in advised.indexes)
    await look(at(database), do=True)
    await database.db.execute("SELECT pg_stat_clear_snapshot()")
    after = await look(at(database))
    assert "VACUUM (ANALYZE) public.llm_answers" not in {a.command for a in after.advice}
    (table,) = (table for table in after.tables if table.name == "public.llm_answers")
    assert table.vacuumed is not None
    shell = SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})
    assert "public.llm_answers" in run(shell, "streams.operate", "vacuum")


async def test_a_database_without_tables_is_one_line(database: SimpleNamespace) -> None:
    await database.db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    shell = SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})
    for command in (["verify"], ["export", "-", "--format", "csv"], ["retain", "--budget", "1"]):
        told = run(shell, "streams.operate", *command, expect=1)
        assert told.splitlines()[-1].startswith("the tables are missing"), told
