"""A record that a stage could not handle: `torrents.dead-letter` holds its original bytes, headers
say where and why.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import Field

from schemas.base import Contract, Count, Label, Moment, clean_text, digest

MAX_ERROR = 2_000
_PREFIX = "dl_"

Header = tuple[str, bytes]


class DeadLetter(Contract):
    """One dead letter. `value` and `key` are exactly the bytes that were read; `None` means that
    there were none.
    """

    stage: Label
    reason: Label
    """Stable and short: `not_json`, `invalid`, `handler_error`. Statistics group by it."""
    error: Annotated[str, Field(max_length=MAX_ERROR)]
    attempts: Count = 1
    topic: Label
    partition: Count
    offset: Annotated[int, Field(ge=0)]
    at: Moment
    key: bytes | None = None
    value: bytes | None = None

    @property
    def event_id(self) -> str:
        return digest("dead-letter", self.stage, self.topic, self.partition, self.offset)

    @classmethod
    def of(
        cls,
        *,
        stage: str,
        reason: str,
        error: object,
        topic: str,
        partition: int,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        attempts: int = 1,
    ) -> Self:
        """Make a dead letter now; the error text is cleaned and cut."""
        return cls(
            stage=stage,
            reason=reason,
            error=clean_text(str(error))[:MAX_ERROR],
            attempts=attempts,
            topic=topic,
            partition=partition,
            offset=offset,
            at=datetime.now(UTC),
            key=key,
            value=value,
        )

    def headers(self) -> list[Header]:
        """The Kafka headers that say where and why."""
        fields = self.model_dump(mode="json", exclude={"key", "value"})
        return [(_PREFIX + name, str(value).encode()) for name, value in fields.items()]

    @classmethod
    def from_record(cls, headers: Sequence[Header], key: bytes | None, value: bytes | None) -> Self:
        """Read a dead letter back from a Kafka record.

        Raises:
            pydantic.ValidationError: the headers are not those of a dead letter.
        """
        fields = {
            name[len(_PREFIX) :]: data.decode("utf-8", "replace")
            for name, data in headers
            if name.startswith(_PREFIX)
        }
        return cls.model_validate({**fields, "key": key, "value": value})
