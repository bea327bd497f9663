"""Peers that give the metadata, each in its own way."""

import asyncio
import struct

from streams.crawl.fetch import PIECE, Outcome
from streams.lab.dht.peers.peer import INFO, MIB, Peer, case, encoded


@case(Outcome.OK)
async def honest(peer: Peer) -> None:
    """Gives what is asked for."""
    await peer.hello()
    peer.shake()
    await peer.serve()


@case(Outcome.OK)
async def chatty(peer: Peer) -> None:
    """Sends much that is of no interest, and then the metadata."""
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
    """Sends the last piece first."""
    await peer.hello()
    peer.shake()
    for at in sorted([await peer.request() for _ in range(3)], reverse=True):
        peer.piece(at)
    await peer.hang()


@case(Outcome.OK)
async def a_piece_twice(peer: Peer) -> None:
    """Sends every piece twice."""
    await peer.hello()
    peer.shake()
    for at in [await peer.request() for _ in range(3)]:
        peer.piece(at)
        peer.piece(at)
    await peer.hang()


@case(Outcome.OK)
async def unknown_keys(peer: Peer) -> None:
    """Has keys in its messages that no specification knows."""
    await peer.hello()
    peer.shake()
    for _ in range(3):
        peer.piece(await peer.request(), zz=b"?" * 100)
    await peer.hang()


@case(Outcome.OK)
async def shakes_twice_with_another_size(peer: Peer) -> None:
    """Names another size when it is too late."""
    await peer.hello()
    peer.shake()
    peer.shake(size=4 * MIB)
    await peer.serve()


@case(Outcome.OK)
async def a_byte_at_a_time(peer: Peer) -> None:
    """Sends its frames in small parts."""
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
