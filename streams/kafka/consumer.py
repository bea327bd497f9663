"""Whole batches from Kafka: how agents, store and GGUF workers read their topics."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    RebalanceInProgressError,
)

from infra.logging import get_logger
from infra.settings import Settings
from schemas import Record
from schemas.topics import Topic
from streams.kafka.client import client_options, unreachable
from streams.kafka.members import client_id

log = get_logger(__name__)

_POLL_MS = 10 * 60_000
"""Far above the longest batch (a full GGUF batch takes seconds), so that the group does not think
that we died.
"""

_FETCH_BYTES = 64 * 1024
"""Kafka answers a fetch when it has so much, or when `batch_within` is over. A consumer that is as
fast as its producer would otherwise ask for every few records, which costs the broker more than
anything else. Compressed, these are some hundred torrents.
"""

BATCH_BYTES = 16 * 1024 * 1024
"""A batch that has so many bytes is full, however few records they are. A thousand usual events are
one megabyte. Of what is refused the ban list reads every byte, one to three seconds for a megabyte,
and all of a batch is to be done long before `_POLL_MS`: else the batch comes again, and again.
"""

_PIECE = 8
"""Records that are taken at a time: by so many the bytes of a batch may be too many."""

_STOP_SECONDS = 5
"""For a consumer that never joined its group: there is nothing to leave."""

_PROBE_SECONDS = 20
"""A broker that is starting answers within seconds; this one is away."""


class TopicsMissing(Exception):
    """Kafka does not have the topics; they are created by a command, never by a worker."""


class Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]
    """Counts how often the partitions of a consumer were given anew, or taken from it."""

    def __init__(self) -> None:
        self.count = 0

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Is told by aiokafka what was taken."""
        self.count += 1

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Is told by aiokafka what was given."""
        self.count += 1


class BatchConsumer:
    """Takes batches from topics and commits what was handled: `take`, work, `commit`.

    Offsets are committed by hand only; after a crash the batch in work is delivered again.
    """

    def __init__(
        self, settings: Settings, topics: Sequence[Topic], *, group: str, batch_size: int
    ) -> None:
        self._settings = settings
        self._topics = [topic.name for topic in topics]
        self._batch_size = batch_size
        self.group = group
        self._rebalances = Rebalances()
        self._taken_at = 0
        self._consumer = AIOKafkaConsumer(
            **client_options(settings),
            group_id=group,
            **({"client_id": client_id(settings.life)} if settings.life else {}),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=batch_size,
            max_poll_interval_ms=_POLL_MS,
            fetch_min_bytes=_FETCH_BYTES,
            fetch_max_wait_ms=round(settings.batch_within * 1000),
            # How long a killed process's partitions wait for a new owner.
            session_timeout_ms=round(settings.session_timeout * 1000),
            # How soon a member hears that another one waits to join.
            heartbeat_interval_ms=1_000,
        )
        self._consumer.subscribe(self._topics, listener=self._rebalances)

    async def start(self) -> None:
        """Joins the group.

        Raises:
            KafkaUnreachable: no broker answers.
            TopicsMissing: `python -m streams.topics create` has not been run.
        """
        await require_topics(self._settings, self._topics)
        try:
            await self._consumer.start()
        except BaseException:
            with suppress(TimeoutError):  # its sockets and tasks are there, if it is refused, too
                await asyncio.wait_for(self._consumer.stop(), _STOP_SECONDS)
            raise

    async def stop(self) -> None:
        """Leaves the group."""
        await self._consumer.stop()

    def assignment(self) -> set[TopicPartition]:
        """Returns the partitions that this consumer has now."""
        partitions: set[TopicPartition] = self._consumer.assignment()
        return partitions

    async def take(self, within: float) -> list[ConsumerRecord]:
        """Returns up to a batch of records, in order within each partition.

        It is empty if none came `within` seconds, and smaller where records are large.
        """
        batch: list[ConsumerRecord] = []
        size = 0
        self._taken_at = self._rebalances.count
        while len(batch) < self._batch_size and size < BATCH_BYTES:
            piece = await self._taken(0 if batch else within, self._batch_size - len(batch))
            if not piece:
                break
            batch += piece
            size += sum(len(record.key or b"") + len(record.value or b"") for record in piece)
        return batch

    async def _taken(self, within: float, most: int) -> list[ConsumerRecord]:
        taken = await self._consumer.getmany(
            timeout_ms=round(within * 1000), max_records=min(_PIECE, most)
        )
        return [record for records in taken.values() for record in records]

    async def commit(self, records: Sequence[Record]) -> None:
        """Commits the offsets after these records.

        A rebalance in between is no failure: the records will be delivered again. Nor does one
        take back what is committed by now.
        """
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets.get(place, 0), record.offset + 1)
        try:
            if self._rebalances.count != self._taken_at:
                offsets = await self._not_yet_committed(offsets)
            if offsets:
                await self._consumer.commit(offsets)
        except (CommitFailedError, RebalanceInProgressError, IllegalStateError) as error:
            log.info(
                "not committed, the group is rebalancing; the records will come again",
                error=repr(error),
            )

    async def _not_yet_committed(
        self, offsets: dict[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """What of these offsets says something new after a rebalance.

        A partition that was given anew begins at what is committed. Where that is beyond our
        offset, ours would only make it seem that records wait which nobody will deliver. Where the
        rebalance came before the records did, both are the same.
        """
        return {
            place: offset
            for place, offset in offsets.items()
            if offset >= await self._consumer.position(place)
        }


async def require_topics(settings: Settings, names: Sequence[str]) -> dict[str, int]:
    """Checks that Kafka answers and has the topics; returns how many partitions each has.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicsMissing: the message names them.
    """
    # A broker that hangs must not use up the time in which another one would have answered.
    patience = _PROBE_SECONDS * 1000 // len(settings.kafka_bootstrap.split(","))
    probe: Any = AIOKafkaConsumer(**client_options(settings), request_timeout_ms=patience)
    try:
        await asyncio.wait_for(probe.start(), _PROBE_SECONDS)
        # Its `topics()` asks the same, and keeps how many partitions they have to itself.
        cluster = await probe._client.fetch_all_metadata()
    except (KafkaError, OSError, TimeoutError) as error:
        raise await unreachable(settings) from error
    finally:
        await probe.stop()
    if missing := sorted(set(names) - cluster.topics()):
        raise TopicsMissing(
            f"Kafka has no topic {', '.join(missing)}; run `python -m streams.topics create`"
        )
    return {name: len(cluster.partitions_for_topic(name)) for name in names}
