"""Spans: one for each traced record in each stage, and one for a batch that has such records.

A trace is the way of one record. The span of a record in a stage is a child of the span in which it
was published; what is published of it carries the header of this span. The span of the batch stands
beside, with links to the records, and has the steps of the delivery as events.

No span has a name, a key or an error text, since what the ban list names is kept nowhere: a record
is told by its place.
"""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from schemas import Record
from streams.kafka.publisher import Message
from streams.kafka.traces.header import HEADER, Parent, parent_of, written
from streams.kafka.traces.tracing import UNTRACED, BatchTrace

_MOST_LINKS = 128
"""Of a span, by OpenTelemetry's own limit; more would be left out later."""

_ALONE = Context()
"""Whatever another library has begun is not ours to go on with."""

Place = tuple[str, int, int]


class Spans:
    """Tracing that is on.

    Args:
        tracer: makes spans, and sends them.
        share: of the records of a source, 0 to 1.
    """

    def __init__(self, tracer: Tracer, share: float) -> None:
        self._tracer = tracer
        self._share = share

    @contextmanager
    def batch(self, stage: str, records: Sequence[Record]) -> Iterator[BatchTrace]:
        """Traces the records of a batch whose publisher traced them."""
        parents = [
            (record, parent) for record in records if (parent := parent_of(record)) is not None
        ]
        if not parents:
            yield UNTRACED
            return
        began = time.time_ns()
        whole = self._whole(f"{stage} batch", len(records), began)
        spans = {
            _place(record): self._child(stage, record, parent, whole, began)
            for record, parent in parents
        }
        _link(whole, list(spans.values()))
        with _ended(whole, *spans.values()):
            yield Batch(whole, spans)

    @contextmanager
    def origin(self, source: str, messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
        """Begins traces for a share of what a source publishes."""
        chosen = [random.random() < self._share for _ in messages]  # noqa: S311 (no secret)
        if not any(chosen):
            yield messages
            return
        began = time.time_ns()
        whole = self._whole(f"{source} batch", len(messages), began)
        spans: list[Span] = []
        stamped: list[Message] = []
        for message, is_chosen in zip(messages, chosen, strict=True):
            if not is_chosen:
                stamped.append(message)
                continue
            span = self._tracer.start_span(
                source,
                _ALONE,
                SpanKind.PRODUCER,
                {**_about(message.topic), "messaging.operation.type": "send"},
                [Link(whole.get_span_context())],
                began,
            )
            spans.append(span)
            stamped.append(_with_header(message, span))
        _link(whole, spans)
        with _ended(whole, *spans):
            yield stamped

    def _whole(self, name: str, count: int, began: int) -> Span:
        attributes = {"messaging.batch.message_count": count}
        return self._tracer.start_span(name, _ALONE, attributes=attributes, start_time=began)

    def _child(self, stage: str, record: Record, parent: Parent, whole: Span, began: int) -> Span:
        return self._tracer.start_span(
            stage,
            _context_of(parent),
            SpanKind.CONSUMER,
            {
                **_about(record.topic),
                "messaging.operation.type": "process",
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
            },
            [Link(whole.get_span_context())],
            began,
        )


class Batch:
    """The spans of a batch and of its records that are traced."""

    def __init__(self, whole: Span, spans: dict[Place, Span]) -> None:
        self._whole = whole
        self._spans = spans

    def step(self, name: str) -> None:
        """Notes that a step of the delivery is done."""
        self._whole.add_event(name)

    def stamped(self, record: Record, messages: Sequence[Message]) -> Sequence[Message]:
        """The messages that answer a record, with the header of its span."""
        span = self._spans.get(_place(record))
        return messages if span is None else [_with_header(message, span) for message in messages]

    def refused(self, record: Record, reason: str, letters: Sequence[Message]) -> Sequence[Message]:
        """The dead letters of a record, with the header of its span, which is an error."""
        span = self._spans.get(_place(record))
        if span is None:
            return letters
        span.set_attribute("error.type", reason)
        span.set_status(Status(StatusCode.ERROR, reason))
        return self.stamped(record, letters)


@contextmanager
def _ended(whole: Span, *spans: Span) -> Iterator[None]:
    """Ends spans with the block; if it fails, it is their error, and raised on."""
    try:
        yield
    except BaseException as error:
        for span in (whole, *spans):
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR, "nothing of the batch is acknowledged"))
        raise
    finally:
        ended = time.time_ns()
        for span in (*spans, whole):
            span.end(ended)


def _link(whole: Span, spans: Sequence[Span]) -> None:
    for span in spans[:_MOST_LINKS]:
        whole.add_link(span.get_span_context())


def _about(topic: str) -> dict[str, str | int]:
    """Attributes by OpenTelemetry's conventions for messaging."""
    return {"messaging.system": "kafka", "messaging.destination.name": topic}


def _place(record: Record) -> Place:
    return record.topic, record.partition, record.offset


def _context_of(parent: Parent) -> Context:
    context = SpanContext(
        parent.trace_id, parent.span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    return set_span_in_context(NonRecordingSpan(context), _ALONE)


def _with_header(message: Message, span: Span) -> Message:
    context = span.get_span_context()
    header = (HEADER, written(context.trace_id, context.span_id))
    return replace(message, headers=(*message.headers, header))
