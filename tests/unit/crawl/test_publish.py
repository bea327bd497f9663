"""Records reach Kafka once it is back; what time does not heal ends the crawl."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from aiokafka import errors

from infra.settings import Settings
from schemas import Torrent
from streams.crawl.kit import Kit
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.stages import publish
from streams.crawl.stages.publish import Publishing, PublishingRefused
from streams.kafka.publisher import KafkaStalled, Message
from tests.dht.pipeline import kit_of
from tests.support import eventually, torrent

LAB = PROFILES[ProfileName.LAB]


class Broker:
    """Takes records, but fails as it is told."""

    def __init__(self, fails: Callable[[list[Message]], Exception | None]) -> None:
        self.fails = fails
        self.got: list[Message] = []
        self.tries = 0
        self.stopped = 0

    async def publish(self, messages: Iterable[Message]) -> None:
        batch = list(messages)
        self.tries += 1
        if (error := self.fails(batch)) is not None:
            raise error
        self.got += batch

    async def stop(self) -> None:
        self.stopped += 1


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_FIRST_PAUSE", 0.0)


async def published(broker: Broker, kit: Kit, torrents: list[Torrent]) -> None:
    """Run the stage until it has dealt with all torrents."""
    records: asyncio.Queue[Torrent] = asyncio.Queue()
    publishing = Publishing(kit, records, lambda settings: broker)
    for record in torrents:
        await kit.memory.begin([bytes.fromhex(record.infohash)])
        records.put_nowait(record)
    work = asyncio.create_task(publishing.run())

    async def is_over() -> bool:
        return work.done() or (records.empty() and not publishing.held)

    await eventually(is_over, within=10, every=0.01)
    if work.done():
        await work
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_kafka_that_comes_back_gets_everything(tmp_path: Path) -> None:
    failures: list[Exception] = [
        errors.KafkaConnectionError("no broker"),
        KafkaStalled("nothing for 60 s"),
        errors.NotLeaderForPartitionError(),
        errors.KafkaTimeoutError(),
        OSError("network is unreachable"),
    ] * 4
    broker = Broker(lambda batch: failures.pop() if failures else None)
    torrents = [torrent(f"Name {at}") for at in range(5)]
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        await published(broker, kit, torrents)
        assert kit.memory.in_flight == 0
        assert not await kit.memory.new(bytes.fromhex(torrents[0].infohash))
        assert kit.report.published == 5
    assert broker.tries == 21
    assert broker.stopped == 21, "a producer that failed is not used again"


@pytest.mark.parametrize(
    ("error", "tries", "told"),
    [
        (errors.TopicAuthorizationFailedError("torrents.discovered.v1"), 1, "may do there"),
        (errors.ClusterAuthorizationFailedError(), 1, "may do there"),
        (errors.AuthenticationFailedError("no such user"), 1, "may do there"),
        (errors.InvalidTopicError(), 1, "never will"),
        (errors.UnknownTopicOrPartitionError(), 5, "streams.topics create"),
        (errors.OutOfOrderSequenceNumber(), 5, "never will"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_what_never_heals_ends_the_crawl_in_a_line(
    tmp_path: Path, error: Exception, tries: int, told: str
) -> None:
    broker = Broker(lambda batch: error)
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        with pytest.raises(PublishingRefused, match=told):
            await published(broker, kit, [torrent()])
        assert kit.report.published == 0
    assert broker.tries == tries
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        assert await kit.memory.new(bytes.fromhex(torrent().infohash)), "and nothing is lost"


async def test_a_record_that_is_too_large_is_dropped_alone(tmp_path: Path) -> None:
    torrents = [torrent(f"Name {at}") for at in range(9)]
    large = torrents[5].infohash.encode()

    def fails(batch: list[Message]) -> Exception | None:
        is_there = any(record.key == large for record in batch)
        return errors.MessageSizeTooLargeError("1048588") if is_there else None

    broker = Broker(fails)
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        await published(broker, kit, torrents)
        assert kit.report.published == 8
        assert kit.report.counts["record", "refused_by_kafka"] == 1
        assert kit.memory.in_flight == 0
    assert sorted(str(record.key) for record in broker.got) == sorted(
        str(record.infohash.encode()) for record in torrents if record.infohash.encode() != large
    )
