"""`/metrics` and `/health` of a process, on loopback and a free port unless the settings say
otherwise.
"""

import errno
import socket

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from infra.logging import get_logger
from infra.settings import Settings
from streams.operate.metrics import Stages

log = get_logger(__name__)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class Monitor:
    """The small web server of one process. Start and stop it with the process."""

    def __init__(self, settings: Settings, stages: Stages) -> None:
        self._settings = settings
        self._stages = stages
        self._runner: web.AppRunner | None = None
        self.address: str | None = None

    async def start(self) -> None:
        """Listen, and say where. A fixed port that another worker has is no reason not to work:
        take a free one.
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
        log.info(
            "metrics and health", metrics=f"{self.address}/metrics", health=f"{self.address}/health"
        )

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, runner: web.AppRunner, port: int) -> None:
        await web.TCPSite(runner, self._settings.metrics_host, port).start()
        host, bound = runner.addresses[-1][:2]
        self.address = f"http://{host}:{bound}"

    async def _metrics(self, request: web.Request) -> web.Response:
        self._stages.health()  # refreshes the lag gauges
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _health(self, request: web.Request) -> web.Response:
        health = self._stages.health()
        return web.json_response(
            {"ok": health.ok, "stages": health.stages}, status=200 if health.ok else 503
        )
