"""CloudEvents 1.0 attributes as Kafka headers (binary mode of the Kafka protocol binding)."""

from typing import Protocol

from schemas.dead_letter import Header
from schemas.topics import Topic


class Event(Protocol):
    """Anything that can be published: it has an id and a JSON form."""

    @property
    def event_id(self) -> str:
        """The same on a redelivery."""

    def to_json(self) -> bytes:
        """The event as UTF-8 JSON."""


def cloudevent_headers(topic: Topic, event_id: str, *, source: str) -> list[Header]:
    """Returns the headers of one event.

    `source` is the publishing part, e.g. `classify`. `ce_id` is the same on a redelivery.
    """
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", topic.name.encode()),
        ("ce_source", f"/mimmo/{source}".encode()),
        ("content-type", b"application/json"),
    ]
