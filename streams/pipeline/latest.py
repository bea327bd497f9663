"""The end of `torrents.classified`, read without a group: that commits nothing, delays no stage."""

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from pydantic import ValidationError

from infra.settings import Settings
from schemas import Classification
from schemas.topics import CLASSIFIED
from streams.kafka.client import client_options

EVERY = 0.25
"""Seconds between two looks at Kafka: what came in between is read together."""
MOST = 20
"""Events of one look that are read; of more the latest. Reading all would slow whoever looks."""


def consumer_of(settings: Settings) -> AIOKafkaConsumer:
    """A consumer that begins behind the last event; whoever takes it starts and stops it."""
    return AIOKafkaConsumer(
        CLASSIFIED.name,
        **client_options(settings),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="latest",
    )


def newest(
    taken: Mapping[TopicPartition, Sequence[ConsumerRecord[bytes, bytes]]],
) -> list[bytes | None]:
    """The latest events of a look, the oldest of them first."""
    records = [record for partition in taken.values() for record in partition]
    records.sort(key=lambda record: record.timestamp)
    return [record.value for record in records[-MOST:]]


def classification(value: bytes | None) -> Classification | None:
    """The result of a record. Returns None for what is none."""
    if value is None:
        return None
    try:
        return Classification.model_validate_json(value)
    except ValidationError:
        return None
