"""The live page reads the end of a real topic, and of a burst the latest."""

import asyncio
from types import SimpleNamespace

import pytest

from schemas import Verdict
from schemas.topics import CLASSIFIED
from streams.kafka.publisher import Publisher, message
from streams.pipeline.latest import MOST
from streams.web.live import Live, Seen
from tests.support import classified, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

BURST = 2_000


async def publish(pipeline: SimpleNamespace, names: list[str]) -> None:
    verdict = Verdict(medium="video", subcategory="movie", confidence=0.9, source="patterns")
    events = [classified(torrent(name), verdict) for name in names]
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            [message(CLASSIFIED, event.infohash, event, source="test") for event in events]
        )


async def come(queue: asyncio.Queue[Seen | None], within: float) -> list[str]:
    """Names that come until none came for a while."""
    names: list[str] = []
    while True:
        try:
            seen = await asyncio.wait_for(queue.get(), within)
        except TimeoutError:
            return names
        assert seen is not None
        names.append(seen.name)


async def test_what_is_classified_is_seen_and_a_burst_is_not_read_whole(
    pipeline: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(pipeline, ["Old Tide 1927"])
    live = Live(pipeline.settings)
    read: list[bytes | None] = []
    take = live._take

    def noted(value: bytes | None) -> None:
        read.append(value)
        take(value)

    monkeypatch.setattr(live, "_take", noted)
    async with live.watching() as queue:
        known: list[str] = []
        for number in range(40):  # until the consumer is at the end of the topic
            await publish(pipeline, [f"Quiet Harbour {number}"])
            if known := await come(queue, 1):
                break
        assert known
        assert "Old Tide 1927" not in known
        read.clear()
        await publish(pipeline, [f"Low Tide {number}" for number in range(BURST)])
        names = await come(queue, 3)
        assert names
        assert all(name.startswith("Low Tide") for name in names)
        # It comes in a few looks, of each no more than the latest.
        assert MOST <= len(read) < BURST / 4
    assert live._reading is None
    assert not live.is_away
