"""Another revision becomes current all at once or not at all."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres import activate as module
from infra.postgres.activate import UnknownRevision, activate
from infra.postgres.connect import TRANSIENT
from infra.postgres.writes import Ids, lock_partitions, write_results
from schemas import Classification, Torrent
from tests.integration.test_store import classification as classified
from tests.support import SEEN, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PLACES = [("torrents.classified.v1", 0)]
COUNT = 300


def classification(seen: Torrent, revision: int) -> Classification:
    """Revision 1 says album, revision 2 track."""
    return classified(seen, "album" if revision == 1 else "track", revision=revision)


async def write(db: asyncpg.Connection, *results: Classification) -> None:
    """Write results as the store does."""
    ids = Ids()
    await ids.learn(db, results)
    async with db.transaction():
        await lock_partitions(db, PLACES)
        await write_results(db, results, ids)


async def fill(db: asyncpg.Connection) -> None:
    """Torrents that both revisions answered, of which the second is current."""
    torrents = [torrent(f"name {number}") for number in range(COUNT)]
    await write(db, *(classification(seen, revision) for seen in torrents for revision in (1, 2)))


async def current(db: asyncpg.Connection) -> dict[str, int]:
    rows = await db.fetch("SELECT subcategory, count(*) AS n FROM classifications GROUP BY 1")
    return {row["subcategory"]: row["n"] for row in rows}


async def test_a_kill_in_the_middle_leaves_the_old_results(
    database: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 50)
    await fill(database.db)
    begun = asyncio.Event()
    victim = await asyncpg.connect(database.dsn)
    number = victim.get_server_pid()
    work = asyncio.create_task(
        activate(victim, "classify", 1, on_progress=lambda done: done >= 100 and begun.set())
    )
    await begun.wait()
    await database.db.execute("SELECT pg_terminate_backend($1)", number)
    with pytest.raises(TRANSIENT):
        await work
    assert await current(database.db) == {"track": COUNT}
    assert await database.db.fetchval("SELECT count(*) FROM active_revision") == 0
    await victim.close()
    # What is written afterwards follows the old revision as well, and a second try is whole.
    await write(database.db, classification(torrent("late"), 1), classification(torrent("late"), 2))
    assert await current(database.db) == {"track": COUNT + 1}
    assert await activate(database.db, "classify", 1) == COUNT + 1
    assert await current(database.db) == {"album": COUNT + 1}


async def test_nobody_sees_some_old_and_some_new_results(
    database: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 50)
    await fill(database.db)
    worker = await asyncpg.connect(database.dsn)
    work = asyncio.create_task(activate(worker, "classify", 1))
    looks = []
    while not work.done():
        looks.append(await current(database.db))
    await work
    await worker.close()
    assert len(looks) > 1
    assert all(look in ({"track": COUNT}, {"album": COUNT}) for look in looks), looks


async def test_what_the_store_writes_meanwhile_follows_the_new_revision(
    database: SimpleNamespace,
) -> None:
    await fill(database.db)
    writer = await asyncpg.connect(database.dsn)
    ids = Ids()
    late = [
        classification(torrent("late", observed_at=SEEN + timedelta(days=1)), n) for n in (1, 2)
    ]
    await ids.learn(writer, late)
    transaction = writer.transaction()
    await transaction.start()
    await lock_partitions(writer, PLACES)
    await write_results(writer, late, ids)
    work = asyncio.create_task(activate(database.db, "classify", 1))
    await asyncio.sleep(0.3)
    assert not work.done(), "it waits for the transaction that is writing"
    await transaction.commit()
    assert await work == COUNT + 1
    await writer.close()
    assert await current(database.db) == {"album": COUNT + 1}


async def test_a_revision_that_history_does_not_hold_changes_nothing(
    database: SimpleNamespace,
) -> None:
    await fill(database.db)
    for revision, method in ((7, None), (1, "llm")):
        with pytest.raises(UnknownRevision, match=f"revision {revision}"):
            await activate(database.db, "classify", revision, method=method)
    assert await current(database.db) == {"track": COUNT}


async def read_by_activating(database: SimpleNamespace, revision: int) -> int:
    """How many index entries an activation reads."""
    # Superseded rows that an earlier activation left behind would be counted, too.
    await database.db.execute("VACUUM ANALYZE")
    await database.db.execute("SELECT pg_stat_reset()")
    worker = await asyncpg.connect(database.dsn)
    await worker.execute("SET enable_seqscan = off")  # so small a table is not worth an index
    await activate(worker, "classify", revision)
    await worker.close()  # statistics are written down when a session ends
    # Index entries, because what is read of an index alone counts as no row of the table.
    read = """
        SELECT sum(idx_tup_read)::integer FROM pg_stat_user_indexes
        WHERE relname IN ('superseded', 'classifications')
    """
    for _ in range(50):
        if rows := await database.db.fetchval(read):
            return int(rows)
        await asyncio.sleep(0.1)
    raise AssertionError("Postgres counted nothing")


async def test_a_batch_reads_no_results_of_other_torrents(
    database: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database.db)
    monkeypatch.setattr(module, "_BATCH", COUNT)
    at_once = await read_by_activating(database, 1)
    monkeypatch.setattr(module, "_BATCH", COUNT // 20)
    in_batches = await read_by_activating(database, 2)
    assert at_once >= 2 * COUNT
    assert in_batches <= 1.2 * at_once


async def test_a_torrent_with_one_result_is_passed_over(database: SimpleNamespace) -> None:
    await fill(database.db)
    await write(database.db, classification(torrent("alone"), 2))
    assert await activate(database.db, "classify", 1) == COUNT
    assert await current(database.db) == {"album": COUNT, "track": 1}


async def test_history_is_the_same_whichever_revision_is_current(
    database: SimpleNamespace,
) -> None:
    await fill(database.db)
    looks = []
    for revision in (1, 2):
        await activate(database.db, "classify", revision)
        looks.append(await database.db.fetch("SELECT * FROM history ORDER BY result_id"))
    assert len(looks[0]) == 2 * COUNT
    assert looks[0] == looks[1]
