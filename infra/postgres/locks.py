"""Advisory locks: who may write what at a time. They end with the transaction that took them."""

from collections.abc import Iterable

import asyncpg

_ACTIVATION = 0x6163746976  # "activ"

# After a rebalance the old owner of a partition may still be writing: the new one waits for it and
# then sees what it wrote. The keys are taken in their own order, so that two processes that want
# several of them cannot wait for each other. Before them comes a lock that all writers share and
# that a change of the active revision takes for itself alone.
_WRITE = """
SELECT pg_advisory_xact_lock_shared($3)
UNION ALL
SELECT pg_advisory_xact_lock(topic, number)
FROM (
    SELECT DISTINCT hashtext(topic) AS topic, number
    FROM unnest($1::text[], $2::integer[]) AS place(topic, number)
    ORDER BY 1, 2
) AS places
"""


async def lock_partitions(
    connection: asyncpg.Connection, places: Iterable[tuple[str, int]]
) -> None:
    """Wait until no other transaction writes what these (topic, partition) pairs hold.

    One round trip, whatever their number.
    """
    pairs = list(places)
    topics = [topic for topic, _ in pairs]
    numbers = [number for _, number in pairs]
    await connection.execute(_WRITE, topics, numbers, _ACTIVATION)


async def lock_activation(connection: asyncpg.Connection) -> None:
    """Wait until no writer is in a transaction, and keep all of them out until this one ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ACTIVATION)


async def keep_writers_out(connection: asyncpg.Connection) -> None:
    """Wait until no writer is in a transaction, and keep all out while this connection lasts."""
    await connection.execute("SELECT pg_advisory_lock($1)", _ACTIVATION)
