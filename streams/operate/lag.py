"""How far each consumer group is behind: end offsets minus committed offsets."""

from dataclasses import dataclass
from itertools import chain

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
from aiokafka.structs import OffsetAndMetadata

from infra.roles import EMBED_SUFFIX, TAGS_SUFFIX, Role
from infra.settings import Settings
from schemas.topics import (
    DISCOVERED,
    EXTRACTED,
    EXTRACTION_REQUESTS,
    LLM_REQUESTS,
    STORED,
    TAGGED,
    TOPICS,
    Topic,
)
from streams.kafka.admin import partitions_of
from streams.kafka.client import client_options
from streams.operate.metrics import Backlog


@dataclass(frozen=True, slots=True)
class Reader:
    """A stage as a reader of topics."""

    stage: str
    group: str
    topics: tuple[Topic, ...]


def readers(settings: Settings) -> tuple[Reader, ...]:
    """Every consumer of the pipeline; tags and embed only where the settings have those roles."""
    tags = Reader("tags", settings.group + TAGS_SUFFIX, TAGGED)
    embed = Reader("embed", settings.group + EMBED_SUFFIX, (EXTRACTED,))
    return (
        Reader("classify", settings.group, (DISCOVERED,)),
        Reader("extract", settings.group, (EXTRACTION_REQUESTS,)),
        Reader("match", settings.group, (EXTRACTED,)),
        Reader("llm", settings.llm_group, (LLM_REQUESTS,)),
        Reader("store", settings.store_group, STORED),
        *([tags] if Role.TAGS in settings.roles else []),
        *([embed] if Role.EMBED in settings.roles else []),
    )


async def lags(settings: Settings) -> dict[str, int]:
    """Records that wait for each stage. Offsets, so compacted topics may count a few that are gone.

    Raises:
        aiokafka.errors.KafkaError, KafkaUnreachable: the broker does not answer.
    """
    consumer = AIOKafkaConsumer(**client_options(settings))
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await consumer.start()
        await admin.start()
        partitions = await partitions_of(admin, TOPICS)
        places = {
            reader.stage: [
                place for topic in reader.topics for place in partitions.get(topic.name, ())
            ]
            for reader in readers(settings)
        }
        ends = await consumer.end_offsets(sorted(set(chain.from_iterable(places.values()))))
        starts = await consumer.beginning_offsets(list(ends))
        waiting = {}
        for reader in readers(settings):
            committed = await committed_offsets(admin, reader.group)
            waiting[reader.stage] = 0
            for place in places[reader.stage]:
                done = committed[place].offset if place in committed else 0
                waiting[reader.stage] += Backlog.of(starts[place], done, ends[place]).waiting
        return waiting
    finally:
        await admin.close()
        await consumer.stop()


async def committed_offsets(
    admin: AIOKafkaAdminClient, group: str
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Committed offsets of a group.

    There are none while the broker still sets up its offsets topic, before the first commit.
    """
    try:
        committed: dict[
            TopicPartition, OffsetAndMetadata
        ] = await admin.list_consumer_group_offsets(group)
    except (
        GroupCoordinatorNotAvailableError,
        NotCoordinatorForGroupError,
        GroupLoadInProgressError,
    ):
        return {}
    return committed
