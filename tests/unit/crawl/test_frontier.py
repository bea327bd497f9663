"""When a node is asked again: never before its time, whatever happens to the process."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from streams.crawl.frontier import Frontier
from streams.crawl.profile import PROFILES, Profile, ProfileName
from streams.crawl.state import State
from streams.crawl.wire import Endpoint
from tests.unit.crawl.clock import Clock

PRODUCTION = PROFILES[ProfileName.PRODUCTION]
FEW = replace(PRODUCTION, sample_rate=0.001)
"""The production profile with the smallest table: 1,000 nodes."""
NODE = ("127.0.1.1", 20_000)
OTHER = ("127.0.1.2", 20_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path)
    yield opened
    opened.close()


async def frontier(state: State, clock: Clock, profile: Profile = PRODUCTION) -> Frontier:
    return await Frontier.open(state.database, profile, clock=clock)


async def known(state: State) -> set[Endpoint]:
    rows = await state.database.run(
        lambda connection: connection.execute("SELECT ip, port FROM node").fetchall()
    )
    return set(rows)


async def test_a_node_is_asked_once_and_again_when_its_interval_is_over(
    state: State, clock: Clock
) -> None:
    nodes = await frontier(state, clock)
    assert await nodes.add([NODE]) == 1
    assert await nodes.add([NODE]) == 0
    assert await nodes.take() == NODE
    await nodes.answered(NODE, 600)
    clock.now += 599
    assert await nodes.take() is None
    assert 0 < nodes.wait() < 2
    clock.now += 2
    assert await nodes.take() == NODE


async def test_the_moment_is_on_disk_before_anything_is_sent(state: State, clock: Clock) -> None:
    nodes = await frontier(state, clock)
    await nodes.add([NODE])
    assert await nodes.take() == NODE
    # The process dies here: whether the packet went out, and what the node would have said, nobody
    # knows.
    after = await frontier(state, clock)
    clock.now += PRODUCTION.assumed_interval - 1
    assert await after.take() is None
    clock.now += 2
    assert await after.take() == NODE


async def test_an_interval_that_is_known_is_what_a_lost_answer_counts_as(
    state: State, clock: Clock
) -> None:
    nodes = await frontier(state, clock)
    await nodes.add([NODE])
    await nodes.take()
    await nodes.answered(NODE, 300)
    clock.now += 301
    assert await nodes.take() == NODE
    after = await frontier(state, clock)
    clock.now += 299
    assert await after.take() is None
    clock.now += 2
    assert await after.take() == NODE


@pytest.mark.parametrize(
    ("named", "least"), [(None, 60), (0, 60), (-5, 60), (5, 60), (10**9, 86_400)]
)
async def test_a_silly_interval_is_brought_within_reason(
    state: State, clock: Clock, named: int | None, least: int
) -> None:
    nodes = await frontier(state, clock)
    await nodes.add([NODE])
    await nodes.take()
    await nodes.answered(NODE, named)
    clock.now += least - 1
    assert await nodes.take() is None
    clock.now += 2
    assert await nodes.take() == NODE


async def test_a_dead_node_is_left_alone_longer_each_time_and_then_forgotten(
    state: State, clock: Clock
) -> None:
    profile = replace(PRODUCTION, assumed_interval=10, shortest_interval=1)
    nodes = await frontier(state, clock, profile)
    await nodes.add([NODE])
    pauses = []
    for _ in range(3):
        began = clock.now
        while await nodes.take() is None:
            clock.now += max(nodes.wait(), 0.001)
        pauses.append(round(clock.now - began))
        await nodes.failed(NODE)
    assert pauses == [0, 900, 1_800]
    assert len(nodes) == 0
    assert await nodes.add([NODE]) == 0, "heard of anew it is not asked before it is due"
    await nodes.add([OTHER])
    assert await nodes.take() == OTHER
    await nodes.answered(OTHER, 10_000)
    clock.now += 3_600
    assert await nodes.take() is None
    assert await known(state) == {OTHER}
    assert await nodes.add([NODE]) == 1


async def test_after_an_outage_that_silenced_everybody_those_that_rest_are_asked_again(
    state: State, clock: Clock
) -> None:
    profile = replace(PRODUCTION, assumed_interval=10, shortest_interval=1)
    nodes = await frontier(state, clock, profile)
    await nodes.add([NODE, OTHER])
    asked: dict[Endpoint, list[float]] = {NODE: [], OTHER: []}
    for _ in range(12):
        while (node := await nodes.take()) is None:
            clock.now += max(nodes.wait(), 0.001)
        asked[node].append(clock.now)
        await nodes.failed(node)
    for moments in asked.values():
        pauses = [round(later - earlier) for earlier, later in pairwise(moments)]
        assert pauses == [900, 1_800, 3_600, 3_600, 3_600], "never for longer than an hour"
    assert len(nodes) == 0
    nodes = await frontier(state, clock, profile)
    assert not nodes.is_empty, "a start needs no other node"
    assert await nodes.take() is None, "nor does it ask before its time"
    clock.now += 3_600
    # The line is there again.
    assert await nodes.take() == NODE
    await nodes.answered(NODE, 600)
    assert len(nodes) == 1
    clock.now += 601
    assert await nodes.take() == NODE, "it is a node like others"
    assert await known(state) == {NODE}, "and who still rested is forgotten: it tells of others"


async def test_an_address_has_room_for_so_many_nodes(state: State, clock: Clock) -> None:
    nodes = await frontier(state, clock)
    assert await nodes.add(("127.0.1.1", port) for port in range(2_000, 2_010)) == 3


async def full(state: State, clock: Clock) -> Frontier:
    """A table of 1,000 nodes of which nobody has been asked."""
    nodes = await frontier(state, clock, FEW)
    assert await nodes.add((f"127.1.{at // 250}.{at % 250}", 2_000) for at in range(1_100)) == 1_000
    return nodes


async def test_in_a_full_table_who_never_answered_makes_room(state: State, clock: Clock) -> None:
    nodes = await full(state, clock)
    assert await nodes.add([NODE]) == 0, "all of them may be good"
    asked = []
    for _ in range(3):
        clock.now += 2_000
        asked.append(await nodes.take() or NODE)
    await nodes.answered(asked[0], 600)
    await nodes.failed(asked[1])
    await nodes.failed(asked[2])
    assert await nodes.add([NODE]) == 1
    assert len(nodes) == 1_000
    assert await nodes.add([asked[1]]) == 0, "it rests: what was sent to it may have arrived"
    assert await nodes.add([("127.0.9.1", 2_000)]) == 1
    assert await nodes.add([("127.0.9.2", 2_000)]) == 0, "who answered stays"
    assert len(await known(state)) == 1_002
    again = await frontier(state, clock, FEW)
    assert len(again) == 1_000


async def test_who_answers_after_it_made_room_is_kept(state: State, clock: Clock) -> None:
    nodes = await full(state, clock)
    clock.now += 2_000
    late = await nodes.take()
    assert late is not None
    await nodes.failed(late)
    assert await nodes.add([NODE]) == 1
    await nodes.answered(late, 600)
    assert len(nodes) == 1_001
    assert await nodes.add([("127.0.9.1", 2_000)]) == 0
    await nodes.failed(late)
    assert len(nodes) == 1_001, "once more is no reason to forget it"


@pytest.fixture
async def crowd(state: State, clock: Clock) -> Frontier:
    """The table of the production profile after hours: full, four of five nodes silent.

    Its nodes were asked one after the other over the last interval, as they are in life.
    """
    interval = PRODUCTION.assumed_interval
    await state.database.run(
        lambda connection: connection.execute(
            "WITH RECURSIVE place(at) AS"
            " (SELECT 0 UNION ALL SELECT at + 1 FROM place WHERE at + 1 < :most)"
            " INSERT INTO node SELECT"
            " printf('10.%02d.%03d.%03d', at >> 16, at >> 8 & 255, at & 255), 6881,"
            " :now + (at + 1) * :interval * 1.0 / :most,"
            " iif(at % 5, NULL, :interval), iif(at % 5, 1, 0) FROM place",
            {"most": PRODUCTION.max_nodes, "now": clock.now, "interval": interval},
        )
    )
    return await frontier(state, clock)


async def test_a_full_table_of_the_production_profile_asks_fifty_nodes_a_second(
    crowd: Frontier, clock: Clock
) -> None:
    assert len(crowd) == PRODUCTION.max_nodes == 50 * 21_600
    end = clock.now + 20
    asked: dict[Endpoint, float] = {}
    heard = 0
    while clock.now < end:
        endpoint = await crowd.take()
        if endpoint is None:
            clock.now += max(crowd.wait(), 0.001)
            continue
        assert endpoint not in asked
        asked[endpoint] = clock.now
        is_alive = len(asked) % 5 == 0
        if is_alive:
            await crowd.answered(endpoint, 21_600)
            # Every answer names eight nodes, most of them unknown.
            fresh = [(f"11.{heard >> 13}.{heard >> 5 & 255}.{at}", 6_881) for at in range(8)]
            heard += 32
            await crowd.add([*fresh, *list(asked)[-4:]])
        else:
            await crowd.failed(endpoint)
        assert len(crowd) <= PRODUCTION.max_nodes
    # And as much at once as one second may catch up with.
    assert 50 * 20 <= len(asked) <= 50 * (20 + 1)


async def test_a_new_table_is_filled_no_faster_than_it_is_asked(state: State, clock: Clock) -> None:
    nodes = await frontier(state, clock)
    await nodes.add((f"127.2.{at // 250}.{at % 250}", 2_000) for at in range(1_000))
    start = clock.now
    taken = 0
    while clock.now < start + 10:
        if await nodes.take() is None:
            clock.now += nodes.wait()
        else:
            taken += 1
    assert 490 <= taken <= 560
