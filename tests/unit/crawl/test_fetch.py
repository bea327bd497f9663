"""The peer session against every peer of `streams.lab.dht.peers`: each ends in its named outcome,
soon, and in little memory.
"""

import asyncio
import gc
import hashlib
import resource
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from streams.crawl.fetch import Outcome, PeerFailed, fetch
from streams.crawl.profile import PROFILES, ProfileName
from streams.lab.dht import peers
from streams.lab.dht.peers import CASES, INFO, INFOHASH, Case, serving

PATIENCE = replace(PROFILES[ProfileName.LAB], peer_timeout=0.5, connect_timeout=0.3)


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
        assert time.monotonic() - start < (1.0 if case.outcome is Outcome.TIMEOUT else 0.45)


async def test_a_version_2_infohash_is_the_start_of_its_sha256() -> None:
    infohash = hashlib.sha256(INFO).digest()[:20]
    async with serving(peers.honest, infohash=infohash) as address:
        assert await outcome_of(address, infohash=infohash) is Outcome.OK


async def test_a_port_where_nobody_listens_is_refused_at_once() -> None:
    async with serving(peers.honest) as (host, port):
        pass
    start = time.monotonic()
    assert await outcome_of((host, port)) is Outcome.CONNECT_REFUSED
    assert time.monotonic() - start < 0.2


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
        found = await asyncio.gather(*(outcome_of(address) for _ in range(200)))
        assert set(found) == {Outcome.TIMEOUT}
        assert _rss() - before < 20, "MiB; both ends are in this process"


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
