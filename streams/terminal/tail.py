"""What is classified now, read from the end of the topic by nobody's group: it delays no stage."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiokafka.errors import KafkaError

from infra.settings import Settings
from schemas import Classification
from schemas.topics import CLASSIFIED
from streams.kafka.client import unreachable
from streams.kafka.consumer import require_topics
from streams.pipeline.bans import load_bans
from streams.pipeline.latest import EVERY, classification, consumer_of, newest


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
    consumer = consumer_of(settings)
    try:
        await consumer.start()
        while True:
            taken = await consumer.getmany(timeout_ms=round(EVERY * 1000))
            read = [classification(value) for value in newest(taken)]
            told = tuple(
                result
                for result in read
                if result is not None and not bans.check_torrent(result.torrent)
            )
            yield Look(told, sum(len(partition) for partition in taken.values()))
    except KafkaError as error:
        raise await unreachable(settings) from error
    finally:
        await consumer.stop()
