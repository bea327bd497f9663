"""What waits for each stage, in records and in seconds."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.settings import Settings
from schemas.topics import TOPICS
from streams.kafka.admin import partitions_of, started_admin
from streams.kafka.client import client_options
from streams.operate.lag import committed_offsets, readers
from streams.operate.metrics import Backlog
from tests.benchmarks.live.trail import Trail


@dataclass(frozen=True)
class Waiting:
    """What waits for a stage: records, and seconds that the oldest of them has waited."""

    records: int
    seconds: float


class Groups:
    """Looks at the offsets of all groups; its connections stay open between two looks."""

    def __init__(self, settings: Settings, stages: Collection[str]) -> None:
        self._settings = settings
        self._readers = [reader for reader in readers(settings) if reader.stage in stages]
        self._trails: dict[tuple[str, TopicPartition], Trail] = {}

    async def __aenter__(self) -> Self:
        self._admin = await started_admin(self._settings)
        self._consumer = AIOKafkaConsumer(**client_options(self._settings))
        await self._consumer.start()
        partitions = await partitions_of(self._admin, TOPICS)
        self._places = {
            reader.stage: [place for topic in reader.topics for place in partitions[topic.name]]
            for reader in self._readers
        }
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._admin.close()
        await self._consumer.stop()

    async def look(self) -> dict[str, Waiting]:
        """What waits for each stage now."""
        places = {place for group in self._places.values() for place in group}
        # Offsets of groups first: what comes in between counts as waiting.
        done = {
            group: await committed_offsets(self._admin, group)
            for group in {reader.group for reader in self._readers}
        }
        ends = await self._consumer.end_offsets(sorted(places))
        now, waiting = time.monotonic(), {}
        for reader in self._readers:
            records, seconds = 0, 0.0
            for place in self._places[reader.stage]:
                mark = done[reader.group].get(place)
                offset = mark.offset if mark else 0
                trail = self._trails.setdefault((reader.stage, place), Trail())
                trail.look(now, ends[place])
                backlog = Backlog.of(0, offset, ends[place])
                records += backlog.waiting
                seconds = max(seconds, trail.age(now, backlog.committed))
            waiting[reader.stage] = Waiting(records, seconds)
        return waiting
