"""Asks Kafka, every few seconds, how far the stages of this process are.

Neither Faust nor aiokafka keep a partition's committed offset where it could be read without a call
to the broker, and their consumers are busy: so this has connections of its own. What a stage has
done is what its group committed, whoever of the group it was.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.logging import get_logger
from infra.settings import Settings
from streams.kafka.admin import started_admin
from streams.kafka.client import KafkaUnreachable, client_options
from streams.operate.metrics import Backlog, ProgressBoard

log = get_logger(__name__)

EVERY_SECONDS = 5.0
"""Between two looks. Three small questions to the broker for each stage, and far less than the two
minutes without progress that `/health` allows by default.
"""

_CALL_SECONDS = 20
"""For a whole look; with Kafka away the clients themselves would wait longer."""

_CLOSE_SECONDS = 5
"""For each client; with Kafka away, closing may wait for it for ever."""


class OffsetWatch:
    """Notes the backlog of every stage of a board, again and again."""

    def __init__(self, settings: Settings, board: ProgressBoard) -> None:
        self._settings = settings
        self._board = board
        self._every = min(EVERY_SECONDS, settings.stall_after / 4)
        self._admin: Any = None
        self._consumer: AIOKafkaConsumer | None = None

    async def run(self) -> None:
        """Looks until it is cancelled. Kafka that does not answer is asked again later."""
        told = False
        try:
            while True:
                try:
                    await asyncio.wait_for(self.look(), _CALL_SECONDS)
                    told = False
                except Exception as error:  # whatever it is, the next look may fare better
                    if not told:
                        log.warning("cannot ask Kafka how far the stages are", error=repr(error))
                    told = True
                    await self.close()
                await asyncio.sleep(self._every)
        finally:
            await self.close()

    async def look(self) -> None:
        """Looks once at every stage that has partitions.

        Raises:
            KafkaError, KafkaUnreachable: Kafka does not answer; what was noted before stays.
        """
        for progress in self._board:
            if progress.reads is None:
                continue
            places = sorted(TopicPartition(*place) for place in progress.reads.assignment())
            backlogs = await self._backlogs(progress.reads.group, places) if places else {}
            progress.note(backlogs, time.monotonic())

    async def close(self) -> None:
        """Closes the connections; the next look opens new ones."""
        admin, consumer = self._admin, self._consumer
        self._admin = None
        self._consumer = None
        if admin is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(admin.close(), _CLOSE_SECONDS)
        if consumer is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(consumer.stop(), _CLOSE_SECONDS)

    async def _backlogs(
        self, group: str, places: Sequence[TopicPartition]
    ) -> dict[TopicPartition, Backlog]:
        if self._admin is None:
            self._admin = await started_admin(self._settings)
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(**client_options(self._settings))
            await self._consumer.start()
        committed = await self._admin.list_consumer_group_offsets(group, partitions=list(places))
        if not committed.keys() >= set(places):
            raise KafkaUnreachable(f"the offsets of group {group} are not loaded yet")
        starts = await self._consumer.beginning_offsets(list(places))
        ends = await self._consumer.end_offsets(list(places))
        return {
            place: Backlog.of(starts[place], committed[place].offset, ends[place])
            for place in places
        }
