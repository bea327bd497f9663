"""The header `traceparent` of W3C Trace Context: which trace a record is of, and after which span.

https://www.w3.org/TR/trace-context/#traceparent-header. Any producer may have written it: what is
not exactly of that form is passed over, as is a trace that its beginner did not want recorded.
`tracestate`, which is text of other systems for themselves, is not carried on.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from schemas import Record

HEADER = "traceparent"

_FORM = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_LONGEST = 256
"""Bytes of a header that are looked at; a later version may be longer than the 55 of today."""
_SAMPLED = 1


class Parent(NamedTuple):
    """A span of another process."""

    trace_id: int
    span_id: int


def parent_of(record: Record) -> Parent | None:
    """The span that a record was published in. None where there is none that wants to be recorded.

    Never raises, whatever the headers are.
    """
    headers: Iterable[tuple[str, bytes | None]] = getattr(record, "headers", None) or ()
    values = [value for name, value in headers if name == HEADER]
    # Of two nobody knows which is right; the standard says to begin anew.
    return parsed(values[0]) if len(values) == 1 else None


def parsed(value: bytes | None) -> Parent | None:
    """The span that a header names. None if it is malformed, or not to be recorded."""
    if value is None or len(value) > _LONGEST:
        return None
    match = _FORM.fullmatch(value)
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    if version == b"ff" or (version == b"00" and rest is not None):
        return None
    parent = Parent(int(trace_id, 16), int(span_id, 16))
    is_wanted = int(flags, 16) & _SAMPLED
    return parent if is_wanted and parent.trace_id and parent.span_id else None


def written(trace_id: int, span_id: int) -> bytes:
    """The header of what is published in a span that is recorded."""
    return f"00-{trace_id:032x}-{span_id:016x}-01".encode()
