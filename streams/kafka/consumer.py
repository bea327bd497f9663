"""A plain aiokafka consumer in a group of its own, for the parts that are not Faust agents: store
and the GGUF workers.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    RebalanceInProgressError,
)

from infra.logging import get_logger
from infra.settings import Settings
from schemas.topics import Topic
from streams.operate.metrics import Stage

log = get_logger(__name__)


class KafkaUnreachable(Exception):
    """No broker answers; the message says what to do."""


class TopicsMissing(Exception):
    """Kafka does not have the topics; they are created by a command, never by a worker."""


class BatchConsumer:
    """Takes batches from topics and commits what was handled: `take`, work, `commit`.

    Offsets are committed by hand only; after a crash the batch in work is delivered again.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[Topic],
        *,
        group: str,
        stage: Stage,
        batch_size: int,
        poll_minutes: int = 10,
    ) -> None:
        self._settings = settings
        self._topics = [topic.name for topic in topics]
        self._stage = stage
        self._batch_size = batch_size
        self._consumer = AIOKafkaConsumer(
            *self._topics,
            bootstrap_servers=settings.kafka_bootstrap,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=batch_size,
            # Far above the longest batch (a full GGUF batch takes seconds): the group must not
            # think that we died.
            max_poll_interval_ms=poll_minutes * 60_000,
            session_timeout_ms=15_000,
        )

    async def start(self) -> None:
        """Join the group.

        Raises:
            KafkaUnreachable: no broker answers.
            TopicsMissing: `python -m streams.topics create` has not been run.
        """
        await require_topics(self._settings, self._topics)
        await self._consumer.start()
        self._stage.lag = self.lag

    async def stop(self) -> None:
        await self._consumer.stop()

    async def take(self, within: float) -> list[ConsumerRecord]:
        """Up to a batch of records, in order within each partition; empty when none came `within`
        seconds.
        """
        taken = await self._consumer.getmany(
            timeout_ms=round(within * 1000), max_records=self._batch_size
        )
        return [record for records in taken.values() for record in records]

    async def commit(self, records: Sequence[ConsumerRecord]) -> None:
        """Commit the offsets after these records. A rebalance in between is no failure: they will
        be delivered again.
        """
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets.get(place, 0), record.offset + 1)
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, RebalanceInProgressError, IllegalStateError) as error:
            log.info(
                "not committed, the group is rebalancing; the records will come again",
                error=repr(error),
            )

    def lag(self) -> int:
        """Records that wait in the partitions of this consumer, as last told by the broker."""
        waiting = 0
        for place in self._consumer.assignment():
            end = self._consumer.highwater(place)
            done = self._stage.done.get((place.topic, place.partition))
            if end is not None and done is not None:
                waiting += max(0, end - done)
        return waiting


async def require_topics(settings: Settings, names: Sequence[str]) -> None:
    """Check that Kafka answers and has the topics.

    Raises:
        KafkaUnreachable, TopicsMissing
    """
    probe = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    try:
        await asyncio.wait_for(probe.start(), 20)
        known = await probe.topics()
    except (KafkaError, OSError, TimeoutError) as error:
        raise KafkaUnreachable(
            f"Kafka does not answer at {settings.kafka_bootstrap}; start the local one with `python -m infra.local up`"
            " or set STREAMS_KAFKA_BOOTSTRAP"
        ) from error
    finally:
        await probe.stop()
    if missing := sorted(set(names) - known):
        raise TopicsMissing(
            f"Kafka has no topic {', '.join(missing)}; run `python -m streams.topics create`"
        )
