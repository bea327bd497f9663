"""Telling the DHT of a peer."""

import asyncio
import os
from typing import Any

import libtorrent as lt

from streams.lab.dht.peers.peer import encoded


async def announce(node: tuple[str, int], infohash: bytes, port: int) -> None:
    """Tell a DHT node that a peer of this address has a torrent.

    BEP 5: first the token is asked for, then comes the announce.
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
