"""Peers that go away, or stay and say nothing."""

import asyncio
import struct

from streams.crawl.fetch import Outcome
from streams.lab.dht.peers.peer import HELLO, MIB, Peer, case


@case(Outcome.CLOSED)
async def closes_at_once(peer: Peer) -> None:
    """Resets the connection before it says anything."""
    peer.writer.transport.abort()


@case(Outcome.CLOSED)
async def closes_after_hello(peer: Peer) -> None:
    """Goes after its handshake."""
    await peer.hello()


@case(Outcome.CLOSED)
async def half_a_hello(peer: Peer) -> None:
    """Goes in the middle of its handshake."""
    peer.raw(HELLO)


@case(Outcome.CLOSED)
async def closes_amid_a_frame(peer: Peer) -> None:
    """Goes in the middle of a frame."""
    await peer.hello()
    peer.raw(struct.pack("!I", 100) + b"\x14\x00d1")


@case(Outcome.CLOSED)
async def closes_amid_the_metadata(peer: Peer) -> None:
    """Goes after the first piece."""
    await peer.hello()
    peer.shake()
    peer.piece(await peer.request())


@case(Outcome.TIMEOUT)
async def silent(peer: Peer) -> None:
    """Accepts and says nothing."""
    await peer.hang()


@case(Outcome.TIMEOUT)
async def silent_after_hello(peer: Peer) -> None:
    """Says nothing after its handshake."""
    await peer.hello()
    await peer.hang()


@case(Outcome.TIMEOUT)
async def silent_after_the_size(peer: Peer) -> None:
    """Names a size, and sends no piece."""
    await peer.hello()
    peer.shake()
    await peer.hang()


@case(Outcome.TIMEOUT)
async def lies_four_megabytes_and_sends_nothing(peer: Peer) -> None:
    """Names the largest size that is taken, and sends no piece."""
    await peer.hello()
    peer.shake(size=4 * MIB)
    await peer.hang()


@case(Outcome.TIMEOUT)
async def slow_loris(peer: Peer) -> None:
    """Sends a byte now and then."""
    for byte in HELLO:
        peer.raw(bytes((byte,)))
        await asyncio.sleep(0.2)


@case(Outcome.TIMEOUT)
async def keeps_alive(peer: Peer) -> None:
    """Sends keep-alives and nothing else."""
    await peer.hello()
    while True:
        peer.raw(bytes(4))
        await asyncio.sleep(0.01)


@case(Outcome.TIMEOUT)
async def keeps_a_piece_back(peer: Peer) -> None:
    """Sends all pieces but the last."""
    await peer.hello()
    peer.shake()
    peer.piece(await peer.request())
    peer.piece(await peer.request())
    await peer.hang()
