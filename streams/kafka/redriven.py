"""The mark that a dead letter was sent back: a tombstone on the dead-letter topic whose header
names it.
"""

from collections.abc import Sequence

from schemas import Header
from schemas.topics import DEAD_LETTER
from streams.kafka.publisher import Message

_HEADER = "dl_redriven"


def redriven_mark(event_id: str, key: bytes | None) -> Message:
    """The record that says: this dead letter was sent back to its topic."""
    return Message(DEAD_LETTER.name, key, None, ((_HEADER, event_id.encode()),))


def redriven_id(headers: Sequence[Header]) -> str | None:
    """The id of the dead letter that a record marks as redriven; `None` when it is no such mark."""
    return next(
        (value.decode("ascii", "replace") for name, value in headers if name == _HEADER), None
    )
