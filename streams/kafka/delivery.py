"""The one engine of delivery: nothing is lost, and no record stops the stream.

Faust agents, the store and the GGUF workers all hand their batches to `Engine.deliver`. What they
do with them is a `Work`; what becomes of bad records, failures and crashes is decided here.

A crash at any point leaves the batch unacknowledged, and it is delivered again, perhaps cut
differently. That changes nothing: results are unique by what they answer and by which revision, so
a row that is written again stays as it is, and an event that is published again has the same id.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from infra.settings import Settings
from schemas import Record
from schemas.topics import MAX_VALUE_BYTES
from streams.kafka.dead_letters import Counts, Gate, Refusal, error_text, problems_text
from streams.kafka.metered import Meter, metered
from streams.kafka.publisher import Message, Sink
from streams.kafka.retry import is_infrastructure, with_retry
from streams.kafka.traces.tracing import BatchTrace, tracing_for

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Answer = TypeVar("Answer")


ASIDE_BYTES = 4 * 1024 * 1024
"""A batch of more bytes is decoded in a thread. A thousand usual events are one megabyte and tens
of milliseconds; the ban list, which the store asks about dead letters, reads a megabyte a second.
"""


class Work(Protocol[Item, Outcome]):
    """What a stage does with the records of a batch."""

    @property
    def first(self) -> frozenset[str]:
        """Topics whose messages must be in Kafka before the others of the batch are sent."""

    def decode(self, record: Record) -> Item | None:
        """Reads a record; None passes over it, whatever is raised makes it a dead letter."""

    async def handle(self, items: Sequence[Item]) -> Sequence[Outcome]:
        """Does the work for a batch, or commits it to a database; an outcome for each item.

        It is pure, or idempotent where it commits: it may be called again for the same items, alone
        or in other company, and then says the same.
        """

    async def conclude(self, outcomes: Sequence[Outcome]) -> Sequence[Sequence[Message]]:
        """Returns the messages of each outcome.

        Called once a batch, with the outcomes of all its good records in their order: here belongs
        what must be decided and counted once, such as the budget of the GGUF workers.
        """

    def blame(self, error: Exception) -> str | None:
        """Returns the reason of a dead letter if a failure of `handle` is a record's fault.

        The guilty record is then looked for. None ends the process. Failures of the infrastructure
        are nobody's fault and not asked about.
        """


class Watch(Counts, Meter, Protocol):
    """Who is told what became of a batch; `streams.operate.metrics.Progress` is one."""

    def batch_done(self, records: Sequence[Record], seconds: float) -> None:
        """Notes a batch that was acknowledged."""


Acknowledge = Callable[[Sequence[Record]], Awaitable[None]]
"""Tells Kafka that these records need not be delivered again."""


class Decoded(NamedTuple, Generic[Item]):
    """A record and what it says."""

    record: Record
    item: Item


class Handled(NamedTuple, Generic[Outcome]):
    """A record and what came of it."""

    record: Record
    outcome: Outcome


class Engine(Generic[Item, Outcome]):
    """Delivers the batches of one stage.

    Args:
        work: what the stage does.
        sink: where it publishes.
        gate: what makes dead letters of its bad records.
        watch: who is told of every batch.
        settings: how often and how patiently the infrastructure is tried again.
    """

    def __init__(
        self, work: Work[Item, Outcome], sink: Sink, gate: Gate, watch: Watch, settings: Settings
    ) -> None:
        self._work = work
        self._sink = sink
        self._gate = gate
        self._watch = watch
        self._settings = settings
        self._tracing = tracing_for(settings)

    async def deliver(self, records: Sequence[Record], acknowledge: Acknowledge) -> int:
        """Delivers one batch; returns how many of its records were refused.

        The ritual, in an order that is never changed:

        1. Decode. What does not fit its contract is refused. Nothing is raised.
        2. Handle, or commit to the database: the batch at once. Where that fails by a record's
           fault, each half alone, until the guilty record is found and refused.
        3. Conclude, once for all that was handled, however often step 2 cut the batch. Whoever
           answers with more than a message can hold is refused.
        4. Publish the messages and the dead letters, and wait until Kafka has them all.
        5. Acknowledge. Only now, and all records: each is handled, published or a dead letter.

        Raises:
            Exception: the infrastructure failed and outlasted its retries, or the stage failed by
                no record's fault. Nothing of the batch is acknowledged, and the process must end.
        """
        with self._tracing.batch(self._watch.name, records) as trace:
            return await self._deliver(records, acknowledge, trace)

    async def _deliver(
        self, records: Sequence[Record], acknowledge: Acknowledge, trace: BatchTrace
    ) -> int:
        started, watch = time.monotonic(), self._watch
        decoded, refusals = await metered(watch, "decode", self._decode_aside(records))  # 1
        trace.step("decoded")
        handled = await metered(watch, "handle", self._handle(decoded, refusals))  # 2
        trace.step("handled")
        concluding = self._conclude(handled, refusals, trace)
        messages = await metered(watch, "conclude", concluding)  # 3
        if refusals:  # the ban list reads every byte of them, which may take a while
            messages += await asyncio.to_thread(self._letters, refusals, trace)
        trace.step("concluded")
        await metered(watch, "publish", self._publish(messages))  # 4
        trace.step("published")
        await metered(watch, "acknowledge", acknowledge(records))  # 5
        watch.batch_done(records, time.monotonic() - started)
        return len(refusals)

    async def _decode_aside(
        self, records: Sequence[Record]
    ) -> tuple[list[Decoded[Item]], list[Refusal]]:
        """Decodes, in a thread where it takes long, so that the group goes on hearing of us."""
        if sum(len(record.value or b"") for record in records) < ASIDE_BYTES:
            return self._decode(records)
        return await asyncio.to_thread(self._decode, records)

    def _decode(self, records: Sequence[Record]) -> tuple[list[Decoded[Item]], list[Refusal]]:
        decoded: list[Decoded[Item]] = []
        refusals: list[Refusal] = []
        for record in records:
            try:
                item = self._work.decode(record)
            except ValidationError as error:
                problems = error.errors(
                    include_url=False, include_input=False, include_context=False
                )
                is_json = problems[0]["type"] != "json_invalid"
                reason = "invalid" if is_json else "not_json"
                refusals.append(Refusal(record, reason, problems_text(problems)))
            except Exception as error:
                refusals.append(Refusal(record, "invalid", error_text(error)))
            else:
                if item is not None:
                    decoded.append(Decoded(record, item))
        return decoded, refusals

    async def _handle(
        self, decoded: Sequence[Decoded[Item]], refusals: list[Refusal]
    ) -> list[Handled[Outcome]]:
        if not decoded:
            return []
        items = [entry.item for entry in decoded]
        try:
            outcomes = await self._retried("handle", lambda: self._work.handle(items))
        except Exception as error:
            reason = None if is_infrastructure(error) else self._work.blame(error)
            if reason is None:
                raise
            if len(decoded) > 1:
                middle = len(decoded) // 2
                first = await self._handle(decoded[:middle], refusals)
                return first + await self._handle(decoded[middle:], refusals)
            refusals.append(Refusal(decoded[0].record, reason, error_text(error), 2, error))
            return []
        if len(outcomes) != len(decoded):
            raise AssertionError(
                f"{self._watch.name} answered {len(outcomes)} of {len(decoded)} items"
            )
        return [
            Handled(entry.record, outcome) for entry, outcome in zip(decoded, outcomes, strict=True)
        ]

    async def _conclude(
        self, handled: Sequence[Handled[Outcome]], refusals: list[Refusal], trace: BatchTrace
    ) -> list[Message]:
        if not handled:
            return []
        answers = await self._work.conclude([entry.outcome for entry in handled])
        messages: list[Message] = []
        for entry, answer in zip(handled, answers, strict=True):
            if any(is_too_large(message) for message in answer):
                text = f"an answer has more than {MAX_VALUE_BYTES} bytes"
                refusals.append(Refusal(entry.record, "too_large", text))
            else:
                messages += trace.stamped(entry.record, answer)
        return messages

    def _letters(self, refusals: Sequence[Refusal], trace: BatchTrace) -> list[Message]:
        return [
            letter
            for refusal in refusals
            for letter in trace.refused(
                refusal.record, refusal.reason, self._gate.messages([refusal])
            )
        ]

    async def _publish(self, messages: Sequence[Message]) -> None:
        first = self._work.first
        ahead = [message for message in messages if message.topic in first] if first else []
        if ahead:
            await self._retried("publish", lambda: self._sink.publish(ahead))
            messages = [message for message in messages if message.topic not in first]
        if messages:
            await self._retried("publish", lambda: self._sink.publish(messages))

    async def _retried(self, what: str, call: Callable[[], Awaitable[Answer]]) -> Answer:
        return await with_retry(self._settings, f"{self._watch.name}: {what}", call)


def is_too_large(message: Message) -> bool:
    """Whether Kafka would refuse a message for its size."""
    return message.value is not None and len(message.value) > MAX_VALUE_BYTES
