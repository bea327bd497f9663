"""What is being classified now: one Kafka consumer, shared by all who look.

It belongs to no group and commits nothing, so looking changes nothing. It starts with the first
who looks and ends with the last. Whoever is slow misses events; nobody makes another one wait.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from infra.logging import get_logger
from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Classification
from streams.kafka.client import KafkaUnreachable
from streams.pipeline.latest import EVERY, classification, consumer_of, newest

log = get_logger(__name__)

WAITING = 100
"""Events that wait for one who is slow; older ones are dropped."""
MOST_WATCHERS = 200
"""Who may look at a time; each holds a connection open."""
MOST_OF_ONE = 5
"""Of them those of one address."""
_RETRY_SECONDS = 5.0
_ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A torrent that was classified, as the page shows it."""

    infohash: str
    name: str
    medium: str
    subcategory: str
    confidence: float
    rule: str


class TooMany(Exception):
    """No more may look at a time."""


class TooManyOfOne(TooMany):
    """No more may look from one address."""


class Live:
    """Those who look, and the one consumer that they share."""

    def __init__(self, settings: Settings, bans: BanList | None = None) -> None:
        self._settings = settings
        self._bans = bans
        self._watchers: dict[asyncio.Queue[Seen | None], str] = {}
        self._reading: asyncio.Task[None] | None = None
        self.is_away = False
        """Whether Kafka did not answer when it was asked last."""

    def require_place(self, client: str) -> None:
        """Refuses one more who looks.

        Args:
            client: the address of who asks, as `limits.client_of` gives it.

        Raises:
            TooManyOfOne: too many of this address look already.
            TooMany: too many look already.
        """
        if list(self._watchers.values()).count(client) >= MOST_OF_ONE:
            raise TooManyOfOne
        if len(self._watchers) >= MOST_WATCHERS:
            raise TooMany

    @asynccontextmanager
    async def watching(self, client: str = "") -> AsyncIterator[asyncio.Queue[Seen | None]]:
        """A queue of what is classified while the block runs; a None says that it is over.

        Raises:
            TooMany: as `require_place` does.
        """
        self.require_place(client)
        queue: asyncio.Queue[Seen | None] = asyncio.Queue(WAITING)
        self._watchers[queue] = client
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        try:
            yield queue
        finally:
            del self._watchers[queue]
            if not self._watchers:
                await self.close()

    async def answers(self) -> bool:
        """Whether anything listens where one of Kafka's brokers should be."""
        brokers = self._settings.kafka_bootstrap.split(",")
        return any(await asyncio.gather(*(_listens(broker.strip()) for broker in brokers)))

    async def close(self) -> None:
        """Stops reading. Whoever comes while it stops starts a reader of their own."""
        reading = self._reading
        self._reading = None
        if reading is not None:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    async def _read(self) -> None:
        """Reads the ends of all partitions, and again after a while when Kafka was away."""
        while True:
            consumer: AIOKafkaConsumer | None = None
            try:
                consumer = consumer_of(self._settings)
                await consumer.start()
                self.is_away = False
                while True:
                    for value in newest(await consumer.getmany()):
                        self._take(value)
                    await asyncio.sleep(EVERY)
            except (KafkaError, KafkaUnreachable, OSError) as error:
                self.is_away = True
                log.warning("the live page waits for Kafka", error=type(error).__name__)
            finally:
                if consumer is not None:
                    await consumer.stop()
            await asyncio.sleep(_RETRY_SECONDS)

    def _take(self, value: bytes | None) -> None:
        """Passes an event on; adult works, banned ones and what cannot be read are left out."""
        event = classification(value)
        if event is None or event.verdict.nsfw or self._is_banned(event):
            return
        verdict = event.verdict
        seen = Seen(
            event.infohash,
            event.torrent.name,
            verdict.medium.value,
            verdict.subcategory.value,
            verdict.confidence,
            verdict.rule or verdict.source.value,
        )
        self._tell(seen)

    def end(self) -> None:
        """Tells all who look that it is over, so that the process can stop."""
        self._tell(None)

    def _tell(self, seen: Seen | None) -> None:
        for queue in self._watchers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(seen)

    def _is_banned(self, event: Classification) -> bool:
        return self._bans is not None and self._bans.check_torrent(event.torrent) is not None


async def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        opening = asyncio.open_connection(host.strip("[]"), int(port))
        _, writing = await asyncio.wait_for(opening, _ANSWER_SECONDS)
    except (OSError, ValueError, TimeoutError):
        return False
    writing.close()
    return True
