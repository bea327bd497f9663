"""The one producer of a process: idempotent, acks=all, batched and compressed."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from random import randrange
from typing import Protocol

from aiokafka import AIOKafkaProducer

from infra.settings import Settings
from schemas import DeadLetter, Event, Header, cloudevent_headers
from schemas.topics import DEAD_LETTER, MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, Topic
from streams.kafka.client import client_options
from streams.kafka.partitions import hashes_of, partition_of

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
        waiting = [
            sent
            for (topic, partition), group in (await _by_partition(producer, messages)).items()
            async for sent in _sent(producer, topic, partition, group)
        ]
        if waiting:
            await asyncio.gather(*waiting)


async def _by_partition(
    producer: AIOKafkaProducer, messages: Iterable[Message]
) -> dict[tuple[str, int], list[Message]]:
    """The messages by topic and partition, in their order."""
    listed = list(messages)
    keys = list({message.key for message in listed if message.key is not None})
    hashes = dict(zip(keys, hashes_of(keys), strict=True))
    counts: dict[str, int] = {}
    groups: dict[tuple[str, int], list[Message]] = {}
    for message in listed:
        topic, key = message.topic, message.key
        assert key is not None or message.value is not None, "a message has a key or a value"
        if (count := counts.get(topic)) is None:
            count = counts[topic] = len(await producer.partitions_for(topic))
        # Whoever has no key has no order to keep, nor a secret.
        place = randrange(count) if key is None else partition_of(hashes[key], count)  # noqa: S311
        groups.setdefault((topic, place), []).append(message)
    return groups


async def _sent(
    producer: AIOKafkaProducer, topic: str, partition: int, messages: Iterable[Message]
) -> AsyncIterator[asyncio.Future[object]]:
    """Hands the messages of one partition to the producer, in as few batches as they fit in.

    `producer.send` would take them one by one, and make a future of each.
    """
    batch = producer.create_batch()
    for message in messages:
        record = {"key": message.key, "value": message.value, "headers": list(message.headers)}
        if batch.append(timestamp=None, **record) is None:  # it is full
            yield await producer.send_batch(batch, topic, partition=partition)
            batch = producer.create_batch()
            batch.append(timestamp=None, **record)
    batch.close()  # nothing is added to it: it need not wait for more
    yield await producer.send_batch(batch, topic, partition=partition)


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
        **client_options(settings),
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
