"""The one producer of a process: idempotent, acks=all, batched and compressed; `publish` returns
when Kafka has it all.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaProducer

from infra.settings import Settings
from schemas import DeadLetter, Event, Header, cloudevent_headers
from schemas.topics import DEAD_LETTER, MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, Topic

_STOP_SECONDS = 5
"""Everything that mattered was awaited before; stopping is a courtesy to the broker."""


@dataclass(frozen=True, slots=True)
class Message:
    """One record to send: raw bytes, as Kafka will hold them."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


def message(topic: Topic, key: str, event: Event, *, source: str) -> Message:
    """An event as a message with its CloudEvents headers. `source` is the publishing part."""
    return Message(
        topic.name,
        key.encode(),
        event.to_json(),
        tuple(cloudevent_headers(topic, event.event_id, source=source)),
    )


def dead_letter_message(letter: DeadLetter) -> Message:
    """A dead letter as a message: the original bytes, and headers that say where and why."""
    headers = [
        *letter.headers(),
        *cloudevent_headers(DEAD_LETTER, letter.event_id, source=letter.stage),
    ]
    return Message(DEAD_LETTER.name, letter.key, letter.value, tuple(headers))


class KafkaStalled(Exception):
    """Kafka did not acknowledge in time. Not retried: the producer did that all along, and only a
    restart helps.
    """


class Sink(Protocol):
    """Where stages publish to."""

    async def publish(self, messages: Iterable[Message]) -> None: ...


class Publisher:
    """Sends batches to Kafka. `async with Publisher(settings) as publisher: await
    publisher.publish(messages)`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> "Publisher":
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Connect. Called by `publish` when needed.

        Raises:
            aiokafka.errors.KafkaConnectionError: no broker answers.
        """
        async with self._starting:
            if self._producer is None:
                producer = producer_for(self._settings)
                await producer.start()
                self._producer = producer

    async def stop(self) -> None:
        if self._producer is not None:
            with suppress(TimeoutError):  # with Kafka away it would wait for it for ever
                await asyncio.wait_for(self._producer.stop(), _STOP_SECONDS)
            self._producer = None

    async def publish(self, messages: Iterable[Message]) -> None:
        """Send messages and wait until every one is acknowledged by Kafka; order is kept within a
        partition.

        Raises: KafkaStalled: `publish_timeout` went by (an idempotent producer itself would wait
            for ever). aiokafka.errors.KafkaError: one was refused; some of the others may be there
            (at-least-once).
        """
        if self._producer is None:
            await self.start()
        assert self._producer is not None
        try:
            await asyncio.wait_for(
                self._send(self._producer, messages), self._settings.publish_timeout
            )
        except TimeoutError as error:
            raise KafkaStalled(
                f"Kafka acknowledged nothing for {self._settings.publish_timeout:g} s"
            ) from error

    @staticmethod
    async def _send(producer: AIOKafkaProducer, messages: Iterable[Message]) -> None:
        sent = [
            await producer.send(one.topic, value=one.value, key=one.key, headers=list(one.headers))
            for one in messages
        ]
        if sent:
            await asyncio.gather(*sent)


def producer_for(settings: Settings) -> AIOKafkaProducer:
    """A producer with the project's delivery settings, not started."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        # long enough to fill batches, short beside a stage's batch time; 96 k/s measured with 128
        # KB
        linger_ms=5,
        max_batch_size=128 * 1024,
        max_request_size=MAX_MESSAGE_BYTES + MAX_HEADER_BYTES,
        request_timeout_ms=30_000,
    )
