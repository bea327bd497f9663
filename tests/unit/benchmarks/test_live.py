"""Events at a steady rate: dirty ones are refused, clean ones can be told again; ages, slopes."""

import math
import random
from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.kafka.publisher import Message
from tests.benchmarks.live.feed import HARMS, Feed, Mix, drawn, event, infohashes
from tests.benchmarks.live.memory import Point, memory_of, slope
from tests.benchmarks.live.trail import Trail

NOW = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def publish(self, messages: list[Message]) -> None:
        self.messages += messages


@pytest.mark.parametrize("harm", HARMS)
def test_an_event_that_was_harmed_in_any_way_is_refused_by_its_contract(harm) -> None:
    for row, _ in islice(drawn(Mix()), 50):
        sent = event(row, harm, NOW)
        assert sent.topic == DISCOVERED.name
        assert sent.value is not None
        with pytest.raises(ValidationError):
            Torrent.model_validate_json(sent.value)


def test_a_clean_event_says_when_it_was_seen_to_the_microsecond() -> None:
    row, _ = next(drawn(Mix()))
    value = event(row, None, NOW).value
    assert value is not None
    assert Torrent.model_validate_json(value).observed_at == NOW


async def test_what_was_published_clean_can_be_told_again_from_its_number_alone() -> None:
    mix, kept = Mix(dirty=0.2, again=0.3), Kept()
    feed = Feed(mix, kept)
    for count in (1, 7, 92, 400):
        await feed.publish(count)
    clean = []
    for sent in kept.messages:
        try:
            clean.append(Torrent.model_validate_json(sent.value or b"").infohash)
        except ValidationError:
            continue
    assert clean == list(infohashes(mix, feed.published))
    assert (feed.published, feed.dirty) == (500, 500 - len(clean))
    assert len(set(clean)) < len(clean)


@given(
    gaps=st.lists(st.tuples(st.floats(0.01, 5), st.integers(0, 50)), min_size=1, max_size=30),
    behind=st.integers(0, 100),
)
def test_the_age_of_what_waits_lies_between_the_looks_it_came_between(
    gaps: list[tuple[float, int]], behind: int
) -> None:
    trail, at, end, looks = Trail(), 0.0, 0, [(0.0, 0)]
    trail.look(at, end)
    for gap, count in gaps:
        at, end = at + gap, end + count
        looks.append((at, end))
        trail.look(at, end)
    done = max(0, end - behind)
    age = trail.age(at, done)
    if done == end:
        assert age == 0
    else:
        before = max(time for time, offset in looks if offset <= done)
        after = min(time for time, offset in looks if offset > done)
        assert at - after - 1e-9 <= age <= at - before + 1e-9


def test_nothing_that_is_not_needed_is_remembered() -> None:
    trail = Trail()
    for number in range(1_000):
        trail.look(float(number), 10 * number)
        trail.age(float(number), max(0, 10 * number - 15))
    assert len(trail.ends) < 5


@given(
    rate=st.floats(-20, 20),
    levels=st.lists(st.floats(50, 900), min_size=1, max_size=6),
    looks=st.integers(3, 40),
)
def test_a_slope_is_told_whatever_level_each_life_begins_at(
    rate: float, levels: list[float], looks: int
) -> None:
    points = [
        Point(life, hour / 100 + life, level + rate * (hour / 100))
        for life, level in enumerate(levels)
        for hour in range(looks)
    ]
    line = slope(points)
    assert line is not None
    assert line.value == pytest.approx(rate, abs=1e-6)
    assert line.error == pytest.approx(0, abs=1e-3)
    assert line.lives == len(levels)


def test_the_standard_error_is_that_of_least_squares() -> None:
    dice = random.Random(3)
    points = [Point(1, hour / 360, 100 + dice.gauss(0, 0.5)) for hour in range(360)]
    line = slope(points)
    assert line is not None
    spread = math.sqrt(sum((p.hours - points[179].hours) ** 2 for p in points))
    assert line.error == pytest.approx(0.5 / spread, rel=0.15)
    assert abs(line.value) < 4 * line.error


def test_two_looks_at_one_time_tell_no_slope() -> None:
    assert slope([Point(1, 0.5, 100), Point(2, 0.5, 110)]) is None
    assert slope([]) is None


def test_a_process_that_has_ended_has_no_memory() -> None:
    assert memory_of("none", 2**22 - 1) is None
