"""Records into Kafka, and the mark on disk once Kafka has them."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from aiokafka.errors import KafkaError

from infra.settings import Settings
from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.kafka.publisher import KafkaStalled, Publisher, message

log = structlog.get_logger(__name__)

_BATCH = 200
_PAUSE = (1.0, 15.0)
"""Seconds between tries when Kafka is away: first, and at most."""


class Publishing:
    """Takes records from a bounded queue.

    With Kafka away it keeps what it holds and tries for ever: the queue fills, and whoever fills it
    waits.
    """

    def __init__(
        self,
        settings: Settings,
        records: asyncio.Queue[Torrent],
        published: Callable[[Sequence[Torrent]], None],
    ) -> None:
        self._settings, self._records, self._published = settings, records, published
        self._held: list[Torrent] = []

    @property
    def held(self) -> int:
        """Records taken and not acknowledged."""
        return len(self._held)

    async def run(self) -> None:
        """Publish until cancelled."""
        pause = _PAUSE[0]
        publisher = Publisher(self._settings)
        try:
            while True:
                if not self._held:
                    self._held.append(await self._records.get())
                while len(self._held) < _BATCH and not self._records.empty():
                    self._held.append(self._records.get_nowait())
                try:
                    await publisher.publish(
                        [
                            message(DISCOVERED, one.infohash, one, source="crawl")
                            for one in self._held
                        ]
                    )
                except (KafkaError, KafkaStalled, OSError) as error:
                    log.warning(
                        "Kafka does not take records: sampling pauses until it does",
                        error=repr(error),
                        held=len(self._held),
                    )
                    # A producer that gave up once stays broken; a new one costs milliseconds.
                    await publisher.stop()
                    publisher = Publisher(self._settings)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _PAUSE[1])
                    continue
                pause = _PAUSE[0]
                done, self._held = self._held, []
                self._published(done)
        finally:
            await publisher.stop()
