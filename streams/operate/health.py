"""`/metrics` and `/health` of a process, and the end of one that could not answer any more.

They are on loopback and a free port unless the settings say otherwise.
"""

import errno
import math
import shutil
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from infra.logging import get_logger
from infra.settings import Settings
from streams.operate.background import Background
from streams.operate.capabilities.watch import RuntimesWatch
from streams.operate.metrics import DISK_FREE, ProgressBoard
from streams.operate.offsets import OffsetWatch
from streams.operate.targets import Target
from streams.operate.watchdog import Watchdog

log = get_logger(__name__)


class Monitor:
    """The small web server of one process. Start and stop it with the process.

    It answers from what was noted last: to look at `/health` changes nothing and asks nobody.

    Args:
        settings: where it listens.
        board: the stages that it tells of.
        process: what kind of process it is, as Prometheus finds it (`streams.operate.targets`).
        runtimes: who it says is there, in a process that runs no models itself.
    """

    def __init__(
        self,
        settings: Settings,
        board: ProgressBoard,
        process: str,
        runtimes: RuntimesWatch | None = None,
    ) -> None:
        self._settings = settings
        self._board = board
        self._runtimes = runtimes
        self._target = Target(settings, process)
        self._runner: web.AppRunner | None = None
        self._watching = Background(self._watch_offsets)
        self._watchdog = Watchdog()
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
        assert self.address is not None
        self._target.announce(self.address)
        DISK_FREE.labels("home").set_function(self._disk_free)
        self._watching.start()
        self._watchdog.start()
        if self._runtimes is not None:
            self._runtimes.start()
        log.info(
            "metrics and health", metrics=f"{self.address}/metrics", health=f"{self.address}/health"
        )

    async def stop(self) -> None:
        """Stops listening and watching."""
        await self._watchdog.stop()
        self._target.withdraw()
        if self._runtimes is not None:
            await self._runtimes.stop()
        await self._watching.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, runner: web.AppRunner, port: int) -> None:
        await web.TCPSite(runner, self._settings.metrics_host, port).start()
        host, bound = runner.addresses[-1][:2]
        self.address = f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"

    async def _watch_offsets(self) -> None:
        await OffsetWatch(self._settings, self._board).run()

    def _disk_free(self) -> float:
        """Asked by each scrape: one call to the system."""
        try:
            return shutil.disk_usage(self._settings.home).free
        except OSError:  # the folder is not there
            return math.nan

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _health(self, request: web.Request) -> web.Response:
        health = self._board.health()
        content: dict[str, Any] = {"ok": health.ok, "stages": health.stages}
        if self._runtimes is not None:
            # That a runtime is missing is told, and no fault of this process.
            content["runtimes"] = self._runtimes.told()
        return web.json_response(content, status=200 if health.ok else 503)
