"""Peers that a crawler may meet: an honest one, and everything else. Each is a behaviour on a TCP
connection.
"""

import asyncio
import hashlib
import os
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import libtorrent as lt

from streams.crawl.fetch import PIECE, Outcome

HELLO = b"\x13BitTorrent protocol"
EXTENDED = bytes.fromhex("0000000000100001")
MIB = 1 << 20

INFO = bytes(
    lt.bencode(
        {
            b"name": b"Low Tide (2006)",
            b"piece length": 1 << 18,
            b"length": 10**8,
            b"pieces": bytes(range(200)) * 200,
        }
    )
)
"""Three pieces of metadata."""
INFOHASH = hashlib.sha1(INFO).digest()
LENGTH = len(INFO)

Behaviour = Callable[["Peer"], Awaitable[None]]


def encoded(value: Any) -> bytes:
    return bytes(lt.bencode(value))


class Peer:
    """One connection, with the steps that behaviours are made of."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, infohash: bytes = INFOHASH
    ) -> None:
        self.reader, self.writer, self.infohash = reader, writer, infohash

    async def hello(
        self, infohash: bytes | None = None, reserved: bytes = EXTENDED, protocol: bytes = HELLO
    ) -> None:
        await self.reader.readexactly(68)
        self.raw(protocol + reserved + (infohash or self.infohash) + b"-XX0001-" + os.urandom(12))

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    def frame(self, body: bytes) -> None:
        self.raw(struct.pack("!I", len(body)) + body)

    def extended(self, number: int, value: Any, data: bytes = b"") -> None:
        self.frame(
            bytes((20, number)) + (value if isinstance(value, bytes) else encoded(value)) + data
        )

    def shake(self, size: Any = LENGTH, metadata: Any = 3) -> None:
        self.extended(0, {b"m": {b"ut_metadata": metadata}, b"metadata_size": size})

    async def request(self) -> int:
        """The next piece that is asked for."""
        while True:
            (length,) = struct.unpack("!I", await self.reader.readexactly(4))
            body = await self.reader.readexactly(length)
            if body[:2] == bytes((20, 3)):
                return int(lt.bdecode(body[2:])[b"piece"])  # type: ignore[call-overload,index]

    def piece(self, at: int, info: bytes = INFO, **more: Any) -> None:
        head = {
            b"msg_type": 1,
            b"piece": at,
            b"total_size": len(info),
            **{name.encode(): value for name, value in more.items()},
        }
        self.extended(1, head, info[at * PIECE : (at + 1) * PIECE])

    async def serve(self, info: bytes = INFO) -> None:
        """Answer what is asked, honestly."""
        for _ in range(-(-len(info) // PIECE)):
            self.piece(await self.request(), info)
        await self.hang()

    async def hang(self) -> None:
        await asyncio.sleep(3_600)


@dataclass(frozen=True)
class Case:
    """A behaviour and what must become of it."""

    name: str
    outcome: Outcome
    act: Behaviour


CASES: list[Case] = []


def case(outcome: Outcome) -> Callable[[Behaviour], Behaviour]:
    def add(act: Behaviour) -> Behaviour:
        CASES.append(Case(act.__name__, outcome, act))
        return act

    return add


@case(Outcome.OK)
async def honest(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    await peer.serve()


@case(Outcome.OK)
async def chatty(peer: Peer) -> None:
    await peer.hello()
    peer.raw(bytes(4))  # a keep-alive
    peer.frame(b"\x05" + bytes(4_000))  # a bitfield
    peer.frame(b"\x04" + bytes(4))  # have
    peer.extended(
        0,
        {
            b"m": {b"ut_metadata": 3, b"ut_pex": 1},
            b"metadata_size": len(INFO),
            b"v": b"x" * 200,
            b"reqq": 255,
        },
    )
    peer.extended(7, {b"added": b""})
    peer.frame(b"\x14")
    await peer.serve()


@case(Outcome.OK)
async def pieces_in_another_order(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    for at in sorted([await peer.request() for _ in range(3)], reverse=True):
        peer.piece(at)
    await peer.hang()


@case(Outcome.OK)
async def a_piece_twice(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    for at in [await peer.request() for _ in range(3)]:
        peer.piece(at)
        peer.piece(at)
    await peer.hang()


@case(Outcome.OK)
async def unknown_keys(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    for _ in range(3):
        peer.piece(await peer.request(), zz=b"?" * 100)
    await peer.hang()


@case(Outcome.OK)
async def shakes_twice_with_another_size(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.shake(size=4 * MIB)
    await peer.serve()


@case(Outcome.OK)
async def a_byte_at_a_time(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, {b"m": {b"ut_metadata": 3}, b"metadata_size": len(INFO)})
    for at in [await peer.request() for _ in range(3)]:
        body = (
            encoded({b"msg_type": 1, b"piece": at, b"total_size": len(INFO)})
            + INFO[at * PIECE : (at + 1) * PIECE]
        )
        whole = struct.pack("!I", len(body) + 2) + bytes((20, 1)) + body
        for start in range(0, len(whole), 997):
            peer.raw(whole[start : start + 997])
            await asyncio.sleep(0)
    await peer.hang()


@case(Outcome.CLOSED)
async def closes_at_once(peer: Peer) -> None:
    peer.writer.transport.abort()


@case(Outcome.CLOSED)
async def closes_after_hello(peer: Peer) -> None:
    await peer.hello()


@case(Outcome.CLOSED)
async def half_a_hello(peer: Peer) -> None:
    peer.raw(HELLO)


@case(Outcome.CLOSED)
async def closes_amid_a_frame(peer: Peer) -> None:
    await peer.hello()
    peer.raw(struct.pack("!I", 100) + b"\x14\x00d1")


@case(Outcome.CLOSED)
async def closes_amid_the_metadata(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.piece(await peer.request())


@case(Outcome.TIMEOUT)
async def silent(peer: Peer) -> None:
    await peer.hang()


@case(Outcome.TIMEOUT)
async def silent_after_hello(peer: Peer) -> None:
    await peer.hello()
    await peer.hang()


@case(Outcome.TIMEOUT)
async def silent_after_the_size(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    await peer.hang()


@case(Outcome.TIMEOUT)
async def lies_four_megabytes_and_sends_nothing(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=4 * MIB)
    await peer.hang()


@case(Outcome.TIMEOUT)
async def slow_loris(peer: Peer) -> None:
    for byte in HELLO:
        peer.raw(bytes((byte,)))
        await asyncio.sleep(0.2)


@case(Outcome.TIMEOUT)
async def keeps_alive(peer: Peer) -> None:
    await peer.hello()
    while True:
        peer.raw(bytes(4))
        await asyncio.sleep(0.01)


@case(Outcome.TIMEOUT)
async def keeps_a_piece_back(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.piece(await peer.request())
    peer.piece(await peer.request())
    await peer.hang()


@case(Outcome.NOT_BITTORRENT)
async def speaks_http(peer: Peer) -> None:
    peer.raw(
        b"HTTP/1.1 400 Bad Request\r\nServer: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        * 2
    )
    await peer.hang()


@case(Outcome.NOT_BITTORRENT)
async def echoes_noise(peer: Peer) -> None:
    peer.raw(os.urandom(100))
    await peer.hang()


@case(Outcome.OTHER_TORRENT)
async def another_infohash(peer: Peer) -> None:
    await peer.hello(infohash=b"x" * 20)
    await peer.hang()


@case(Outcome.NO_EXTENSIONS)
async def knows_no_extensions(peer: Peer) -> None:
    await peer.hello(reserved=bytes(8))
    await peer.hang()


@case(Outcome.NO_METADATA)
async def no_ut_metadata(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, {b"m": {b"ut_pex": 1}, b"metadata_size": 100})
    await peer.hang()


@case(Outcome.NO_METADATA)
async def ut_metadata_is_zero(peer: Peer) -> None:
    await peer.hello()
    peer.shake(metadata=0)
    await peer.hang()


@case(Outcome.NO_METADATA)
async def ut_metadata_is_huge(peer: Peer) -> None:
    await peer.hello()
    peer.shake(metadata=1 << 40)
    await peer.hang()


@case(Outcome.NO_METADATA)
async def m_is_a_list(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, {b"m": [1, 2], b"metadata_size": 100})
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def no_size(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, {b"m": {b"ut_metadata": 3}})
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_zero(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=0)
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_negative(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=-5)
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_is_text(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=b"12")
    await peer.hang()


@case(Outcome.TOO_BIG)
async def size_six_megabytes(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=6 * MIB)
    await peer.hang()


@case(Outcome.TOO_BIG)
async def size_of_a_planet(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=(1 << 63) - 1)
    await peer.hang()


@case(Outcome.BAD_FRAME)
async def four_gigabyte_frame(peer: Peer) -> None:
    await peer.hello()
    peer.raw(b"\xff\xff\xff\xff")
    await peer.hang()


@case(Outcome.BAD_FRAME)
async def http_after_hello(peer: Peer) -> None:
    await peer.hello()
    peer.raw(b"GET / HTTP/1.1\r\n\r\n")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_is_noise(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, os.urandom(60))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_is_a_list(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, b"le")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_nests_deep(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, b"l" * 4_000 + b"e" * 4_000)
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_with_a_long_number(peer: Peer) -> None:
    await peer.hello()
    peer.extended(0, b"d13:metadata_sizei" + b"9" * 400 + b"ee")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def piece_before_handshake(peer: Peer) -> None:
    await peer.hello()
    peer.piece(0)
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_piece_not_asked_for(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": 99, b"total_size": len(INFO)}, bytes(PIECE))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_piece_number_below_zero(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": -1}, bytes(PIECE))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_short_piece(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, bytes(10))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_long_piece(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, bytes(PIECE + 1))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def an_unknown_kind(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 9, b"piece": 0}, bytes(PIECE))
    await peer.hang()


@case(Outcome.REJECTED)
async def rejects(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 2, b"piece": await peer.request()})
    await peer.hang()


@case(Outcome.TOO_MUCH)
async def floods_with_haves(peer: Peer) -> None:
    await peer.hello()
    while True:
        for _ in range(1_000):
            peer.frame(b"\x04" + bytes(100))
        await peer.writer.drain()


@case(Outcome.TOO_MUCH)
async def floods_with_bitfields(peer: Peer) -> None:
    await peer.hello()
    while True:
        peer.frame(b"\x05" + bytes(200_000))
        await peer.writer.drain()


@case(Outcome.TOO_MUCH)
async def the_same_piece_for_ever(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    at = await peer.request()
    while True:
        peer.piece(at)
        await peer.writer.drain()


@case(Outcome.WRONG_HASH)
async def other_data(peer: Peer) -> None:
    await peer.hello()
    peer.shake()
    await peer.serve(bytes(len(INFO)))


@case(Outcome.WRONG_HASH)
async def a_smaller_size(peer: Peer) -> None:
    await peer.hello()
    peer.shake(size=100)
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, INFO[:100])
    await peer.hang()


@asynccontextmanager
async def serving(
    act: Behaviour, *, host: str = "127.0.0.1", infohash: bytes = INFOHASH
) -> AsyncIterator[tuple[str, int]]:
    """A peer that behaves so on every connection; yields its address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await act(Peer(reader, writer, infohash))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, host, 0, backlog=1_000)
    try:
        address, port, *_ = server.sockets[0].getsockname()
        yield address, port
    finally:
        server.close()


async def announce(node: tuple[str, int], infohash: bytes, port: int) -> None:
    """Tell a DHT node that a peer of this address has a torrent (BEP 5: first the token, then the
    announce).
    """
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[bytes] = asyncio.Queue()

    class Asking(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            answers.put_nowait(data)

    transport, _ = await loop.create_datagram_endpoint(Asking, remote_addr=node)
    ours = {b"id": os.urandom(20), b"info_hash": infohash}
    try:
        transport.sendto(encoded({b"t": b"aa", b"y": b"q", b"q": b"get_peers", b"a": ours}))
        while True:
            answer: Any = lt.bdecode(await asyncio.wait_for(answers.get(), 5))
            if answer.get(b"t") == b"aa":
                break
        told = {**ours, b"port": port, b"token": answer[b"r"][b"token"]}
        transport.sendto(encoded({b"t": b"bb", b"y": b"q", b"q": b"announce_peer", b"a": told}))
        await asyncio.wait_for(answers.get(), 5)
    finally:
        transport.close()


class BlackHole:
    """Accepts on a port of every loopback address, and never answers; in a thread, for the
    network's process.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True).start()

    async def _run(self) -> None:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while await reader.read(4_096):
                    pass
            writer.close()

        server = await asyncio.start_server(connected, "0.0.0.0", self._port, backlog=4_000)
        async with server:
            await server.serve_forever()
