"""What engine and sources ask of tracing, and that it is nothing where traces are off.

Off, nothing of OpenTelemetry is imported, and no record is looked at.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import TracebackType
from typing import Protocol, Self

from infra.logging import get_logger
from infra.settings import Settings
from infra.trace_settings import OFF
from schemas import Record
from streams.kafka.publisher import Message, Sink

log = get_logger(__name__)


class BatchTrace(Protocol):
    """One batch of a stage, as it is traced."""

    def step(self, name: str) -> None:
        """Notes that a step of the delivery is done."""

    def stamped(self, record: Record, messages: Sequence[Message]) -> Sequence[Message]:
        """The messages that answer a record, as a part of its trace."""

    def refused(self, record: Record, reason: str, letters: Sequence[Message]) -> Sequence[Message]:
        """The dead letters of a record, as a part of its trace, in which it is an error."""


class Tracing(Protocol):
    """Traces of one process."""

    def batch(self, stage: str, records: Sequence[Record]) -> AbstractContextManager[BatchTrace]:
        """Traces what a stage does with a batch, to the end of the block."""

    def origin(
        self, source: str, messages: Sequence[Message]
    ) -> AbstractContextManager[Sequence[Message]]:
        """Begins a trace for a share of the messages, which end with the block.

        Yields what to publish.
        """


class Untraced:
    """Traces are off, or nothing of a batch is traced."""

    def batch(self, stage: str, records: Sequence[Record]) -> "Untraced":
        """Looks at nothing."""
        return self

    def origin(
        self, source: str, messages: Sequence[Message]
    ) -> AbstractContextManager[Sequence[Message]]:
        """Yields the messages as they are."""
        return nullcontext(messages)

    def step(self, name: str) -> None:
        """Notes nothing."""

    def stamped(self, record: Record, messages: Sequence[Message]) -> Sequence[Message]:
        """The messages as they are."""
        return messages

    def refused(self, record: Record, reason: str, letters: Sequence[Message]) -> Sequence[Message]:
        """The letters as they are."""
        return letters

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was begun."""


UNTRACED = Untraced()


def tracing_for(settings: Settings) -> Tracing:
    """The tracing that the settings ask for; one a process.

    What cannot be traced is said in the log, and nothing else comes of it.
    """
    if settings.traces == OFF:
        return UNTRACED
    return _begun(settings.traces, settings.trace_share)


@cache
def _begun(url: str, share: float) -> Tracing:
    try:
        from streams.kafka.traces.collector import tracer_to
        from streams.kafka.traces.spans import Spans

        return Spans(tracer_to(url), share)
    except ImportError:
        log.warning(
            "nothing is traced: STREAMS_TRACES needs the extra trace, `uv pip install -e .[trace]`"
        )
    except Exception as error:  # a variable of OpenTelemetry's own may be of no use to it
        log.warning("nothing is traced", error=repr(error))
    return UNTRACED


async def publish(tracing: Tracing, source: str, sink: Sink, messages: Sequence[Message]) -> None:
    """Publishes what a source has, as the beginning of its traces; raises what the sink raises."""
    with tracing.origin(source, messages) as stamped:
        await sink.publish(stamped)
