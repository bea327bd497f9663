"""Questions and answers over a real socket: who may answer, what counts, what is bounded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import libtorrent as lt
import pytest

from streams.crawl import wire
from streams.crawl.limits import Limits
from streams.crawl.node import Node, QueryFailed
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.wire import Endpoint

QUICK = replace(
    PROFILES[ProfileName.LAB], query_timeout=0.3, per_ip=1_000, burst=1_000, max_pending=3
)
Answer = Callable[[dict[bytes, Any], Callable[[bytes], None]], None]


class Stranger(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.got = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.got += 1
        raw: Any = lt.bdecode(data)
        self.answer(raw, lambda packet: self.transport.sendto(packet, addr))


def reply(raw: dict[bytes, Any], **values: object) -> bytes:
    return wire.bencode(
        {
            b"t": raw[b"t"],
            b"y": b"r",
            b"r": {b"id": b"n" * 20, **{k.encode(): v for k, v in values.items()}},
        }
    )


@asynccontextmanager
async def stranger(
    answer: Answer, host: str = "127.0.0.2"
) -> AsyncIterator[tuple[Endpoint, Stranger]]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Stranger(answer), local_addr=(host, 0)
    )
    address = transport.get_extra_info("sockname")
    try:
        yield (address[0], address[1]), protocol
    finally:
        transport.close()


@pytest.fixture
async def node() -> AsyncIterator[Node]:
    asking = Node(b"m" * 20, Limits(10_000, QUICK.per_ip, QUICK.burst), QUICK, lab=True)
    await Node.listen(asking, ("127.0.0.1", 0))
    await asyncio.sleep(0.05)
    yield asking
    asking.close()


async def test_an_answer_is_an_answer_and_the_question_is_polite(node: Node) -> None:
    seen: list[dict[bytes, Any]] = []

    def answer(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
        seen.append(raw)
        send(reply(raw, interval=7))

    async with stranger(answer) as (address, _):
        told = await node.ask(address, "sample_infohashes", {b"target": b"t" * 20})
    assert told.interval == 7
    assert (seen[0][b"ro"], seen[0][b"v"], seen[0][b"a"][b"id"]) == (1, wire.VERSION, b"m" * 20)


HOSTILE: dict[str, tuple[Answer, str]] = {
    "nothing": (lambda raw, send: None, "timeout"),
    "noise": (lambda raw, send: send(b"\xff" * 50), "timeout"),
    "another transaction": (lambda raw, send: send(reply({**raw, b"t": b"zzzz"})), "timeout"),
    "no id": (
        lambda raw, send: send(wire.bencode({b"t": raw[b"t"], b"y": b"r", b"r": {}})),
        "timeout",
    ),
    "a short id": (
        lambda raw, send: send(wire.bencode({b"t": raw[b"t"], b"y": b"r", b"r": {b"id": b"x"}})),
        "timeout",
    ),
    "an error": (
        lambda raw, send: send(wire.bencode({b"t": raw[b"t"], b"y": b"e", b"e": [204, b"no"]})),
        "refused",
    ),
    "a bad error": (
        lambda raw, send: send(wire.bencode({b"t": raw[b"t"], b"y": b"e", b"e": []})),
        "timeout",
    ),
    "its own question": (lambda raw, send: send(wire.bencode(raw)), "timeout"),
    "60 kilobytes": (lambda raw, send: send(reply(raw, samples=bytes(60_000))), "timeout"),
    "deep lists": (
        lambda raw, send: send(b"d1:rl" + b"l" * 2_000 + b"e" * 2_001 + b"e"),
        "timeout",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_every_hostile_node_ends_in_a_reason(node: Node, name: str) -> None:
    answer, reason = HOSTILE[name]
    async with stranger(answer) as (address, _):
        with pytest.raises(QueryFailed, match=reason):
            await node.ask(address, "ping", {})
    assert node.pending == 0


async def test_only_who_was_asked_may_answer(node: Node) -> None:
    heard: list[dict[bytes, Any]] = []
    async with (
        stranger(lambda raw, send: heard.append(raw)) as (asked, _),
        stranger(lambda raw, send: None, "127.0.0.3") as (_, liar),
    ):
        question = asyncio.create_task(node.ask(asked, "ping", {}))
        await asyncio.sleep(0.05)
        liar.transport.sendto(reply(heard[0]), node.address)
        with pytest.raises(QueryFailed, match="timeout"):
            await question
    assert node.counts["unasked"] == 1


async def test_an_answer_twice_counts_once(node: Node) -> None:
    def twice(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
        send(reply(raw))
        send(reply(raw))

    async with stranger(twice) as (address, _):
        await node.ask(address, "ping", {})
        await asyncio.sleep(0.05)
    assert node.counts["repeated"] + node.counts["unasked"] == 1


async def test_it_never_sends_where_it_must_not_and_never_answers_a_question(node: Node) -> None:
    for address in (("8.8.8.8", 6881), ("127.0.0.1", 80)):
        with pytest.raises(QueryFailed, match="address_refused"):
            await node.ask(address, "ping", {})
    async with stranger(lambda raw, send: None) as (_, other):
        for _ in range(20):
            other.transport.sendto(
                wire.query(b"aa", "ping", {b"id": b"x" * 20}, read_only=False), node.address
            )
        await asyncio.sleep(0.1)
        assert other.got == 0, "a read-only node (BEP 43) is no amplifier"
    assert node.counts["queries_ignored"] == 20


async def test_questions_without_answer_are_bounded(node: Node) -> None:
    async with stranger(lambda raw, send: None) as (address, _):
        results = await asyncio.gather(
            *(node.ask(address, "ping", {}) for _ in range(9)), return_exceptions=True
        )
    assert sorted(map(str, results)).count("too_many_pending") >= 5
    assert node.pending == 0


async def test_a_flood_of_noise_changes_nothing(node: Node) -> None:
    async with stranger(lambda raw, send: send(reply(raw))) as (address, other):
        for at in range(2_000):
            other.transport.sendto(bytes((at % 256,)) * 40, node.address)
        await asyncio.sleep(0.3)
        assert node.counts["malformed"]
        assert (await node.ask(address, "ping", {})).node_id == b"n" * 20


async def test_ipv6_nodes_are_asked_through_a_socket_of_their_own(node: Node) -> None:
    async with stranger(lambda raw, send: send(reply(raw)), "::1") as (address, _):
        assert not node.reaches(address)
        with pytest.raises(QueryFailed, match="no_socket"):
            await node.ask(address, "ping", {})
        await Node.listen(node, ("::1", 0))
        assert (await node.ask(address, "ping", {})).node_id == b"n" * 20
