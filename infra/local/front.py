"""TLS for a server of loopback that speaks Postgres' protocol and has none itself.

The embedded Postgres is built without OpenSSL. This takes connections the way a Postgres with
`hostssl` lines does: it answers the request for TLS, refuses whoever goes on without, and passes
everything else on. It needs nothing but Python, and is run as a file, whatever the folder.

    python -P infra/local/front.py CONFIG.json    {"port": …, "to": …, "certificate": …, "key": …}
"""

import asyncio
import json
import signal
import ssl
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
_CHUNK = 256 * 1024
_GREETING_SECONDS = 10.0
_TLS_REQUEST = 80_877_103
_GSS_REQUEST = 80_877_104
_NO_TLS = b"SFATAL\0VFATAL\0C28000\0Mthis server takes TLS connections only (sslmode)\0\0"


class Front:
    """Takes connections with TLS and passes them to the port `to` of loopback, without."""

    def __init__(self, to: int, context: ssl.SSLContext) -> None:
        self._to = to
        self._context = context

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        try:
            async with asyncio.timeout(_GREETING_SECONDS):
                is_safe = await self._secured(reader, writer)
            if is_safe:
                await self._pass_on(reader, writer)
        except (OSError, EOFError, TimeoutError):
            pass  # whoever asked went away, or speaks something else
        finally:
            writer.close()

    async def _secured(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the client speaks TLS now."""
        while True:
            _, code = struct.unpack(">ii", await reader.readexactly(8))
            if code == _TLS_REQUEST:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(self._context)
                return True
            if code != _GSS_REQUEST:
                writer.write(b"E" + struct.pack(">i", len(_NO_TLS) + 4) + _NO_TLS)
                await writer.drain()
                return False
            writer.write(b"N")
            await writer.drain()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(LOOPBACK, self._to)
        try:
            ways = [
                asyncio.create_task(_copied(reader, behind_writer)),
                asyncio.create_task(_copied(behind_reader, writer)),
            ]
            # Postgres ends a session, or its client does: the other half has nothing to say then.
            _, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in others:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            behind_writer.close()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()


async def serve(config: dict[str, Any]) -> None:
    """Serve until SIGTERM."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config["certificate"], config["key"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    front = Front(int(config["to"]), context)
    server = await asyncio.start_server(front.take, LOOPBACK, int(config["port"]))
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
