"""Records into Kafka, and the mark on disk once Kafka has them."""

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

import structlog
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from infra.settings import Settings
from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.crawl import report
from streams.crawl.kit import Kit
from streams.kafka.publisher import KafkaStalled, Message, Publisher, Sink, message
from streams.kafka.traces.tracing import publish, tracing_for

log = structlog.get_logger(__name__)

_BATCH = 200
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
"""Seconds between tries when Kafka is away."""
_TRIES = 5
"""Tries of what Kafka does not call worth a retry, but a new producer may cure. A topic that is
unknown may be one that a broker has not read about yet: that takes seconds after its start.
"""


class PublishingRefused(Exception):
    """Kafka will never take what this crawl publishes; the message says what to do."""


class Cure(Enum):
    """What helps against a failure of Kafka."""

    TIME = "time"
    """It is away, or electing a leader: the same again later."""
    NEW_PRODUCER = "new producer"
    """The state of the producer is broken: the same again, but not for ever."""
    WITHOUT_THE_RECORD = "without the record"
    """One record is at fault."""
    NOTHING = "nothing"


class Stoppable(Sink, Protocol):
    """A publisher that can be put away."""

    async def stop(self) -> None:
        """Put it away."""


class Publishing:
    """Takes records from a bounded queue.

    With Kafka away it keeps what it holds and tries for ever: the queue fills, and whoever fills it
    waits. What time does not heal ends the crawl, or costs the one record that is at fault.
    """

    def __init__(
        self,
        kit: Kit,
        records: asyncio.Queue[Torrent],
        publisher: Callable[[Settings], Stoppable] = Publisher,
    ) -> None:
        self._kit = kit
        self._records = records
        self._new_publisher = publisher
        self._publisher = publisher(kit.settings)
        self._tracing = tracing_for(kit.settings)
        self.held = 0
        """Records taken and not acknowledged."""

    async def run(self) -> None:
        """Publish until cancelled.

        Raises:
            PublishingRefused: Kafka will never take what this crawl publishes.
        """
        try:
            while True:
                await self._deliver(await self._batch())
        finally:
            await self._publisher.stop()

    async def _batch(self) -> list[Torrent]:
        torrents = [await self._records.get()]
        while len(torrents) < _BATCH and not self._records.empty():
            torrents.append(self._records.get_nowait())
        self.held = len(torrents)
        return torrents

    async def _deliver(self, torrents: Sequence[Torrent]) -> None:
        """Publish torrents until Kafka has them all, but for those that it refuses by name."""
        pause = _FIRST_PAUSE
        tries = 0
        while True:
            try:
                messages = [_message(torrent) for torrent in torrents]
                await publish(self._tracing, "crawl", self._publisher, messages)
            except (KafkaError, KafkaStalled, OSError) as error:
                tries += 1
                # A producer that gave up once stays broken; a new one costs milliseconds.
                await self._publisher.stop()
                self._publisher = self._new_publisher(self._kit.settings)
                cure = _cure(error, tries)
                if cure is Cure.NOTHING:
                    raise PublishingRefused(_advice(error)) from error
                if cure is Cure.WITHOUT_THE_RECORD:
                    await self._divide(torrents, error)
                    return
                log.warning(
                    "Kafka does not take records: sampling pauses until it does",
                    error=repr(error),
                    held=self.held,
                    again_after=pause,
                )
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                await self._published(torrents)
                return

    async def _divide(self, torrents: Sequence[Torrent], error: Exception) -> None:
        """Find the record at fault by halves; alone, it is dropped by name."""
        if len(torrents) > 1:
            middle = len(torrents) // 2
            await self._deliver(torrents[:middle])
            await self._deliver(torrents[middle:])
            return
        (torrent,) = torrents
        log.warning(
            "a record is dropped: Kafka refuses it for its size",
            infohash=torrent.infohash,
            bytes=len(torrent.to_json()),
            error=repr(error),
        )
        self.held -= 1
        self._kit.report.note(report.RECORD, "refused_by_kafka")
        await self._kit.give_up(bytes.fromhex(torrent.infohash))

    async def _published(self, torrents: Sequence[Torrent]) -> None:
        await self._kit.memory.done([bytes.fromhex(torrent.infohash) for torrent in torrents])
        self.held -= len(torrents)
        self._kit.report.note(report.RECORD, "published", len(torrents))


def _message(torrent: Torrent) -> Message:
    return message(DISCOVERED, torrent.infohash, torrent, source="crawl")


def _cure(error: Exception, tries: int) -> Cure:
    """What helps against a failure that was met so many times in a row."""
    match error:
        case MessageSizeTooLargeError() | RecordListTooLargeError():
            return Cure.WITHOUT_THE_RECORD
        case (
            TopicAuthorizationFailedError()
            | ClusterAuthorizationFailedError()
            | AuthenticationFailedError()
            | AuthenticationMethodNotSupported()
            | InvalidTopicError()
        ):
            return Cure.NOTHING
        case UnknownTopicOrPartitionError():
            return Cure.TIME if tries < _TRIES else Cure.NOTHING
        case KafkaTimeoutError():
            return Cure.TIME
        case KafkaError(retriable=False):
            return Cure.NEW_PRODUCER if tries < _TRIES else Cure.NOTHING
        case _:
            return Cure.TIME


def _advice(error: Exception) -> str:
    """One line for who started the crawl."""
    if isinstance(error, UnknownTopicOrPartitionError):
        return f"Kafka has no topic {DISCOVERED.name}; run `python -m streams.topics create`"
    return (
        f"Kafka does not take records for {DISCOVERED.name} and never will: {error!r}; see what"
        " this client may do there, and STREAMS_KAFKA_BOOTSTRAP. Nothing is lost: what was in"
        " flight is found again"
    )
