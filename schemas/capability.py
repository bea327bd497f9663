"""What a running process can do: `mimmo.capabilities`, a record a worker, renewed all the time."""

from typing import Annotated

from pydantic import Field

from schemas.base import Contract, Label, Moment, Text, digest
from schemas.result import LAST_REVISION

ANNOUNCED_EVERY = 10.0
"""Seconds between two records of a worker. A record is half a kilobyte."""

GONE_AFTER = 30.0
"""Seconds after which a worker that was not heard of is gone: two records of it were lost."""


class Offer(Contract):
    """One stage that a runtime answers for, and with what."""

    stage: Label
    """classify, extract, match, llm or embed. Readers pass over those that they do not know."""
    model: Label
    """`name@version`."""
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    rate: Annotated[float, Field(ge=0)] | None = None
    """Records a second in the last minute; None before there is anything to tell."""


class Capabilities(Contract):
    """What one process offers. Key: `worker`; a null value says that it stopped in order."""

    worker: Label
    """Of this process alone, and of no other after it."""
    process: Label
    """Its kind: worker, llm or inference."""
    version: Label
    """Of the package."""
    since: Moment
    """When it began to offer this."""
    observed_at: Moment
    """When it said so. Whether it is still there is told by Kafka's clock, not by this one."""
    offers: Annotated[tuple[Offer, ...], Field(max_length=16)] = ()
    group: Text | None = None
    """The consumer group for which it reads the topics of its stages. None: it reads none, and what
    waits there goes on waiting."""
    url: Text | None = None
    """Where it answers over HTTP."""

    @property
    def event_id(self) -> str:
        """CloudEvents id: one for each time that a worker says it."""
        return digest("capabilities", self.worker, self.observed_at.isoformat())
