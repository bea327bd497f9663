"""What is asked of a real broker: topics are mended, and how far a group is."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas import topics as t
from streams.kafka.admin import create_topics, present_topics, started_admin, topic_configs
from streams.kafka.consumer import BATCH_BYTES, BatchConsumer, require_topics
from streams.kafka.publisher import Message, Publisher
from streams.kafka.rights import Part, RightsRefused, allow
from streams.operate.metrics import ProgressBoard, Reads
from streams.operate.offsets import OffsetWatch
from tests.support import eventually

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_a_topic_that_was_made_before_compaction_had_to_wait_is_mended(
    pipeline: SimpleNamespace,
) -> None:
    name = t.CLASSIFIED.name
    before = {
        "cleanup.policy": "compact,delete",
        "min.compaction.lag.ms": "0",
        "segment.ms": "7200000",  # an operator's own
    }
    admin = await started_admin(pipeline.settings)
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, before)])
        changes = await create_topics(pipeline.settings)
        assert changes.mended == [name]
        configs = await topic_configs(admin, [name])
    finally:
        await admin.close()
    assert t.CLASSIFIED.config.items() <= configs[name].items()
    assert configs[name]["min.compaction.lag.ms"] == str(7 * 24 * 60 * 60 * 1000)
    assert configs[name]["segment.ms"] == "7200000", "what we do not declare stays"
    assert (await create_topics(pipeline.settings)).mended == []


async def test_a_batch_of_large_records_is_cut_by_its_bytes(pipeline: SimpleNamespace) -> None:
    """Hundreds of megabytes took longer than a group waits for a batch, and came again for ever."""
    group = pipeline.settings.group
    consumer = BatchConsumer(pipeline.settings, [t.DISCOVERED], group=group, batch_size=512)
    count = 60
    # Thus Kafka has a few kilobytes of them, and gives them all at once.
    sent = [Message(t.DISCOVERED.name, b"k", bytes([n]) * 1_000_000) for n in range(count)]
    await consumer.start()
    try:
        async with Publisher(pipeline.settings) as publisher:
            await publisher.publish(sent)
        batches = [await consumer.take(within=10)]
        while sum(map(len, batches)) < count:
            batches.append(await consumer.take(within=10))
    finally:
        await consumer.stop()
    values = [record.value for batch in batches for record in batch]
    assert values == [message.value for message in sent], "all of them, in their order"
    largest = max(sum(len(record.value) for record in batch) for batch in batches)
    assert largest <= BATCH_BYTES + 8_000_000


async def test_a_batch_in_work_at_a_rebalance_takes_back_nothing_that_is_committed(
    pipeline: SimpleNamespace,
) -> None:
    """What is committed stood below where the group read on: records seemed to wait for ever."""
    sent = [Message(t.DISCOVERED.name, b"k", b"%d" % number) for number in range(10)]
    async with _reading(pipeline) as consumer, Publisher(pipeline.settings) as publisher:
        await publisher.publish(sent)
        first = await consumer.take(within=10)
        place = TopicPartition(first[0].topic, first[0].partition)
        after = first[0].offset + 10
        await consumer._consumer.commit({place: after})
        await _join_and_leave(consumer.group, pipeline)
        await eventually(lambda: _has(consumer, place), within=60, every=0.1, what="rejoining")
        await consumer.commit(first)
        assert await consumer._consumer.committed(place) == after
        assert await consumer.take(within=1) == []
        await publisher.publish(sent[:1])
        late = await consumer.take(within=10)
        await consumer.commit(late)
        assert await consumer._consumer.committed(place) == after + 1


async def test_a_batch_that_came_after_a_rebalance_is_committed(
    pipeline: SimpleNamespace,
) -> None:
    async with _reading(pipeline) as consumer, Publisher(pipeline.settings) as publisher:
        taking = asyncio.create_task(consumer.take(within=60))
        await _join_and_leave(consumer.group, pipeline)
        await publisher.publish([Message(t.DISCOVERED.name, b"k", b"0")])
        (record,) = await taking
        await consumer.commit([record])
        place = TopicPartition(record.topic, record.partition)
        assert await consumer._consumer.committed(place) == record.offset + 1


@asynccontextmanager
async def _reading(pipeline: SimpleNamespace) -> AsyncIterator[BatchConsumer]:
    """A member of the group that takes five records at a time."""
    group = pipeline.settings.group
    consumer = BatchConsumer(pipeline.settings, [t.DISCOVERED], group=group, batch_size=5)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _join_and_leave(group: str, pipeline: SimpleNamespace) -> None:
    """Two rebalances of a group."""
    where = pipeline.settings.kafka_bootstrap
    other = AIOKafkaConsumer(t.DISCOVERED.name, bootstrap_servers=where, group_id=group)
    await other.start()
    await other.stop()


async def _has(consumer: BatchConsumer, place: TopicPartition) -> bool:
    return place in consumer.assignment()


async def test_what_waits_is_what_the_group_did_not_commit_whoever_of_it_reads(
    pipeline: SimpleNamespace,
) -> None:
    place = TopicPartition(t.CLASSIFIED.name, 0)
    group = f"{pipeline.settings.group}-hung"
    board = ProgressBoard(stall_after=60)
    hung = board.add("hung")
    hung.reads = Reads(group, lambda: [place])
    idle = board.add("idle")
    idle.reads = Reads(f"{pipeline.settings.group}-store", list)
    watch = OffsetWatch(pipeline.settings, board)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=pipeline.settings.kafka_bootstrap,
        group_id=group,
        enable_auto_commit=False,
    )
    try:
        async with Publisher(pipeline.settings) as publisher:
            await publisher.publish(of_partition_0(5))
        await watch.look()
        assert hung.waiting >= 5, "a group that never committed has all of it to do"
        assert idle.waiting == 0
        assert not board.health(time.monotonic() + 61).ok
        await consumer.start()
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        await consumer.commit({place: end - 2})
        await watch.look()
        assert hung.waiting == 2
        assert hung.still_seconds(time.monotonic()) < 5
        await consumer.commit({place: end})
        await watch.look()
        assert hung.waiting == 0
        assert board.health(time.monotonic() + 10_000).ok
    finally:
        await watch.close()
        await consumer.stop()


def of_partition_0(count: int) -> list[Message]:
    """Tombstones, which every stage passes over, with a key of partition 0."""
    from aiokafka.partitioner import murmur2

    keys = (f"{number:040x}".encode() for number in range(10_000))
    key = next(key for key in keys if (murmur2(key) & 0x7FFFFFFF) % t.CLASSIFIED.partitions == 0)
    return [Message(t.CLASSIFIED.name, key, None)] * count


async def test_topics_with_other_partitions_than_asked_for_are_left_alone_and_named(
    pipeline: SimpleNamespace,
) -> None:
    asking = pipeline.settings.model_copy(update={"partitions": 24})
    changes = await create_topics(asking)
    assert changes.few_partitions == {
        name: 12 for name, topic in t.TOPICS.items() if topic.partitions == t.PARTITIONS
    }
    assert (await present_topics(asking))[t.CLASSIFIED.name].partitions == 12
    fewer = pipeline.settings.model_copy(update={"partitions": 6})
    assert (await create_topics(fewer)).few_partitions == {}


async def test_a_topic_that_grows_takes_keys_to_other_partitions(pipeline: SimpleNamespace) -> None:
    name = f"grown-{pipeline.settings.group}"
    keys = [f"{number:040x}".encode() for number in range(200)]
    admin = await started_admin(pipeline.settings)
    try:
        await admin.create_topics([NewTopic(name, 2, 1)])
        await publish(pipeline, [Message(name, key, b"before") for key in keys])
        await admin.create_partitions({name: NewPartitions(4)})

        async def grown() -> bool:
            (topic,) = await admin.describe_topics([name])
            return len(topic["partitions"]) == 4

        await eventually(grown, within=30, every=0.1, what="a topic of 4 partitions")
        await publish(pipeline, [Message(name, key, b"after") for key in keys])
        places = await partitions_by_key(pipeline, name, 2 * len(keys))
    finally:
        await admin.delete_topics([name])
        await admin.close()
    assert set(places) == set(keys)
    torn = [key for key, partitions in places.items() if len(partitions) == 2]
    assert 70 < len(torn) < 130, "of half of the keys neither order nor the last record is kept"


async def publish(pipeline: SimpleNamespace, messages: list[Message]) -> None:
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(messages)


async def partitions_by_key(
    pipeline: SimpleNamespace, topic: str, records: int
) -> dict[bytes, set[int]]:
    """Where the records of each key are."""
    places: dict[bytes, set[int]] = {}
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=pipeline.settings.kafka_bootstrap,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        for _ in range(records):
            record = await asyncio.wait_for(consumer.getone(), 30)
            places.setdefault(record.key, set()).add(record.partition)
    finally:
        await consumer.stop()
    return places


async def test_a_broker_that_is_down_and_one_that_hangs_keep_nobody_from_the_third(
    pipeline: SimpleNamespace,
) -> None:
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()  # takes connections, and never says a word
        port = hanging.getsockname()[1]
        servers = f"127.0.0.1:1,127.0.0.1:{port},{pipeline.settings.kafka_bootstrap}"
        several = pipeline.settings.model_copy(update={"kafka_bootstrap": servers})
        for _ in range(3):  # clients ask in any order
            counts = await require_topics(several, [t.DISCOVERED.name])
            assert counts == {t.DISCOVERED.name: 12}


async def test_a_broker_without_rules_needs_no_rights(pipeline: SimpleNamespace) -> None:
    with pytest.raises(RightsRefused, match="every user may do everything"):
        await allow(pipeline.settings, Part.STORE, "User:somebody")
