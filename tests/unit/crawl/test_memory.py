"""No torrent is ever lost: killed at any moment, it is new or a retry, never hidden."""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from streams.crawl.memory import Begun, Memory, Retry
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.state import State
from tests.unit.crawl.clock import Clock

PROFILE = replace(
    PROFILES[ProfileName.PRODUCTION], bloom_items=50, retries=(3_600.0, 21_600.0), max_retries=3
)
NODE = ("127.0.1.1", 20_000)
KEYS = [bytes((number,)) * 20 for number in range(8)]
DAY = 86_400
KEY = KEYS[0]


class Torrents(RuleBasedStateMachine):
    """A crawl that is killed, stopped and started while it works on eight torrents.

    Beside it stands what it should know: which torrents Kafka has since when, which were given up
    when, and which had to be tried again when a process last wrote it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.clock = Clock()
        self.folder = Path(tempfile.mkdtemp())
        self.folders = [self.folder]
        self.in_flight: set[bytes] = set()
        self.published: dict[bytes, float] = {}
        self.given_up: dict[bytes, float] = {}
        self.tries: dict[bytes, int] = {}
        self.due: dict[bytes, float] = {}
        self.open()

    def teardown(self) -> None:
        self.state.close()
        self.loop.close()
        for folder in self.folders:
            shutil.rmtree(folder)

    def open(self) -> None:
        self.state = State.open(self.folder)
        self.memory = self.loop.run(Memory.open(self.state, self.folder, PROFILE, self.clock))

    @rule(keys=st.lists(st.sampled_from(KEYS), max_size=4))
    def hear(self, keys: list[bytes]) -> None:
        for torrent in self.loop.run(self.memory.begin(keys)):
            assert torrent.infohash not in self.in_flight, "nobody works on it twice"
            assert torrent.infohash not in self.tries, "it waits for its turn"
            if (at := self.published.get(torrent.infohash)) is not None:
                assert self.clock.now - at > PROFILE.swarm_days * DAY, "it is done"
                assert torrent.is_published
            self.in_flight.add(torrent.infohash)

    @rule()
    def begin_due(self) -> None:
        for retry in self.loop.run(self.memory.begin_due()):
            assert self.due[retry.infohash] <= self.clock.now
            self.in_flight.add(retry.infohash)
            self.due[retry.infohash] = self.clock.now + 600

    @rule(key=st.sampled_from(KEYS))
    def publish(self, key: bytes) -> None:
        if key in self.in_flight:
            self.loop.run(self.memory.done([key]))
            self.leave(key)
            self.published[key] = self.clock.now

    @rule(key=st.sampled_from(KEYS))
    def fail(self, key: bytes) -> None:
        if key not in self.in_flight:
            return
        tries = self.tries.get(key, 0)
        if self.loop.run(self.memory.retry(key, NODE)):
            assert tries < len(PROFILE.retries)
            self.in_flight.discard(key)
            self.tries[key] = tries + 1
            self.due[key] = self.clock.now + PROFILE.retries[tries]
        else:
            assert tries == len(PROFILE.retries) or len(self.tries) == PROFILE.max_retries
            self.give_up(key)

    @rule(key=st.sampled_from(KEYS))
    def give_up(self, key: bytes) -> None:
        if key in self.in_flight:
            self.loop.run(self.memory.give_up(key))
            self.leave(key)
            self.given_up[key] = self.clock.now

    @rule(seconds=st.sampled_from([60, 3_600, 21_600, DAY, 3 * DAY, 40 * DAY]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def save(self) -> None:
        self.loop.run(self.memory.save())

    @rule()
    def stop(self) -> None:
        self.loop.run(self.memory.save())
        self.state.close()
        self.in_flight.clear()
        self.open()

    @rule()
    def kill(self) -> None:
        """What a killed process leaves are its files as they are: another one gets a copy."""
        after = Path(tempfile.mkdtemp())
        self.folders.append(after)
        shutil.copytree(self.folder, after, dirs_exist_ok=True)
        self.state.close()
        self.folder = after
        self.in_flight.clear()
        self.open()

    def leave(self, key: bytes) -> None:
        self.in_flight.discard(key)
        self.tries.pop(key, None)
        self.due.pop(key, None)

    @invariant()
    def nobody_is_hidden(self) -> None:
        for key in KEYS:
            is_done = self.clock.now - self.published.get(key, -1e9) <= PROFILE.swarm_days * DAY
            # What was dealt with lately is in a filter, which turns with the next entry after a
            # day: no promise can be made for it until it has turned.
            if key in self.in_flight or key in self.tries or is_done or key in self.given_up:
                continue
            if key not in self.published:
                assert self.loop.run(self.memory.new(key)), "neither done nor given up nor later"

    @invariant()
    def counts_are_true(self) -> None:
        assert self.memory.in_flight == len(self.in_flight)
        assert self.memory.retries == len(self.tries)


TestTorrents = Torrents.TestCase
TestTorrents.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def memory_in(folder: Path, clock: Clock) -> tuple[State, Memory]:
    state = State.open(folder)
    return state, await Memory.open(state, folder, PROFILE, clock)


async def test_what_is_given_up_is_new_when_the_filters_have_turned(
    tmp_path: Path, clock: Clock
) -> None:
    state, memory = await memory_in(tmp_path, clock)
    assert await memory.begin([KEY, KEY]) == [Begun(KEY)]
    await memory.give_up(KEY)
    for other in KEYS[1:3]:
        assert not await memory.new(KEY)
        clock.now += 1.5 * DAY
        await memory.begin([other])
        await memory.give_up(other)
    assert await memory.new(KEY)
    state.close()


async def test_a_retry_survives_a_kill_while_it_is_tried(tmp_path: Path, clock: Clock) -> None:
    state, memory = await memory_in(tmp_path, clock)
    await memory.begin([KEY])
    assert await memory.retry(KEY, NODE)
    state.close()
    due = clock.now + 3_600
    for pause in (3_601, 601, 601):
        clock.now += pause
        state, memory = await memory_in(tmp_path, clock)
        assert await memory.begin_due() == [Retry(KEY, 1, due, NODE)]
        assert await memory.begin_due() == [], "taken"
        assert not await memory.new(KEY)
        due = clock.now + 600
        state.close()  # without a verdict


async def test_what_was_published_long_ago_is_looked_at_once_more(
    tmp_path: Path, clock: Clock
) -> None:
    state, memory = await memory_in(tmp_path, clock)
    await memory.begin([KEY])
    await memory.done([KEY])
    clock.now += 29 * DAY
    assert await memory.begin([KEY]) == []
    clock.now += 2 * DAY
    await memory.begin(KEYS[1:2])
    await memory.give_up(KEYS[1])  # the filter turns with this
    clock.now += 2 * DAY
    await memory.begin(KEYS[2:3])
    await memory.give_up(KEYS[2])
    assert await memory.begin([KEY]) == [Begun(KEY, is_published=True)]
    state.close()


async def test_two_who_hear_of_a_torrent_at_once_do_not_both_begin_it(
    tmp_path: Path, clock: Clock
) -> None:
    state, memory = await memory_in(tmp_path, clock)
    both = await asyncio.gather(memory.begin([KEY]), memory.begin([KEY]))
    assert sorted(map(len, both)) == [0, 1]
    state.close()


async def test_filters_never_outlive_the_disk_that_they_speak_of(
    tmp_path: Path, clock: Clock
) -> None:
    state, memory = await memory_in(tmp_path, clock)
    await memory.begin([KEY])
    await memory.retry(KEY, NODE)
    await memory.save()
    state.close()
    (tmp_path / "crawl.sqlite").unlink()
    state, memory = await memory_in(tmp_path, clock)
    assert await memory.new(KEY), "its retry is lost, so it must not be hidden"
    state.close()
