"""Peers that speak of something else: another protocol, another torrent, no metadata or no size."""

import os

from streams.crawl.fetch import Outcome
from streams.lab.dht.peers.peer import MIB, Peer, case


@case(Outcome.NOT_BITTORRENT)
async def speaks_http(peer: Peer) -> None:
    """Is a web server."""
    peer.raw(
        b"HTTP/1.1 400 Bad Request\r\nServer: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        * 2
    )
    await peer.hang()


@case(Outcome.NOT_BITTORRENT)
async def echoes_noise(peer: Peer) -> None:
    """Sends bytes that mean nothing."""
    peer.raw(os.urandom(100))
    await peer.hang()


@case(Outcome.OTHER_TORRENT)
async def another_infohash(peer: Peer) -> None:
    """Has another torrent."""
    await peer.hello(infohash=b"x" * 20)
    await peer.hang()


@case(Outcome.NO_EXTENSIONS)
async def knows_no_extensions(peer: Peer) -> None:
    """Speaks plain BEP 3."""
    await peer.hello(reserved=bytes(8))
    await peer.hang()


@case(Outcome.NO_METADATA)
async def no_ut_metadata(peer: Peer) -> None:
    """Speaks other extensions."""
    await peer.hello()
    peer.extended(0, {b"m": {b"ut_pex": 1}, b"metadata_size": 100})
    await peer.hang()


@case(Outcome.NO_METADATA)
async def ut_metadata_is_zero(peer: Peer) -> None:
    """Has switched the extension off."""
    await peer.hello()
    peer.shake(metadata=0)
    await peer.hang()


@case(Outcome.NO_METADATA)
async def ut_metadata_is_huge(peer: Peer) -> None:
    """Names a message id that no byte holds."""
    await peer.hello()
    peer.shake(metadata=1 << 40)
    await peer.hang()


@case(Outcome.NO_METADATA)
async def m_is_a_list(peer: Peer) -> None:
    """Lists its extensions without ids."""
    await peer.hello()
    peer.extended(0, {b"m": [1, 2], b"metadata_size": 100})
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def no_size(peer: Peer) -> None:
    """Does not know the size."""
    await peer.hello()
    peer.extended(0, {b"m": {b"ut_metadata": 3}})
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_zero(peer: Peer) -> None:
    """Has metadata of no bytes."""
    await peer.hello()
    peer.shake(size=0)
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_negative(peer: Peer) -> None:
    """Has metadata of less than no bytes."""
    await peer.hello()
    peer.shake(size=-5)
    await peer.hang()


@case(Outcome.BAD_SIZE)
async def size_is_text(peer: Peer) -> None:
    """Writes the size as text."""
    await peer.hello()
    peer.shake(size=b"12")
    await peer.hang()


@case(Outcome.TOO_BIG)
async def size_six_megabytes(peer: Peer) -> None:
    """Names a size that is above the limit."""
    await peer.hello()
    peer.shake(size=6 * MIB)
    await peer.hang()


@case(Outcome.TOO_BIG)
async def size_of_a_planet(peer: Peer) -> None:
    """Names the largest size that a number holds."""
    await peer.hello()
    peer.shake(size=(1 << 63) - 1)
    await peer.hang()
