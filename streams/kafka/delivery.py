"""The delivery rules of DESIGN §3, in one place that every stage uses: nothing is lost, nothing
stops the stream.

A batch of raw records is decoded, handled, published, and only then may the caller acknowledge it.
A record that cannot be decoded or handled goes to the dead-letter topic with its original bytes; a
failure of the infrastructure is retried and then raised, so that the process ends and nothing is
acknowledged.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import ValidationError

from infra.logging import get_logger
from infra.settings import Settings
from schemas import Contract, DeadLetter
from streams.kafka.publisher import Message, Sink, dead_letter_message
from streams.kafka.retry import INFRASTRUCTURE, with_retry
from streams.operate.metrics import DEAD_LETTERS, Placed, Stage

log = get_logger(__name__)

Item = TypeVar("Item", bound=Contract)

Handler = Callable[[Sequence[Item]], Sequence[Iterable[Message]]]
"""Work of a stage: a batch of items in, for each of them the messages to publish out. Pure and
repeatable: it may be called again for the same items, alone or in other company.
"""


class Record(Placed, Protocol):
    """A record as aiokafka delivers it."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Decoded(Generic[Item]):
    """A record and what it says."""

    record: Record
    item: Item


def decode(
    records: Iterable[Record], contract: type[Item], stage: str
) -> tuple[list[Decoded[Item]], list[DeadLetter]]:
    """Read records as a contract; never raises. Tombstones (null values) are passed over, they are
    no error.
    """
    good: list[Decoded[Item]] = []
    bad: list[DeadLetter] = []
    for record in records:
        if record.value is None:
            continue
        try:
            good.append(Decoded(record, contract.model_validate_json(record.value)))
        except ValidationError as error:
            reason = "not_json" if error.errors()[0]["type"] == "json_invalid" else "invalid"
            bad.append(dead_letter(record, stage, reason, summary(error)))
    return good, bad


def summary(error: ValidationError) -> str:
    """What is wrong, field by field, without the input: a dead letter holds that already, and logs
    must not.
    """
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return json.dumps(
        [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problems[:10]]
    )


def dead_letter(
    record: Record, stage: str, reason: str, error: object, *, attempts: int = 1
) -> DeadLetter:
    """Make a dead letter of a record, count it and log it by its place (never its content)."""
    DEAD_LETTERS.labels(stage, reason).inc()
    log.warning(
        "dead letter",
        stage=stage,
        reason=reason,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
    return DeadLetter.of(
        stage=stage,
        reason=reason,
        error=error,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        attempts=attempts,
    )


class BatchStage(Generic[Item]):
    """One stage: decodes, handles and publishes batches.

    `handle` runs in `executor` (a single thread), so that the event loop keeps serving heartbeats
    and the web.
    """

    def __init__(
        self,
        stage: Stage,
        contract: type[Item],
        handle: Handler[Item],
        sink: Sink,
        executor: Executor,
        settings: Settings,
    ) -> None:
        self._stage = stage
        self._contract = contract
        self._handle = handle
        self._sink = sink
        self._executor = executor
        self._settings = settings

    @property
    def name(self) -> str:
        return self._stage.name

    async def process(self, records: Sequence[Record]) -> None:
        """Handle and publish a batch. When it returns the caller may acknowledge every record, in
        order.

        Raises: a failure of the infrastructure (streams.kafka.retry.INFRASTRUCTURE) that outlasted
            its retries; nothing of the batch may be acknowledged then.
        """
        started = time.monotonic()
        good, bad = decode(records, self._contract, self.name)
        messages, failed = await self._handled(good)
        messages += [dead_letter_message(letter) for letter in (*bad, *failed)]
        await with_retry(
            self._settings, f"{self.name}: publish", lambda: self._sink.publish(messages)
        )
        self._stage.batch_done(records, time.monotonic() - started)

    async def _handled(
        self, good: Sequence[Decoded[Item]]
    ) -> tuple[list[Message], list[DeadLetter]]:
        """The messages for a batch; where the batch fails, each half is tried alone until the
        guilty record is found.
        """
        if not good:
            return [], []
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(
                self._executor, self._handle, [one.item for one in good]
            )
        except INFRASTRUCTURE:
            raise
        except Exception as error:
            if len(good) == 1:
                log.exception(
                    "a record could not be handled", stage=self.name, offset=good[0].record.offset
                )
                letter = dead_letter(
                    good[0].record,
                    self.name,
                    "handler_error",
                    f"{type(error).__name__}: {error}",
                    attempts=2,
                )
                return [], [letter]
            middle = len(good) // 2
            first, second = await self._handled(good[:middle]), await self._handled(good[middle:])
            return first[0] + second[0], first[1] + second[1]
        if len(answers) != len(good):
            raise AssertionError(f"{self.name} answered {len(answers)} of {len(good)} items")
        return [message for answer in answers for message in answer], []
