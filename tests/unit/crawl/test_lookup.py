"""A look-up among nodes that lie: whom it asks, how often, and that it ends."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import libtorrent as lt
import pytest

from streams.crawl import lookup, wire
from streams.crawl.limits import Limits
from streams.crawl.lookup import Lookup
from streams.crawl.node import Node
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.wire import Endpoint

QUICK = replace(
    PROFILES[ProfileName.LAB], query_timeout=0.2, per_ip=1_000, burst=1_000, nodes_per_ip=3
)
INFOHASH = b"h" * 20
Nodes = Callable[[], list[tuple[bytes, Endpoint]]]


class Liar(asyncio.DatagramProtocol):
    """A node that answers every question with the same nodes and peers."""

    def __init__(self, nodes: Nodes, peers: list[Endpoint]) -> None:
        self._nodes = nodes
        self._peers = peers
        self.asked: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        question: Any = lt.bdecode(data)
        self.asked.append(question[b"q"])
        packed = b"".join(name + wire.packed(where) for name, where in self._nodes())
        values = {b"id": b"n" * 20, b"nodes": packed}
        if self._peers:
            values[b"values"] = [wire.packed(peer) for peer in self._peers]  # type: ignore[assignment]
        answer = {b"t": question[b"t"], b"y": b"r", b"r": values}
        self._transport.sendto(wire.bencode(answer), addr)


@asynccontextmanager
async def looking(
    nodes: Nodes, peers: list[Endpoint] | None = None
) -> AsyncIterator[tuple[Lookup, Endpoint, Liar]]:
    """A look-up, and a node to begin with."""
    loop = asyncio.get_running_loop()
    transport, liar = await loop.create_datagram_endpoint(
        lambda: Liar(nodes, peers or []), local_addr=("127.0.0.3", 0)
    )
    node = Node(b"o" * 20, Limits(5_000, 1_000, 1_000), QUICK, lab=True)
    await Node.listen(node, ("127.0.0.1", 0))
    host, port = transport.get_extra_info("sockname")[:2]
    try:
        yield Lookup(node, INFOHASH, QUICK, lab=True), (host, port), liar
    finally:
        node.close()
        transport.close()


def near(number: int) -> bytes:
    """A node id that is nearer to the infohash than any other."""
    return INFOHASH[:-1] + bytes([number])


async def test_peers_are_told_once() -> None:
    peers = [("127.0.0.9", 2_000), ("127.0.0.9", 2_001), ("127.0.0.9", 2_000)]
    told: list[Endpoint] = []
    async with looking(list, peers) as (search, begin, liar):
        await search.run([begin], told.append)
        assert told == list(search.peers) == peers[:2]
        assert liar.asked == [b"get_peers"]
        assert (search.asked, search.answered) == (1, 1)


async def test_a_node_is_asked_once_whoever_names_it() -> None:
    named: list[tuple[bytes, Endpoint]] = []
    async with looking(lambda: named) as (search, begin, liar):
        named.append((near(1), begin))
        await search.run([begin, begin], lambda peer: None)
        assert len(liar.asked) == 1


async def test_of_one_address_few_nodes_are_asked() -> None:
    many = [(near(number), ("127.0.0.8", 2_000 + number)) for number in range(60)]
    async with looking(lambda: many) as (search, begin, _):
        await search.run([begin], lambda peer: None)
        assert search.asked == 1 + QUICK.nodes_per_ip


async def test_it_ends_however_many_nodes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MOST_ASKED", 10)
    many = [(near(number), (f"127.0.8.{number}", 2_000)) for number in range(60)]
    async with looking(lambda: many) as (search, begin, _):
        await search.run([begin], lambda peer: None)
        assert search.asked == 10


async def test_addresses_that_are_not_allowed_are_not_asked() -> None:
    elsewhere = [
        (near(1), ("10.0.0.1", 6_881)),
        (near(2), ("192.0.2.7", 6_881)),
        (near(3), ("127.0.0.7", 80)),
    ]
    async with looking(lambda: elsewhere) as (search, begin, _):
        await search.run([begin], lambda peer: None)
        assert search.asked == 1


async def test_the_nearest_are_asked_first() -> None:
    order: list[int] = []
    far = [(b"\xff" * 19 + bytes([number]), (f"127.0.9.{number}", 2_000)) for number in range(1, 9)]
    close = [(near(number), (f"127.0.7.{number}", 2_000)) for number in range(1, 5)]
    async with looking(lambda: far + close) as (search, begin, _):
        ask = search._node.ask

        async def noted(to: Endpoint, *rest: Any) -> Any:
            order.append(int(to[0].split(".")[2]))
            return await ask(to, *rest)

        search._node.ask = noted  # type: ignore[method-assign]
        await search.run([begin], lambda peer: None)
    assert order[1:5] == [7] * 4
    assert Counter(order)[9] == 8
