"""What stands in for Kafka in tests, and what reads back what went into the real one.

`ListSink` is held to the contract of `streams.kafka.publisher.Sink` together with the real
publisher, by `tests/contract/test_sinks.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from schemas import DeadLetter, Header, Torrent
from schemas.topics import DEAD_LETTER, DISCOVERED, TOPICS
from streams.kafka.publisher import Message


@dataclass(frozen=True)
class FakeRecord:
    """A record as a Kafka client would deliver it."""

    offset: int
    value: bytes | None
    key: bytes | None = b"key"
    topic: str = DISCOVERED.name
    partition: int = 0
    headers: tuple[Header, ...] = ()


def records(*values: bytes | None, topic: str = DISCOVERED.name) -> list[FakeRecord]:
    """One record of a topic for each value, from offset 0 on."""
    return [FakeRecord(offset, value, topic=topic) for offset, value in enumerate(values)]


def as_record(message: Message, offset: int = 0) -> FakeRecord:
    """A message as whoever reads its topic gets it."""
    return FakeRecord(
        offset, message.value, message.key, topic=message.topic, headers=message.headers
    )


class ListSink:
    """Keeps what is published; fails the first `failures` times, as a restarting broker would."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[Message] = []
        self.calls: list[list[Message]] = []
        self.failures = failures

    async def __aenter__(self) -> "ListSink":
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def publish(self, messages: Iterable[Message]) -> None:
        batch = list(messages)
        if self.failures:
            self.failures -= 1
            raise KafkaConnectionError("away")
        for message in batch:
            assert message.key is not None or message.value is not None, "as aiokafka has it"
        self.calls.append(batch)
        self.messages.extend(batch)

    def of(self, topic: str) -> Sequence[Message]:
        """What was published to a topic."""
        return [message for message in self.messages if message.topic == topic]

    @property
    def letters(self) -> list[DeadLetter]:
        return [
            DeadLetter.from_record(message.headers, message.key, message.value)
            for message in self.of(DEAD_LETTER.name)
        ]


class Published:
    """What is published to topics of a real Kafka since a test began."""

    def __init__(self, bootstrap: str, starts: dict[TopicPartition, int]) -> None:
        self._bootstrap = bootstrap
        self._starts = starts

    @classmethod
    async def since_now(cls, bootstrap: str, topic: str = DISCOVERED.name) -> "Published":
        places = [TopicPartition(topic, number) for number in range(TOPICS[topic].partitions)]
        async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
            return cls(bootstrap, await consumer.end_offsets(places))

    async def messages(self) -> list[Message]:
        """Everything that is there, in its order within each partition."""
        async with AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False
        ) as consumer:
            consumer.assign(list(self._starts))
            ends = await consumer.end_offsets(list(self._starts))
            for place, offset in self._starts.items():
                consumer.seek(place, offset)
            there: list[Message] = []
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for batch in (await consumer.getmany(timeout_ms=300)).values():
                    there += [
                        Message(record.topic, record.key, record.value, tuple(record.headers))
                        for record in batch
                    ]
            return there

    async def torrents(self) -> list[Torrent]:
        """What was discovered."""
        return [
            Torrent.model_validate_json(message.value or b"") for message in await self.messages()
        ]
