"""No torrent is ever lost: killed at any moment, it is new or a retry, never hidden."""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.crawl.memory import Begun, Memory, Retry
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.state import State
from tests.unit.crawl.clock import Clock

PROFILE = replace(
    PROFILES[ProfileName.PRODUCTION], bloom_items=3, retries=(3_600.0, 21_600.0), max_retries=3
)
NODE = ("127.0.1.1", 20_000)
KEYS = [bytes((number,)) * 20 for number in range(8)]
DAY = 86_400
PLACES = st.integers(0, len(KEYS) - 1)
KEY = KEYS[0]


class Torrents(RuleBasedStateMachine):
    """A crawl that is killed, stopped and started while it works on eight torrents.

    Beside it stands what it should know: which torrents Kafka has since when, which were given up,
    and which have to be tried again when.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.clock = Clock()
        self.folder = Path(tempfile.mkdtemp())
        self.folders = [self.folder]
        self.in_flight: set[bytes] = set()
        self.published: dict[bytes, float] = {}
        self.given_up: set[bytes] = set()
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

    @rule(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4))
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
        due = {key for key, moment in self.due.items() if moment <= self.clock.now}
        begun = {retry.infohash for retry in self.loop.run(self.memory.begin_due())}
        assert begun == due - self.in_flight
        self.in_flight |= begun
        for key in due:
            self.due[key] = self.clock.now + 600

    @precondition(lambda self: self.tries)
    @rule()
    def wait_for_retries(self) -> None:
        self.clock.now = max(self.clock.now, *self.due.values()) + 1
        self.begin_due()

    @precondition(lambda self: self.in_flight)
    @rule(at=PLACES)
    def publish(self, at: int) -> None:
        key = self.picked(at)
        self.loop.run(self.memory.done([key]))
        self.leave(key)
        self.published[key] = self.clock.now

    @precondition(lambda self: self.in_flight)
    @rule(at=PLACES)
    def fail(self, at: int) -> None:
        key = self.picked(at)
        tries = self.tries.get(key, 0)
        if self.loop.run(self.memory.retry(key, NODE)):
            assert tries < len(PROFILE.retries)
            self.in_flight.discard(key)
            self.tries[key] = tries + 1
            self.due[key] = self.clock.now + PROFILE.retries[tries]
        else:
            assert tries == len(PROFILE.retries) or len(self.tries) == PROFILE.max_retries
            self.give_up(at)

    @precondition(lambda self: self.in_flight)
    @rule(at=PLACES)
    def give_up(self, at: int) -> None:
        key = self.picked(at)
        self.loop.run(self.memory.give_up(key))
        self.leave(key)
        self.given_up.add(key)

    def picked(self, at: int) -> bytes:
        return sorted(self.in_flight)[at % len(self.in_flight)]

    @rule(seconds=st.sampled_from([60, 3_600, 21_600, DAY, 3 * DAY, 40 * DAY]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def save(self) -> None:
        self.loop.run(self.memory.save())

    @rule(is_kill=st.booleans())
    def end(self, is_kill: bool) -> None:
        """What a killed process leaves are its files as they are: the next one gets a copy."""
        if is_kill:
            after = Path(tempfile.mkdtemp())
            self.folders.append(after)
            shutil.copytree(self.folder, after, dirs_exist_ok=True)
            self.folder = after
        else:
            self.save()
        self.state.close()
        self.in_flight.clear()
        self.open()

    def leave(self, key: bytes) -> None:
        self.in_flight.discard(key)
        self.tries.pop(key, None)
        self.due.pop(key, None)

    @invariant()
    def nobody_is_hidden(self) -> None:
        """Who is nowhere else is new. Of what was given up no promise is made."""
        elsewhere = self.in_flight | set(self.tries) | set(self.published) | self.given_up
        nowhere = [key for key in KEYS if key not in elsewhere]

        async def are_new() -> list[bool]:
            return await asyncio.gather(*(self.memory.new(key) for key in nowhere))

        assert all(self.loop.run(are_new()))

    @invariant()
    def the_disk_has_it(self) -> None:
        async def rows(query: str) -> list[tuple[Any, ...]]:
            return await self.state.database.run(
                lambda connection: connection.execute(query).fetchall()
            )

        assert dict(self.loop.run(rows("SELECT infohash, at FROM done"))) == self.published
        retries = self.loop.run(rows("SELECT infohash, tries, due FROM retry"))
        assert {key: tries for key, tries, _ in retries} == self.tries
        assert {key: due for key, _, due in retries} == self.due

    @invariant()
    def counts_are_true(self) -> None:
        assert self.memory.in_flight == len(self.in_flight)
        assert self.memory.retries == len(self.tries)


TestTorrents = Torrents.TestCase
TestTorrents.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    # To make a failure small would take minutes: every step writes files.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


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
        assert not await memory.new(KEY), "not even without the filters, which were not saved"
        assert await memory.begin_due() == [Retry(KEY, 1, due, NODE)]
        assert await memory.begin_due() == [], "taken"
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
    state.close()  # as a kill would, before anything is saved
    state, memory = await memory_in(tmp_path, clock)
    assert await memory.new(KEY), "nor after a kill"
    state.close()
