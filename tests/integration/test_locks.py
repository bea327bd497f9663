"""Two writers of one partition take turns; those of different partitions do not wait."""

import asyncio
import random
from types import SimpleNamespace

import asyncpg
import pytest

from infra.postgres.writes import lock_partitions

pytestmark = [pytest.mark.stack, pytest.mark.slow]

TOPIC = "torrents.classified.v1"


async def holding(dsn: str, places: list[tuple[str, int]], seconds: float) -> None:
    """One transaction that holds these partitions for some time."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await lock_partitions(connection, places)
            await asyncio.sleep(seconds)
    finally:
        await connection.close()


async def test_the_second_writer_of_a_partition_waits_for_the_first(
    database: SimpleNamespace,
) -> None:
    async with database.db.transaction():
        await lock_partitions(database.db, [(TOPIC, 1), (TOPIC, 2)])
        same = asyncio.create_task(holding(database.dsn, [(TOPIC, 2), (TOPIC, 3)], 0))
        await asyncio.wait_for(holding(database.dsn, [(TOPIC, 4)], 0), 20)
        await asyncio.wait_for(holding(database.dsn, [], 0), 20)
        await asyncio.sleep(0.3)
        assert not same.done()
    await asyncio.wait_for(same, 20)


async def test_writers_of_many_partitions_in_any_order_never_deadlock(
    database: SimpleNamespace,
) -> None:
    dice = random.Random(3)
    places = [(topic, number) for topic in (TOPIC, "torrents.linked.v1") for number in range(6)]
    writers = [
        holding(database.dsn, dice.sample(places, dice.randrange(2, 12)), 0.005) for _ in range(40)
    ]
    for start in range(0, len(writers), 10):
        await asyncio.wait_for(asyncio.gather(*writers[start : start + 10]), 60)
