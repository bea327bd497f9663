"""When a node is asked again: never before its time, whatever happens to the process."""

from dataclasses import replace
from pathlib import Path

import pytest

from streams.crawl.addresses import is_allowed, node_id
from streams.crawl.frontier import Frontier
from streams.crawl.limits import Bucket, Limits
from streams.crawl.profile import PROFILES, Profile, ProfileName
from streams.crawl.seen import Seen
from streams.crawl.state import KnownNode, Retry, State

PRODUCTION = PROFILES[ProfileName.PRODUCTION]
SMALL = replace(PRODUCTION, bloom_items=1_000)
NODE = ("127.0.1.1", 20_000)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def frontier(folder: Path, clock: Clock, profile: Profile = PRODUCTION) -> Frontier:
    return Frontier(State(folder), profile, clock=clock)


def test_a_node_is_asked_once_and_again_when_its_interval_is_over(
    tmp_path: Path, clock: Clock
) -> None:
    nodes = frontier(tmp_path, clock)
    assert nodes.add(NODE)
    assert not nodes.add(NODE)
    assert nodes.take() == NODE
    nodes.answered(NODE, 600)
    clock.now += 599
    assert nodes.take() is None
    assert 0 < (nodes.wait() or 0) < 2
    clock.now += 2
    assert nodes.take() == NODE


def test_the_moment_is_on_disk_before_anything_is_sent(tmp_path: Path, clock: Clock) -> None:
    nodes = frontier(tmp_path, clock)
    nodes.add(NODE)
    assert nodes.take() == NODE
    # The process dies here: whether the packet went out, and what the node would have said, nobody
    # knows.
    after = frontier(tmp_path, clock)
    clock.now += PRODUCTION.assumed_interval - 1
    assert after.take() is None
    clock.now += 2
    assert after.take() == NODE


def test_an_interval_that_is_known_is_what_an_answer_that_was_lost_counts_as(
    tmp_path: Path, clock: Clock
) -> None:
    nodes = frontier(tmp_path, clock)
    nodes.add(NODE)
    nodes.take()
    nodes.answered(NODE, 300)
    nodes.save()
    clock.now += 301
    assert nodes.take() == NODE
    after = frontier(tmp_path, clock)
    clock.now += 299
    assert after.take() is None
    clock.now += 2
    assert after.take() == NODE


@pytest.mark.parametrize(
    ("named", "least"), [(None, 60), (0, 60), (-5, 60), (5, 60), (10**9, 86_400)]
)
def test_a_silly_interval_is_brought_within_reason(
    tmp_path: Path, clock: Clock, named: int | None, least: int
) -> None:
    nodes = frontier(tmp_path, clock)
    nodes.add(NODE)
    nodes.take()
    nodes.answered(NODE, named)
    clock.now += least - 1
    assert nodes.take() is None
    clock.now += 2
    assert nodes.take() == NODE


def test_a_dead_node_is_left_alone_longer_each_time_and_then_forgotten(
    tmp_path: Path, clock: Clock
) -> None:
    profile = replace(PRODUCTION, assumed_interval=10, shortest_interval=1)
    nodes = frontier(tmp_path, clock, profile)
    nodes.add(NODE)
    pauses = []
    while (wait := nodes.wait()) is not None:
        pauses.append(round(wait))
        clock.now += wait
        if nodes.take() is not None:
            nodes.failed(NODE)
    assert pauses == [0, 900, 1_800, 3_600]
    assert NODE not in nodes
    assert list(State(tmp_path).nodes()) == []


def test_the_table_has_room_for_so_many_and_so_many_of_one_address(
    tmp_path: Path, clock: Clock
) -> None:
    nodes = frontier(tmp_path, clock, replace(PRODUCTION, max_nodes=5))
    assert (
        sum(nodes.add(("127.0.1.1", port)) for port in range(2_000, 2_010))
        == PRODUCTION.nodes_per_ip
    )
    assert (
        sum(nodes.add((f"127.0.2.{at}", 2_000)) for at in range(10)) == 5 - PRODUCTION.nodes_per_ip
    )


def test_moved_entries_do_not_pile_up(tmp_path: Path, clock: Clock) -> None:
    nodes = frontier(tmp_path, clock)
    nodes.add(NODE)
    for _ in range(5_000):
        nodes.answered(NODE, 60)
    assert len(nodes._heap) < 1_100


def test_retries_wait_are_leased_and_end(tmp_path: Path) -> None:
    state = State(tmp_path)
    retry = Retry(b"a" * 20, 1, 100.0, NODE)
    assert state.add_retry(retry, most=1)
    assert not state.add_retry(Retry(b"b" * 20, 1, 100.0, NODE), most=1)
    assert state.is_known(b"a" * 20)
    assert state.take_retries(99.0, 10, 700.0) == []
    assert state.take_retries(101.0, 10, 700.0) == [retry]
    assert state.take_retries(101.0, 10, 700.0) == [], "taken"
    assert len(state.take_retries(701.0, 10, 900.0)) == 1, "but not for ever"
    state.mark_done([b"a" * 20])
    assert state.retries == 0
    assert (state.count_done(), state.is_known(b"a" * 20)) == (1, True)


def test_what_was_written_is_there_after_a_kill(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import os, sys; from pathlib import Path; from streams.crawl.state import *;"
        f"s = State(Path({str(tmp_path)!r})); s.mark_done([b'd' * 20]); s.save_nodes([KnownNode(('127.0.0.9', 5000), 7.5, 60)]);"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    state = State(tmp_path)
    assert state.is_known(b"d" * 20)
    assert list(state.nodes()) == [KnownNode(("127.0.0.9", 5_000), 7.5, 60)]


def test_filters_turn_and_survive(tmp_path: Path, clock: Clock) -> None:
    seen = Seen(tmp_path, SMALL, clock=clock)
    seen.add(b"a" * 20)
    seen.save()
    assert b"a" * 20 in Seen(tmp_path, SMALL, clock=clock)
    clock.now += 2 * 86_400
    seen.add(b"b" * 20)
    assert b"a" * 20 in seen, "in the older one"
    clock.now += 2 * 86_400
    seen.add(b"c" * 20)
    assert b"a" * 20 not in seen
    assert b"b" * 20 in seen
    (tmp_path / "seen.younger").write_bytes(b"damaged")
    assert b"c" * 20 not in Seen(tmp_path, SMALL, clock=clock)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(rate=1, burst=4, tokens=4, at=0)
    assert [bucket.reserve(0) for _ in range(7)] == [0, 0, 0, 0, 1, 2, 3]
    assert bucket.reserve(100) == 0


def test_an_address_has_no_burst_just_after_the_start_and_old_ones_are_forgotten() -> None:
    now = [0.0]
    limits = Limits(1_000, 1, 4, clock=lambda: now[0], kept=2)
    assert [round(limits._bucket("a").reserve(now[0]), 3) for _ in range(3)] == [1, 2, 3]
    now[0] = 10
    assert [limits._bucket("b").reserve(now[0]) for _ in range(4)] == [0, 0, 0, 0]
    limits._bucket("c")
    assert len(limits) == 2


@pytest.mark.parametrize(
    ("ip", "prefix"),
    [
        ("124.31.75.21", "5fbfbf"),
        ("21.75.31.124", "5a3ce9"),
        ("65.23.51.170", "a5d432"),
        ("84.124.73.14", "1b0321"),
        ("43.213.53.83", "e56f6c"),
    ],
)
def test_node_ids_are_those_of_bep_42(
    ip: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # BEP 42's vectors: the last byte is the random number, and 21 bits are fixed.
    rand = {
        "124.31.75.21": 1,
        "21.75.31.124": 86,
        "65.23.51.170": 22,
        "84.124.73.14": 65,
        "43.213.53.83": 90,
    }[ip]
    monkeypatch.setattr("os.urandom", lambda count: bytes(count - 1) + bytes((rand,)))
    found = node_id(ip)
    wanted = bytes.fromhex(prefix)
    assert (found[:2], found[2] & 0xF8, found[19]) == (wanted[:2], wanted[2] & 0xF8, rand)


def test_the_lab_is_loopback_and_the_world_is_not() -> None:
    assert is_allowed(("127.0.3.4", 20_000), lab=True)
    assert not is_allowed(("8.8.8.8", 20_000), lab=True)
    assert not is_allowed(("127.0.3.4", 20_000), lab=False)
    assert is_allowed(("8.8.8.8", 20_000), lab=False)
    assert is_allowed(("2a00:1450::1", 20_000), lab=False)
