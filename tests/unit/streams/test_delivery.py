"""The engine of delivery, without Kafka: what becomes of good, bad and guilty records."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Record, Torrent
from schemas.topics import CLASSIFIED, EXTRACTED, LINKED, MAX_VALUE_BYTES
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import ASIDE_BYTES, Engine
from streams.kafka.publisher import Message, message
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread
from tests.fakes import FakeRecord, ListSink, records
from tests.support import torrent

QUICK = Settings(retry_first_delay=0.001, retry_attempts=3)
BANS = BanList.load()


class Echo:
    """A stage that answers each torrent with itself, and counts how its halves were called."""

    def __init__(self, first: frozenset[str] = frozenset()) -> None:
        self.first = first
        self.handled: list[list[str]] = []
        self.concluded: list[list[str]] = []

    def handle(self, items: Sequence[Torrent]) -> list[Torrent]:
        self.handled.append([item.name for item in items])
        if any("poison" in item.name for item in items):
            raise RuntimeError("cannot handle this")
        return list(items)

    def conclude(self, outcomes: Sequence[Torrent]) -> list[list[Message]]:
        self.concluded.append([outcome.name for outcome in outcomes])
        return [
            [message(CLASSIFIED, outcome.infohash, outcome, source="test")] for outcome in outcomes
        ]


class Acknowledged:
    """What was acknowledged, and how much was in Kafka by then."""

    def __init__(self, sink: ListSink) -> None:
        self._sink = sink
        self.offsets: list[int] = []
        self.published_before = 0

    async def __call__(self, acknowledged: Sequence[Record]) -> None:
        self.published_before = len(self._sink.messages)
        self.offsets += [record.offset for record in acknowledged]


def engine_of(sink: ListSink, stage: object | None = None) -> Engine[Torrent, Torrent]:
    work = InThread(stage or Echo(), ThreadPoolExecutor(1), Progress("test"))  # type: ignore[arg-type]
    progress = Progress("test")
    return Engine(work, sink, Gate(BANS, progress), progress, QUICK)  # type: ignore[arg-type]


async def deliver(sink: ListSink, batch: Sequence[FakeRecord], stage: object | None = None) -> int:
    return await engine_of(sink, stage).deliver(batch, Acknowledged(sink))


def named(*names: str) -> list[FakeRecord]:
    return records(*(torrent(name).to_json() for name in names))


def names(sink: ListSink) -> list[str]:
    return [
        Torrent.model_validate_json(sent.value or b"").name for sent in sink.of(CLASSIFIED.name)
    ]


async def test_good_records_are_published_in_order() -> None:
    sink = ListSink()
    expected = [f"name {number}" for number in range(20)]
    await deliver(sink, named(*expected))
    assert names(sink) == expected


async def test_bad_records_are_dead_letters_with_their_bytes_and_the_rest_goes_on() -> None:
    sink = ListSink()
    batch = records(b"\xff{", torrent("fine").to_json(), b'{"infohash": "zz"}', b"[]")
    assert await deliver(sink, batch) == 3
    assert names(sink) == ["fine"]
    assert [(letter.reason, letter.offset, letter.value) for letter in sink.letters] == [
        ("not_json", 0, b"\xff{"),
        ("invalid", 2, b'{"infohash": "zz"}'),
        ("invalid", 3, b"[]"),
    ]
    assert "zz" not in sink.letters[1].error, "an error text does not repeat hostile input"


async def test_a_time_that_utc_cannot_hold_is_a_dead_letter_and_no_end_of_the_stage() -> None:
    early = (
        torrent("early").to_json().replace(b"2026-01-02T03:04:05Z", b"0001-01-01T00:00:00+14:00")
    )
    sink = ListSink()
    await deliver(sink, records(early, torrent("fine").to_json()))
    assert names(sink) == ["fine"]
    assert [letter.reason for letter in sink.letters] == ["invalid"]


async def test_a_null_value_is_a_tombstone_and_no_error() -> None:
    sink = ListSink()
    await deliver(sink, records(None, torrent("fine").to_json(), None))
    assert names(sink) == ["fine"]
    assert sink.letters == []


async def test_everything_is_acknowledged_and_only_after_all_of_it_is_published() -> None:
    sink = ListSink()
    acknowledged = Acknowledged(sink)
    batch = records(b"\xff", None, torrent("fine").to_json(), torrent("poison").to_json())
    await engine_of(sink).deliver(batch, acknowledged)
    assert acknowledged.offsets == [0, 1, 2, 3]
    assert acknowledged.published_before == len(sink.messages) == 3


@pytest.mark.parametrize("poisoned", [[0], [7], [3, 4], [0, 15], list(range(16))])
async def test_a_batch_that_fails_is_split_until_only_the_guilty_are_dead_letters(
    poisoned: list[int],
) -> None:
    sink = ListSink()
    batch = [f"poison {n}" if n in poisoned else f"name {n}" for n in range(16)]
    await deliver(sink, named(*batch))
    assert names(sink) == [f"name {n}" for n in range(16) if n not in poisoned]
    assert [letter.offset for letter in sink.letters] == poisoned
    assert {letter.reason for letter in sink.letters} <= {"handler_error"}


async def test_however_a_batch_is_cut_what_is_decided_once_is_decided_once() -> None:
    stage = Echo()
    await deliver(ListSink(), named("a", "b", "poison", "d"), stage)
    assert len(stage.handled) > 1, "the batch was cut"
    assert stage.concluded == [["a", "b", "d"]]


async def test_what_must_be_there_first_is_published_first() -> None:
    class Asking(Echo):
        def conclude(self, outcomes: Sequence[Torrent]) -> list[list[Message]]:
            return [
                [Message(EXTRACTED.name, b"k", b"says so"), Message(LINKED.name, b"k", b"done")]
                for _ in outcomes
            ]

    sink = ListSink()
    await deliver(sink, named("a", "b"), Asking(frozenset({LINKED.name})))
    assert [[sent.topic for sent in call] for call in sink.calls] == [
        [LINKED.name] * 2,
        [EXTRACTED.name] * 2,
    ]


async def test_an_answer_that_no_message_can_hold_is_its_records_dead_letter() -> None:
    class Verbose(Echo):
        def conclude(self, outcomes: Sequence[Torrent]) -> list[list[Message]]:
            size = {"long": MAX_VALUE_BYTES + 1}
            return [
                [Message(CLASSIFIED.name, b"k", b"x" * size.get(outcome.name, 1))]
                for outcome in outcomes
            ]

    sink = ListSink()
    await deliver(sink, named("short", "long"), Verbose())
    assert [len(sent.value or b"") for sent in sink.of(CLASSIFIED.name)] == [1]
    assert [(letter.reason, letter.offset) for letter in sink.letters] == [("too_large", 1)]


async def test_the_event_loop_lives_on_while_a_large_batch_is_decoded() -> None:
    """Heartbeats are sent by it: a group that misses them takes the partitions away."""

    class Slow(InThread[Torrent, Torrent]):
        def decode(self, record: Record) -> None:
            time.sleep(0.3)

    progress = Progress("test")
    work = Slow(Echo(), ThreadPoolExecutor(1), Progress("test"))
    engine = Engine(work, ListSink(), Gate(BANS, progress), progress, QUICK)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await engine.deliver(records(b"x" * ASIDE_BYTES), Acknowledged(ListSink()))
    ticking.cancel()
    assert ticks > 3


async def test_a_broker_that_comes_back_costs_nothing() -> None:
    sink = ListSink(failures=2)
    await deliver(sink, named("fine"))
    assert names(sink) == ["fine"]


async def test_a_broker_that_stays_away_ends_the_batch_unacknowledged() -> None:
    sink = ListSink(failures=99)
    acknowledged = Acknowledged(sink)
    with pytest.raises(KafkaError):
        await engine_of(sink).deliver(named("fine"), acknowledged)
    assert sink.failures == 99 - 3, "bounded: three tries and no more"
    assert acknowledged.offsets == []


async def test_an_infrastructure_failure_inside_the_work_is_nobodys_dead_letter() -> None:
    class Away(Echo):
        def handle(self, items: Sequence[Torrent]) -> list[Torrent]:
            raise ConnectionResetError("the index server is away")

    sink = ListSink()
    with pytest.raises(ConnectionResetError):
        await deliver(sink, named("fine"), Away())
    assert sink.messages == []


async def test_an_answer_for_fewer_items_than_asked_is_a_bug_that_stops_the_process() -> None:
    class Short(Echo):
        def handle(self, items: Sequence[Torrent]) -> list[Torrent]:
            return []

    with pytest.raises(AssertionError, match="0 of 1"):
        await deliver(ListSink(), named("fine"), Short())


async def test_a_producer_that_could_not_start_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    from streams.kafka import publisher

    class Unreachable:
        stopped = 0

        async def start(self) -> None:
            raise KafkaConnectionError("nobody answers")

        async def stop(self) -> None:
            self.stopped += 1

    producer = Unreachable()
    monkeypatch.setattr(publisher, "producer_for", lambda settings: producer)
    with pytest.raises(KafkaConnectionError):
        await publisher.Publisher(QUICK).publish([])
    assert producer.stopped == 1
