"""Corrections to Kafka: said only when Kafka has them, in their order for each torrent."""

import asyncio
from typing import Self

from infra.settings import Settings
from schemas import Correction
from schemas.topics import CORRECTIONS
from streams.kafka.publisher import Message, Publisher, message


def correction_message(correction: Correction) -> Message:
    """A correction as a message; its key is the infohash, which keeps the order of a torrent."""
    return message(CORRECTIONS, correction.infohash, correction, source="corrections")


class CorrectionPublisher:
    """Publishes corrections: `async with CorrectionPublisher(settings) as corrections`.

    It connects with the first correction, so that a server of pages starts without Kafka, too.
    """

    def __init__(self, settings: Settings) -> None:
        self._publisher = Publisher(settings)
        self._in_order = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._publisher.stop()

    async def publish(self, correction: Correction) -> None:
        """Publishes a correction and returns when every replica of Kafka that is in sync has it.

        Raises:
            streams.kafka.publisher.KafkaStalled: Kafka did not acknowledge in time.
            aiokafka.errors.KafkaError: Kafka is away, or refused it.
        """
        # Two tasks that publish at a time could change places between here and the broker.
        async with self._in_order:
            await self._publisher.publish([correction_message(correction)])
