"""Invented torrents as events, published at a steady rate; some of them are dirty.

What is published is a function of the mix: who knows how many events went out can draw the very
same ones again, and so tell exactly which rows must be there. Nothing is remembered.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from schemas import Provenance, Source, Torrent
from schemas.topics import DISCOVERED
from streams.kafka.publisher import Message, Sink, message
from tests.benchmarks.generate import MENDED, REFUSED, Recipe, rows

_ENDLESS = 10**12
"""Rows of the recipe: more than any run draws."""
_TICK = 0.05
"""Seconds between two publications: a crawl publishes what it has as often."""
_ORIGIN = Provenance(source=Source.REPLAY, origin="jsonl", dataset="generated")

Harm = Callable[[bytes], bytes]
HARMS: tuple[Harm, ...] = (*REFUSED.values(), *MENDED.values())
"""What a dump's row may suffer. An event that does is refused every time: replay is what mends."""


@dataclass(frozen=True)
class Mix:
    """What is published; shares are of all events."""

    seed: int = 7
    dirty: float = 0.03
    again: float = 0.10
    """Share of events whose torrent was seen before."""
    files: float = 0.5


def drawn(mix: Mix) -> Iterator[tuple[dict[str, Any], Harm | None]]:
    """The rows of a mix in their order, without end; a dirty one with what is done to it."""
    recipe = Recipe(_ENDLESS, mix.seed, mix.files, dirty=0.0, again=mix.again)
    dice = random.Random(~mix.seed)
    for line in rows(recipe):
        harm = dice.choice(HARMS) if dice.random() < mix.dirty else None
        yield orjson.loads(line), harm


def infohashes(mix: Mix, published: int) -> Iterator[str]:
    """Infohashes of the clean ones among the first events; one that was seen again comes again."""
    for (row, harm), _ in zip(drawn(mix), range(published), strict=False):
        if harm is None:
            yield row["infohash"]


def event(row: dict[str, Any], harm: Harm | None, now: datetime) -> Message:
    """A row as an event of `torrents.discovered` that was seen now."""
    files = row.get("files")
    torrent = Torrent.repaired(
        infohash=row["infohash"],
        name=row["name"],
        size=row["size"],
        files=None if files is None else [(file["path"], file["size"]) for file in files],
        observed_at=now,
        provenance=_ORIGIN,
    )
    sent = message(DISCOVERED, torrent.infohash, torrent, source="soak")
    if harm is None:
        return sent
    assert sent.value is not None
    return Message(sent.topic, sent.key, harm(sent.value), sent.headers)


class Feed:
    """Publishes the events of a mix; counts what Kafka has acknowledged."""

    def __init__(self, mix: Mix, sink: Sink) -> None:
        self._rows = drawn(mix)
        self._sink = sink
        self.published = 0
        self.dirty = 0

    async def publish(self, count: int) -> None:
        """Publishes the next events, and returns when Kafka has them."""
        taken = [next(self._rows) for _ in range(count)]
        now = datetime.now(UTC)
        await self._sink.publish([event(row, harm, now) for row, harm in taken])
        self.published += count
        self.dirty += sum(harm is not None for _, harm in taken)

    async def run(self, rate: float, stop: asyncio.Event) -> None:
        """Publishes so many events a second until it is told to stop.

        What a pause of the machine held up is published at once afterwards.
        """
        began, before = time.monotonic(), self.published
        while not stop.is_set():
            due = int((time.monotonic() - began) * rate) - (self.published - before)
            if due > 0:
                await self.publish(due)
            await asyncio.sleep(_TICK)
