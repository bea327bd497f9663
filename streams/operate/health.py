"""`/metrics` and `/health` of a process.

They are on loopback and a free port unless the settings say otherwise.
"""

import asyncio
import errno
from contextlib import suppress

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from infra.logging import get_logger
from infra.settings import Settings
from streams.operate.metrics import ProgressBoard
from streams.operate.offsets import OffsetWatch

log = get_logger(__name__)


class Monitor:
    """The small web server of one process. Start and stop it with the process.

    It answers from what was noted last: to look at `/health` changes nothing and asks nobody.
    """

    def __init__(self, settings: Settings, board: ProgressBoard) -> None:
        self._settings = settings
        self._board = board
        self._runner: web.AppRunner | None = None
        self._watching: asyncio.Task[None] | None = None
        self.address: str | None = None

    async def start(self) -> None:
        """Listens, and says where.

        A fixed port that another worker has is no reason not to work: it takes a free one.
        """
        application = web.Application()
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get("/health", self._health)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        try:
            await self._listen(self._runner, self._settings.metrics_port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            log.warning("metrics port is taken, using a free one", port=self._settings.metrics_port)
            await self._listen(self._runner, 0)
        self._watching = asyncio.create_task(OffsetWatch(self._settings, self._board).run())
        log.info(
            "metrics and health", metrics=f"{self.address}/metrics", health=f"{self.address}/health"
        )

    async def stop(self) -> None:
        """Stops listening and watching."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, runner: web.AppRunner, port: int) -> None:
        await web.TCPSite(runner, self._settings.metrics_host, port).start()
        host, bound = runner.addresses[-1][:2]
        self.address = f"http://{host}:{bound}"

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _health(self, request: web.Request) -> web.Response:
        health = self._board.health()
        return web.json_response(
            {"ok": health.ok, "stages": health.stages}, status=200 if health.ok else 503
        )
