"""A record that a stage could not handle: `torrents.dead-letter`.

The record's value is the original bytes; its headers say where they were and why they are here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Protocol, Self

from pydantic import BeforeValidator, Field

from schemas.base import Contract, Count, Label, Moment, clean_text, digest

MAX_ERROR = 2_000
_PREFIX = "dl_"

Header = tuple[str, bytes]

Offset = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A place in a partition, as Kafka and Postgres hold it."""


class Record(Protocol):
    """A record as a Kafka client delivers it: its place, its key and its value."""

    @property
    def topic(self) -> str:
        """The topic it is of."""

    @property
    def partition(self) -> int:
        """The partition of the topic."""

    @property
    def offset(self) -> int:
        """The place in the partition."""

    @property
    def key(self) -> bytes | None:
        """The bytes that decided the partition."""

    @property
    def value(self) -> bytes | None:
        """What it says; None is a tombstone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record could not be handled, and by which stage."""

    stage: str
    reason: str
    """Stable and short: `not_json`, `invalid`, `handler_error`, `refused`, `too_large`."""
    error: str
    attempts: int = 1


def _cleaned(value: object) -> object:
    return clean_text(value)[:MAX_ERROR] if isinstance(value, str) else value


class DeadLetter(Contract):
    """One dead letter.

    `value` and `key` are exactly the bytes that were read; `None` means that there were none.
    """

    stage: Label
    reason: Label
    """Stable and short; statistics group by it (see `Fault`)."""
    error: Annotated[str, BeforeValidator(_cleaned), Field(max_length=MAX_ERROR)]
    attempts: Count = 1
    topic: Label
    partition: Count
    offset: Offset
    at: Moment
    key: bytes | None = None
    value: bytes | None = None

    @property
    def event_id(self) -> str:
        """The same for the same record and stage, however often it fails."""
        return digest("dead-letter", self.stage, self.topic, self.partition, self.offset)

    @classmethod
    def of(cls, record: Record, fault: Fault) -> Self:
        """Makes a dead letter of a record, now; the error text is cleaned and cut."""
        return cls(
            stage=fault.stage,
            reason=fault.reason,
            error=fault.error,
            attempts=fault.attempts,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            at=datetime.now(UTC),
            key=record.key,
            value=record.value,
        )

    @property
    def kafka_key(self) -> bytes | None:
        """The key that the letter is sent with: no Kafka client sends a record of nothing."""
        return self.event_id.encode() if self.key is None and self.value is None else self.key

    def headers(self) -> list[Header]:
        """Returns the Kafka headers that say where and why."""
        fields = self.model_dump(mode="json", exclude={"key", "value"})
        return [(_PREFIX + name, str(value).encode()) for name, value in fields.items()]

    @classmethod
    def from_record(cls, headers: Sequence[Header], key: bytes | None, value: bytes | None) -> Self:
        """Reads a dead letter back from a Kafka record.

        Raises:
            pydantic.ValidationError: the headers are not those of a dead letter.
        """
        fields = {
            name.removeprefix(_PREFIX): data.decode("utf-8", "replace")
            for name, data in headers
            if name.startswith(_PREFIX) and data is not None
        }
        letter = cls.model_validate({**fields, "key": key, "value": value})
        if value is None and key == letter.event_id.encode():  # see `kafka_key`
            return letter.model_copy(update={"key": None})
        return letter
