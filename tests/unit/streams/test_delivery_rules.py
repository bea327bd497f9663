"""The delivery helper, without Kafka: what becomes of good, bad and guilty records, and when it
refuses to go on.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError

from infra.settings import Settings
from schemas import DeadLetter, Torrent
from schemas.topics import CLASSIFIED, DEAD_LETTER, DISCOVERED
from streams.kafka.delivery import BatchStage
from streams.kafka.publisher import Message, message
from streams.operate.metrics import Stage, Stages
from tests.support import torrent


@dataclass(frozen=True)
class FakeRecord:
    offset: int
    value: bytes | None
    key: bytes | None = b"key"
    topic: str = DISCOVERED.name
    partition: int = 0


class ListSink:
    """Keeps what is published; fails the first `failures` times, as a broker that restarts would."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[Message] = []
        self.failures = failures

    async def publish(self, messages: Iterable[Message]) -> None:
        if self.failures:
            self.failures -= 1
            raise KafkaConnectionError("away")
        self.messages.extend(messages)

    @property
    def letters(self) -> list[DeadLetter]:
        return [
            DeadLetter.from_record(m.headers, m.key, m.value)
            for m in self.messages
            if m.topic == DEAD_LETTER.name
        ]

    @property
    def names(self) -> list[str]:
        return [
            Torrent.model_validate_json(m.value or b"").name
            for m in self.messages
            if m.topic == CLASSIFIED.name
        ]


def echo(items: Sequence[Torrent]) -> list[list[Message]]:
    if any("poison" in item.name for item in items):
        raise RuntimeError("cannot handle this")
    return [[message(CLASSIFIED, item.infohash, item, source="test")] for item in items]


def stage_of(sink: ListSink, handle: object = echo) -> BatchStage[Torrent]:
    quick = Settings(retry_first_delay=0.001, retry_attempts=3)
    return BatchStage(Stage("test"), Torrent, handle, sink, ThreadPoolExecutor(1), quick)  # type: ignore[arg-type]


def records(*values: bytes | None) -> list[FakeRecord]:
    return [FakeRecord(offset, value) for offset, value in enumerate(values)]


async def test_good_records_are_published_in_order() -> None:
    sink = ListSink()
    await stage_of(sink).process(
        records(*(torrent(f"name {number}").to_json() for number in range(20)))
    )
    assert sink.names == [f"name {number}" for number in range(20)]


async def test_what_is_not_json_or_does_not_fit_is_a_dead_letter_with_its_bytes_and_the_rest_goes_on() -> (
    None
):
    sink = ListSink()
    await stage_of(sink).process(
        records(b"\xff{", torrent("fine").to_json(), b'{"infohash": "zz"}', b"[]")
    )
    assert sink.names == ["fine"]
    assert [(letter.reason, letter.offset, letter.value) for letter in sink.letters] == [
        ("not_json", 0, b"\xff{"),
        ("invalid", 2, b'{"infohash": "zz"}'),
        ("invalid", 3, b"[]"),
    ]
    assert "zz" not in sink.letters[1].error, "an error text does not repeat hostile input"


async def test_a_null_value_is_a_tombstone_and_no_error() -> None:
    sink = ListSink()
    await stage_of(sink).process(records(None, torrent("fine").to_json(), None))
    assert sink.names == ["fine"]
    assert sink.letters == []


@pytest.mark.parametrize("poisoned", [[0], [7], [3, 4], [0, 15], list(range(16))])
async def test_a_batch_that_fails_is_split_until_only_the_guilty_are_dead_letters(
    poisoned: list[int],
) -> None:
    sink = ListSink()
    batch = [torrent(f"poison {n}" if n in poisoned else f"name {n}").to_json() for n in range(16)]
    await stage_of(sink).process(records(*batch))
    assert sink.names == [f"name {n}" for n in range(16) if n not in poisoned]
    assert [letter.offset for letter in sink.letters] == poisoned
    assert {letter.reason for letter in sink.letters} <= {"handler_error"}


async def test_a_broker_that_comes_back_costs_nothing() -> None:
    sink = ListSink(failures=2)
    await stage_of(sink).process(records(torrent("fine").to_json()))
    assert sink.names == ["fine"]


async def test_a_broker_that_stays_away_ends_the_batch_unacknowledged() -> None:
    sink = ListSink(failures=99)
    with pytest.raises(KafkaError):
        await stage_of(sink).process(records(torrent("fine").to_json()))
    assert sink.failures == 99 - 3, "bounded: three tries and no more"


async def test_an_infrastructure_failure_inside_the_work_is_nobodys_dead_letter() -> None:
    def away(items: Sequence[Torrent]) -> list[list[Message]]:
        raise ConnectionResetError("the index server is away")

    sink = ListSink()
    with pytest.raises(ConnectionResetError):
        await stage_of(sink, away).process(records(torrent("fine").to_json()))
    assert sink.messages == []


async def test_an_answer_for_fewer_items_than_asked_is_a_bug_that_stops_the_process() -> None:
    with pytest.raises(AssertionError, match="0 of 1"):
        await stage_of(ListSink(), lambda items: []).process(records(torrent("fine").to_json()))


def test_health_goes_bad_when_lag_stands_still_and_recovers_when_it_moves() -> None:
    stages = Stages(stall_after=60)
    stage = stages.add("classify")
    waiting = 5
    stage.lag = lambda: waiting
    start = stage.moved_at
    assert stages.health(start + 59).ok
    assert not stages.health(start + 61).ok
    stage.batch_done([FakeRecord(1, b"")], 0.1)
    assert stages.health(stage.moved_at + 1).ok
    waiting = 0
    assert stages.health(stage.moved_at + 10_000).ok, "no lag is no stall"
