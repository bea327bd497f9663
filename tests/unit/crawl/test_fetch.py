"""The peer session against every peer of the lab.

Each ends in its named outcome, soon, and in little memory.
"""

import asyncio
import gc
import hashlib
import resource
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.crawl.fetch import ByteBudget, Outcome, PeerFailed, fetch
from streams.crawl.profile import PROFILES, ProfileName
from streams.lab.dht import peers
from streams.lab.dht.peers import CASES, INFO, INFOHASH, Case, serving

PATIENCE = replace(PROFILES[ProfileName.LAB], peer_timeout=1.5, connect_timeout=1.2)
"""Long enough for a machine that is busy with other tests."""


async def outcome_of(
    address: tuple[str, int], *, lab: bool = True, infohash: bytes = INFOHASH
) -> Outcome:
    try:
        assert await fetch(infohash, address, PATIENCE, lab=lab) == INFO
    except PeerFailed as failure:
        return failure.outcome
    return Outcome.OK


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_peer_ends_in_its_outcome(case: Case) -> None:
    async with serving(case.act) as address:
        start = time.monotonic()
        assert await outcome_of(address) == case.outcome
        # Whoever can be seen through is not waited for until the time is over.
        most = 2 * PATIENCE.peer_timeout if case.outcome is Outcome.TIMEOUT else 1.4
        assert time.monotonic() - start < most


async def test_a_version_2_infohash_is_the_start_of_its_sha256() -> None:
    infohash = hashlib.sha256(INFO).digest()[:20]
    async with serving(peers.honest, infohash=infohash) as address:
        assert await outcome_of(address, infohash=infohash) is Outcome.OK


async def test_a_port_where_nobody_listens_is_refused_at_once() -> None:
    async with serving(peers.honest) as (host, port):
        pass
    start = time.monotonic()
    assert await outcome_of((host, port)) is Outcome.CONNECT_REFUSED
    assert time.monotonic() - start < PATIENCE.connect_timeout


@pytest.mark.parametrize(
    "address",
    [
        ("127.0.0.1", 6881),
        ("10.0.0.1", 6881),
        ("192.168.1.1", 6881),
        ("172.16.0.9", 6881),
        ("169.254.1.1", 6881),
        ("224.0.0.1", 6881),
        ("0.0.0.0", 6881),
        ("255.255.255.255", 6881),
        ("100.64.0.1", 6881),
        ("::1", 6881),
        ("fe80::1", 6881),
        ("ff02::1", 6881),
        ("::ffff:127.0.0.1", 6881),
        ("2002:7f00:1::", 6881),
        ("8.8.8.8", 53),
        ("8.8.8.8", 0),
        ("not an address", 6881),
    ],
)
async def test_addresses_that_may_not_be_talked_to(address: tuple[str, int]) -> None:
    assert await outcome_of(address, lab=False) is Outcome.ADDRESS_REFUSED


async def test_200_peers_that_lie_four_megabytes_cost_little_memory() -> None:
    async with serving(peers.lies_four_megabytes_and_sends_nothing) as address:
        await outcome_of(address)
        gc.collect()
        before = _rss()
        outcomes = await asyncio.gather(*(outcome_of(address) for _ in range(200)))
        assert set(outcomes) == {Outcome.TIMEOUT}
        assert _rss() - before < 20, "MiB; both ends are in this process"


async def garbage(peer: peers.Peer) -> None:
    """Four megabytes as asked for, which are no torrent."""
    await peer.hello()
    peer.shake(size=4 * peers.MIB)
    await peer.serve(bytes(4 * peers.MIB))


async def test_greedy_peers_share_one_budget_and_leave_room_for_an_honest_one() -> None:
    budget = ByteBudget(4 * peers.MIB)
    patience = replace(PATIENCE, peer_timeout=20, connect_timeout=20)
    most = 0
    filled = asyncio.Event()

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, budget.held)
            if budget.held > budget.size // 2:
                filled.set()
            await asyncio.sleep(0)

    async def outcome(address: tuple[str, int]) -> Outcome:
        try:
            await fetch(INFOHASH, address, patience, lab=True, budget=budget)
        except PeerFailed as failure:
            return failure.outcome
        return Outcome.OK

    async with serving(garbage) as greedy, serving(peers.honest) as honest:
        watching = asyncio.create_task(watch())
        liars = asyncio.gather(*(outcome(greedy) for _ in range(30)))
        await asyncio.wait_for(filled.wait(), 20)
        assert await outcome(honest) is Outcome.OK
        assert set(await liars) == {Outcome.NO_MEMORY}
        watching.cancel()
    assert most <= budget.size
    assert most > len(INFO)
    assert budget.held == 0


async def test_without_a_budget_of_others_four_megabytes_are_fetched() -> None:
    async with serving(garbage) as address:
        patience = replace(PATIENCE, peer_timeout=20)
        with pytest.raises(PeerFailed, match="wrong_hash"):
            await fetch(INFOHASH, address, patience, lab=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_peer_leaves_the_budget_as_it_was(case: Case) -> None:
    budget = ByteBudget(peers.MIB)
    patience = replace(PATIENCE, peer_timeout=0.1)
    async with serving(case.act) as address:
        with suppress(PeerFailed):
            await fetch(INFOHASH, address, patience, lab=True, budget=budget)
    assert budget.held == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), max_size=60))
def test_a_budget_is_never_exceeded_and_always_leaves_room(
    demands: list[tuple[int, int]],
) -> None:
    budget = ByteBudget(100)
    held = dict.fromkeys(range(6), 0)
    for session, count in demands:
        if budget.take(count, held[session]):
            held[session] += count
            assert held[session] <= budget.size - budget.held
        assert budget.held == sum(held.values()) < budget.size
    free = budget.size - budget.held
    assert budget.take(free // 2), "who holds nothing yet gets half of what is free"


def test_an_info_dict_that_is_worked_on_is_counted() -> None:
    budget = ByteBudget(1_000)
    with budget.holding(bytes(700)):
        assert not budget.take(200)
    assert budget.take(200)


async def test_half_a_megabyte_of_pieces_comes_in_windows() -> None:
    info = peers.encoded({b"name": b"x", b"length": 1, b"pieces": bytes(500_000)})

    async def act(peer: peers.Peer) -> None:
        await peer.hello()
        peer.shake(size=len(info))
        await peer.serve(info)

    infohash = hashlib.sha1(info).digest()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(act, infohash=infohash))
        assert await fetch(infohash, address, PATIENCE, lab=True) == info


def _rss() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
