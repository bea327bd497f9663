"""The contract of `Sink`: the fake of the tests and the real publisher are held to it alike."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest

from infra.local import stack as local
from infra.settings import Settings
from schemas.topics import DISCOVERED, MAX_VALUE_BYTES
from streams.kafka.admin import create_topics
from streams.kafka.publisher import Message, Publisher, Sink
from tests.fakes import ListSink, Published

REAL = pytest.param("publisher", marks=[pytest.mark.stack, pytest.mark.slow])


@dataclass(frozen=True)
class Case:
    """A sink, and what is there after it published."""

    sink: Sink
    read: Callable[[], Awaitable[list[Message]]]


@pytest.fixture(params=["fake", REAL])
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    if request.param == "fake":
        async with ListSink() as fake:
            yield Case(fake, lambda: _there(fake))
        return
    stack: local.Stack = request.getfixturevalue("stack")
    await create_topics(Settings(kafka_bootstrap=stack.kafka_bootstrap))
    published = await Published.since_now(stack.kafka_bootstrap)
    async with Publisher(Settings(kafka_bootstrap=stack.kafka_bootstrap)) as publisher:
        yield Case(publisher, published.messages)


async def _there(sink: ListSink) -> list[Message]:
    return list(sink.messages)


def of(key: bytes, *values: bytes | None) -> list[Message]:
    return [Message(DISCOVERED.name, key, value) for value in values]


def some_key() -> bytes:
    return secrets.token_hex(20).encode()


async def test_what_is_published_is_there_when_publish_returns(case: Case) -> None:
    message = Message(DISCOVERED.name, some_key(), b"\x00\xff any bytes", (("a", b"1"), ("a", b"")))
    await case.sink.publish([message])
    assert await case.read() == [message]


async def test_the_messages_of_a_key_keep_their_order_over_calls(case: Case) -> None:
    key, other = some_key(), some_key()
    await case.sink.publish([*of(key, b"1"), *of(other, b"-"), *of(key, b"2", b"3")])
    await case.sink.publish(of(key, b"4"))
    values = [message.value for message in await case.read() if message.key == key]
    assert values == [b"1", b"2", b"3", b"4"]


async def test_a_tombstone_and_a_record_without_a_key_are_messages_as_others(case: Case) -> None:
    messages = [Message(DISCOVERED.name, some_key(), None), Message(DISCOVERED.name, None, b"1")]
    await case.sink.publish(messages)
    assert sorted(await case.read(), key=repr) == sorted(messages, key=repr)


async def test_an_iterable_is_read_once_and_may_be_empty(case: Case) -> None:
    key = some_key()

    def once() -> Iterator[Message]:
        yield from of(key, b"1", b"2")

    await case.sink.publish(once())
    await case.sink.publish(())
    assert [message.value for message in await case.read()] == [b"1", b"2"]


async def test_publishing_again_adds_and_never_replaces(case: Case) -> None:
    messages = of(some_key(), b"1")
    await case.sink.publish(messages)
    await case.sink.publish(messages)
    assert await case.read() == messages * 2


async def test_the_largest_message_that_the_engine_lets_through_is_taken(case: Case) -> None:
    value = secrets.token_bytes(MAX_VALUE_BYTES)  # random: no compression makes it small
    await case.sink.publish(of(some_key(), value))
    assert [message.value for message in await case.read()] == [value]


async def test_a_message_of_nothing_is_a_mistake(case: Case) -> None:
    with pytest.raises(AssertionError):
        await case.sink.publish([Message(DISCOVERED.name, None, None)])
    assert await case.read() == []
