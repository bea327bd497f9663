"""A peer that accepts on every loopback address, and never answers."""

import asyncio
import threading
from contextlib import suppress


class BlackHole:
    """Accepts on a port of every loopback address, and never answers.

    It runs in a thread, as the process of the network has no event loop.
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
