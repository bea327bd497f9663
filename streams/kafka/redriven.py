"""The mark that a dead letter was sent back.

It is a tombstone on the dead-letter topic whose header names the letter.
"""

import re
from collections.abc import Sequence

from schemas import Header
from schemas.topics import DEAD_LETTER
from streams.kafka.publisher import Message

_HEADER = "dl_redriven"
_ID = re.compile(r"[0-9a-f]{32}")


class BadMark(ValueError):
    """A record looks like a mark and names no dead letter."""


def redriven_mark(event_id: str, key: bytes | None) -> Message:
    """Returns the record that says: this dead letter was sent back to its topic.

    A letter without a key is marked under its id: no Kafka client sends a record of nothing.
    """
    return Message(
        DEAD_LETTER.name, key or event_id.encode(), None, ((_HEADER, event_id.encode()),)
    )


def redriven_id(headers: Sequence[Header]) -> str | None:
    """Returns the id of the dead letter that a record marks as redriven; None if it is no mark.

    Raises:
        BadMark: the id is not 32 hex digits, so that no dead letter can have it.
    """
    for name, value in headers:
        if name == _HEADER:
            identity = (value or b"").decode("ascii", "replace")
            if not _ID.fullmatch(identity):
                raise BadMark("the mark of a redriven dead letter names none: 32 hex digits")
            return identity
    return None
