"""The one producer of a process: idempotent, acks=all, batched and compressed."""

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
    """Returns an event as a message with its CloudEvents headers.

    `source` is the publishing part, e.g. `classify`.
    """
    return Message(
        topic.name,
        key.encode(),
        event.to_json(),
        tuple(cloudevent_headers(topic, event.event_id, source=source)),
    )


def dead_letter_message(letter: DeadLetter) -> Message:
    """Returns a dead letter as a message: its bytes, and headers that say where and why."""
    headers = [
        *letter.headers(),
        *cloudevent_headers(DEAD_LETTER, letter.event_id, source=letter.stage),
    ]
    return Message(DEAD_LETTER.name, letter.kafka_key, letter.value, tuple(headers))


class KafkaStalled(Exception):
    """Kafka did not acknowledge in time.

    Not retried: the producer did that all along, and only a restart helps.
    """


class Sink(Protocol):
    """Where stages publish to.

    `publish` takes the messages of any iterable, once. When it returns, all of them are there, in
    their order within each key. When it raises, some of them may be there: publishing the same
    messages again is always right. A message has a key or a value, or both.
    """

    async def publish(self, messages: Iterable[Message]) -> None:
        """Publishes messages and returns when all of them are there."""


class Publisher:
    """Sends batches to Kafka.

    `async with Publisher(settings) as publisher: await publisher.publish(messages)`.
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
        """Connects. Called by `publish` when needed.

        Raises:
            aiokafka.errors.KafkaConnectionError: no broker answers.
        """
        async with self._starting:
            if self._producer is None:
                self._producer = await _started(producer_for(self._settings))

    async def stop(self) -> None:
        """Closes the connections; the next `publish` would open new ones."""
        producer = self._producer
        self._producer = None
        if producer is not None:
            await _stop(producer)

    async def publish(self, messages: Iterable[Message]) -> None:
        """Sends messages and waits until Kafka has acknowledged every one.

        Order is kept within a partition.

        Raises:
            KafkaStalled: `publish_timeout` went by (an idempotent producer itself would wait for
                ever).
            aiokafka.errors.KafkaError: one was refused; some of the others may be there.
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
            await producer.send(
                message.topic, value=message.value, key=message.key, headers=list(message.headers)
            )
            for message in messages
        ]
        if sent:
            await asyncio.gather(*sent)


async def _started(producer: AIOKafkaProducer) -> AIOKafkaProducer:
    try:
        await producer.start()
    except BaseException:
        await _stop(producer)  # its sockets and its tasks are there, even if no broker is
        raise
    return producer


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(TimeoutError):  # with Kafka away it would wait for it for ever
        await asyncio.wait_for(producer.stop(), _STOP_SECONDS)


def producer_for(settings: Settings) -> AIOKafkaProducer:
    """Returns a producer with the project's delivery settings, not started."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        # Long enough to fill batches, short beside a stage's batch time; 96,000 messages a second
        # were measured with batches of 128 KB.
        linger_ms=5,
        max_batch_size=128 * 1024,
        max_request_size=MAX_MESSAGE_BYTES + MAX_HEADER_BYTES,
        request_timeout_ms=30_000,
    )
