"""What is classified now, read from the end of the topic by nobody's group: it delays no stage."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from infra.settings import Settings
from schemas import Classification
from schemas.topics import CLASSIFIED
from streams.kafka.consumer import KafkaUnreachable, require_topics
from streams.pipeline.bans import load_bans

EVERY = 0.25
"""Seconds between two looks: what came in between is told together."""
MOST = 20
"""Results of one look that are told; of more the latest."""


@dataclass(frozen=True, slots=True)
class Look:
    """What came since the look before."""

    results: tuple[Classification, ...]
    count: int
    """How many came, with those that are not told."""


async def tail(settings: Settings) -> AsyncIterator[Look]:
    """Looks at the end of `torrents.classified`, for ever; what is banned is not told.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicsMissing: Kafka does not have the topic.
    """
    bans = load_bans(settings)
    await require_topics(settings, [CLASSIFIED.name])
    consumer = AIOKafkaConsumer(
        CLASSIFIED.name,
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="latest",
    )
    try:
        await consumer.start()
        while True:
            taken = await consumer.getmany(timeout_ms=round(EVERY * 1000))
            records = [record for partition in taken.values() for record in partition]
            records.sort(key=lambda record: record.timestamp)
            read = [_read(record.value) for record in records[-MOST:]]
            told = tuple(
                result
                for result in read
                if result is not None and not bans.check_torrent(result.torrent)
            )
            yield Look(told, len(records))
    except KafkaError as error:
        raise KafkaUnreachable.at(settings.kafka_bootstrap) from error
    finally:
        await consumer.stop()


def _read(value: bytes | None) -> Classification | None:
    """The result of a record; None for what is none."""
    if value is None:
        return None
    try:
        return Classification.model_validate_json(value)
    except ValidationError:
        return None
