"""How Kafka's batches reach a Faust agent: a channel whose events are whole batches.

Faust's own way from Kafka to an agent handles every record on its own: it was a large part of a
worker's processor time. Here one event of an agent's stream is a batch.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from faust.channels import Channel

from schemas import Record
from streams.kafka.delivery import Acknowledge


class Consumer(Protocol):
    """Where batches come from; `streams.kafka.consumer.BatchConsumer` is one."""

    async def take(self, within: float) -> Sequence[Record]:
        """Returns up to a batch of records; none if none came `within` seconds."""

    async def commit(self, records: Sequence[Record]) -> None:
        """Commits the offsets after these records."""


class Batch(NamedTuple):
    """Records to deliver, how they are acknowledged, and what is held while they are in work."""

    records: Sequence[Record]
    acknowledge: Acknowledge
    at_work: asyncio.Lock


class Feed:
    """Takes one batch at a time for an agent, until it is closed.

    The next batch is taken when the agent has done with the one before: what is held ahead would
    only age, and be delivered again after a crash.
    """

    def __init__(self, consumer: Consumer, within: float) -> None:
        self._consumer = consumer
        self._within = within
        self._at_work = asyncio.Lock()
        self._closed = False

    async def next(self) -> Batch:
        """Waits for the next batch; for ever once the feed is closed."""
        while not self._closed:
            records = await self._consumer.take(self._within)
            if records:
                return Batch(records, self._consumer.commit, self._at_work)
        never: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        return await never

    async def close(self) -> None:
        """Takes no more, and returns when the batch in work is done."""
        self._closed = True
        async with self._at_work:
            pass


class BatchChannel(Channel[Batch]):
    """A Faust channel over a feed: what an agent iterates over.

    Args:
        app: the app of the agent.
        feed: returns the feed. An agent is declared before there is one.
        options: those of Faust's channels.
    """

    def __init__(self, app: Any, *, feed: Callable[[], Feed], **options: Any) -> None:
        super().__init__(app, **options)
        self._feed = feed

    def _clone_args(self) -> Mapping[str, Any]:
        return {**super()._clone_args(), "feed": self._feed}

    async def __anext__(self) -> Any:
        return await self._feed().next()
