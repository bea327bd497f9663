"""A producer that is not ours: it sends what our own never would, and says where it went."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from random import Random

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from tests.fuzz.hostile.plan import Planned

Place = tuple[str, int, int]
"""Topic, partition, offset."""

Doors = defaultdict[tuple[str, int], asyncio.Lock]
"""One batch at a time waits for a place in its partition's queue. Of several that do, aiokafka
0.14 takes from the time that each may wait all that it has waited, again with every turn.
"""

_AT_ONCE = 500
_LARGEST = 64 * 1024 * 1024
"""Bytes of a record before it is compressed; Kafka's limit is asked about what is left then."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was published, and where it is; None where the broker did not take it."""

    planned: Planned
    place: Place | None
    error: str = ""


async def send(bootstrap: str, records: Iterable[Planned]) -> list[Sent]:
    """Publishes records to partitions as they come, and returns where each of them is."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        compression_type="zstd",
        linger_ms=5,
        max_request_size=_LARGEST,
    )
    sent: list[Sent] = []
    dice = Random(1)
    doors: Doors = defaultdict(asyncio.Lock)
    async with producer:
        waiting = iter(records)
        while batch := list(islice(waiting, _AT_ONCE)):
            sent += await asyncio.gather(*(_sent(producer, item, dice, doors) for item in batch))
    return sent


async def _sent(producer: AIOKafkaProducer, item: Planned, dice: Random, doors: Doors) -> Sent:
    message = item.make()
    partition = dice.randrange(item.topic.partitions)
    batch = producer.create_batch()
    # The one in C takes no names of headers that are not UTF-8.
    batch._builder = _DefaultRecordBatchBuilderPy(2, 4, 0, -1, -1, 0, _LARGEST)
    batch.append(
        timestamp=None, key=message.key, value=message.value, headers=list(message.headers)
    )
    batch.close()
    try:
        async with doors[item.topic.name, partition]:
            future = await producer.send_batch(batch, item.topic.name, partition=partition)
        told = await future
    except KafkaError as error:  # it knows no error of its own for what the broker says of a record
        return Sent(item, None, repr(error))
    return Sent(item, (item.topic.name, partition, told.offset))
