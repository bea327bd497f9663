"""How large the database is: told by statistics, and seldom asked."""

from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from infra.postgres.sizes import Sizes, sizes
from streams.web.models import database as module
from streams.web.models.database import Database, Looks

pytestmark = pytest.mark.stack


async def test_sizes_are_told_to_the_reader_and_as_metrics(pipeline: SimpleNamespace) -> None:
    await pipeline.db.execute("CREATE TABLE heap AS SELECT generate_series(1, 5000) AS number")
    await pipeline.db.execute("VACUUM ANALYZE heap")
    await pipeline.db.execute("SET ROLE mimmo_reader")
    told = await sizes(pipeline.db)
    await pipeline.db.execute("RESET ROLE")
    (heap,) = [table for table in told.tables if table.name == "public.heap"]
    assert heap.bytes > 5_000 * 28
    assert heap.live == 5_000
    assert heap.vacuumed_at is not None
    assert told.bytes > heap.bytes
    registry = CollectorRegistry()
    registry.register(Database(told))
    text = generate_latest(registry).decode()
    assert 'mimmo_postgres_live_rows{table="public.heap"} 5000.0' in text
    assert 'mimmo_postgres_vacuumed_timestamp_seconds{table="public.heap"}' in text
    assert 'mimmo_postgres_dead_rows{table="public.torrents"} 0.0' in text
    assert 'vacuumed_timestamp_seconds{table="public.torrents"}' not in text


async def test_the_database_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    clock = SimpleNamespace(now=1_000.0)

    async def counting(connection: object) -> Sizes:
        asked.append(connection)
        return Sizes(len(asked), ())

    monkeypatch.setattr(module, "sizes", counting)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    looks = Looks()
    told = [(await looks.sizes(None)).bytes]
    for clock.now in (1_000.5, 1_059, 1_060, 1_061):
        told.append((await looks.sizes(None)).bytes)
    assert told == [1, 1, 1, 2, 2]
