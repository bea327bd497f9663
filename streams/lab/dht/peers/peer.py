"""One connection of a peer, with the steps that behaviours are made of, and a server for them."""

import asyncio
import hashlib
import os
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import libtorrent as lt

from streams.crawl.fetch import PIECE, Outcome

HELLO = b"\x13BitTorrent protocol"
EXTENDED = bytes.fromhex("0000000000100001")
MIB = 1 << 20

_DESCRIBED: Any = {
    b"name": b"Low Tide (2006)",
    b"piece length": 1 << 18,
    b"length": 10**8,
    b"pieces": bytes(range(200)) * 200,
}
INFO = bytes(lt.bencode(_DESCRIBED))
"""Three pieces of metadata."""
INFOHASH = hashlib.sha1(INFO).digest()
LENGTH = len(INFO)

Behaviour = Callable[["Peer"], Awaitable[None]]


def encoded(value: Any) -> bytes:
    """A value in bencoding."""
    return bytes(lt.bencode(value))


class Peer:
    """One connection, with the steps that behaviours are made of."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, infohash: bytes = INFOHASH
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.infohash = infohash

    async def hello(
        self, infohash: bytes | None = None, reserved: bytes = EXTENDED, protocol: bytes = HELLO
    ) -> None:
        """Wait for the handshake of BEP 3, and answer it."""
        await self.reader.readexactly(68)
        self.raw(protocol + reserved + (infohash or self.infohash) + b"-XX0001-" + os.urandom(12))

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    def frame(self, body: bytes) -> None:
        """Send a message with its length."""
        self.raw(struct.pack("!I", len(body)) + body)

    def extended(self, number: int, value: Any, data: bytes = b"") -> None:
        """Send an extension message (BEP 10): a dictionary and what follows it."""
        self.frame(
            bytes((20, number)) + (value if isinstance(value, bytes) else encoded(value)) + data
        )

    def shake(self, size: Any = LENGTH, metadata: Any = 3) -> None:
        """Send the extension handshake: the size of the metadata, and the id of its messages."""
        self.extended(0, {b"m": {b"ut_metadata": metadata}, b"metadata_size": size})

    async def request(self) -> int:
        """The next piece that is asked for."""
        while True:
            (length,) = struct.unpack("!I", await self.reader.readexactly(4))
            body = await self.reader.readexactly(length)
            if body[:2] == bytes((20, 3)):
                message: Any = lt.bdecode(body[2:])
                return int(message[b"piece"])

    def piece(self, at: int, info: bytes = INFO, **more: Any) -> None:
        """Send a piece of the metadata."""
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
        """Say nothing more."""
        await asyncio.sleep(3_600)


@dataclass(frozen=True)
class Case:
    """A behaviour and what must become of it."""

    name: str
    outcome: Outcome
    act: Behaviour


CASES: list[Case] = []
"""Every behaviour of this package."""


def case(outcome: Outcome) -> Callable[[Behaviour], Behaviour]:
    """Add a behaviour to the cases, with what must become of it."""

    def add(act: Behaviour) -> Behaviour:
        CASES.append(Case(act.__name__, outcome, act))
        return act

    return add


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
