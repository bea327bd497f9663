"""What is asked of a real broker: topics are mended, and how far a group is."""

import time
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas import topics as t
from streams.kafka.admin import create_topics, started_admin, topic_configs
from streams.kafka.consumer import BATCH_BYTES, BatchConsumer
from streams.kafka.publisher import Message, Publisher
from streams.operate.metrics import ProgressBoard, Reads
from streams.operate.offsets import OffsetWatch

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_a_topic_that_was_made_before_compaction_had_to_wait_is_mended(
    pipeline: SimpleNamespace,
) -> None:
    name = t.CLASSIFIED.name
    before = {"cleanup.policy": "compact,delete", "min.compaction.lag.ms": "0"}
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
