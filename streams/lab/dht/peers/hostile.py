"""Peers that break the rules: malformed messages, floods and forged data."""

import os

from streams.crawl.fetch import PIECE, Outcome
from streams.lab.dht.peers.peer import INFO, Peer, case


@case(Outcome.BAD_FRAME)
async def four_gigabyte_frame(peer: Peer) -> None:
    """Announces a frame of four gigabytes."""
    await peer.hello()
    peer.raw(b"\xff\xff\xff\xff")
    await peer.hang()


@case(Outcome.BAD_FRAME)
async def http_after_hello(peer: Peer) -> None:
    """Is a web client after its handshake."""
    await peer.hello()
    peer.raw(b"GET / HTTP/1.1\r\n\r\n")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_is_noise(peer: Peer) -> None:
    """Sends an extension handshake that is not bencoded."""
    await peer.hello()
    peer.extended(0, os.urandom(60))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_is_a_list(peer: Peer) -> None:
    """Sends a list for a dictionary."""
    await peer.hello()
    peer.extended(0, b"le")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_nests_deep(peer: Peer) -> None:
    """Sends lists in lists in lists."""
    await peer.hello()
    peer.extended(0, b"l" * 4_000 + b"e" * 4_000)
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def handshake_with_a_long_number(peer: Peer) -> None:
    """Sends a number of 400 digits."""
    await peer.hello()
    peer.extended(0, b"d13:metadata_sizei" + b"9" * 400 + b"ee")
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def piece_before_handshake(peer: Peer) -> None:
    """Sends a piece before it was asked."""
    await peer.hello()
    peer.piece(0)
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_piece_not_asked_for(peer: Peer) -> None:
    """Sends a piece far beyond the end."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": 99, b"total_size": len(INFO)}, bytes(PIECE))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_piece_number_below_zero(peer: Peer) -> None:
    """Sends a piece before the first."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": -1}, bytes(PIECE))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_short_piece(peer: Peer) -> None:
    """Sends ten bytes of a piece."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, bytes(10))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def a_long_piece(peer: Peer) -> None:
    """Sends a byte too much."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, bytes(PIECE + 1))
    await peer.hang()


@case(Outcome.BAD_MESSAGE)
async def an_unknown_kind(peer: Peer) -> None:
    """Sends a message of a kind that BEP 9 does not know."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 9, b"piece": 0}, bytes(PIECE))
    await peer.hang()


@case(Outcome.REJECTED)
async def rejects(peer: Peer) -> None:
    """Refuses to send."""
    await peer.hello()
    peer.shake()
    peer.extended(1, {b"msg_type": 2, b"piece": await peer.request()})
    await peer.hang()


@case(Outcome.TOO_MUCH)
async def floods_with_haves(peer: Peer) -> None:
    """Sends small messages without end."""
    await peer.hello()
    while True:
        for _ in range(1_000):
            peer.frame(b"\x04" + bytes(100))
        await peer.writer.drain()


@case(Outcome.TOO_MUCH)
async def floods_with_bitfields(peer: Peer) -> None:
    """Sends large messages without end."""
    await peer.hello()
    while True:
        peer.frame(b"\x05" + bytes(200_000))
        await peer.writer.drain()


@case(Outcome.TOO_MUCH)
async def the_same_piece_for_ever(peer: Peer) -> None:
    """Sends the first piece without end."""
    await peer.hello()
    peer.shake()
    at = await peer.request()
    while True:
        peer.piece(at)
        await peer.writer.drain()


@case(Outcome.WRONG_HASH)
async def other_data(peer: Peer) -> None:
    """Sends zeros of the right length."""
    await peer.hello()
    peer.shake()
    await peer.serve(bytes(len(INFO)))


@case(Outcome.WRONG_HASH)
async def a_smaller_size(peer: Peer) -> None:
    """Names a smaller size, and sends the start."""
    await peer.hello()
    peer.shake(size=100)
    peer.extended(1, {b"msg_type": 1, b"piece": await peer.request()}, INFO[:100])
    await peer.hang()
