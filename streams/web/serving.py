"""The server of our HTTP services: what all of them have in common, and how a signal ends it."""

import signal
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp


def configured(app: ASGIApp, **more: Any) -> uvicorn.Config:
    """How an application is served.

    Args:
        app: the application.
        more: further settings of uvicorn.
    """
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # a query may hold a key
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        log_level="warning",
        **more,
    )


class Server(uvicorn.Server):
    """Ends in order at a signal, and returns.

    uvicorn itself would raise the signal again, which ends the process before whoever called
    `serve` could take back what it announced.
    """

    _is_interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to end; a second Ctrl-C waits for no request."""
        if sig == signal.SIGINT:
            self.force_exit = self._is_interrupted
            self._is_interrupted = True
        self.should_exit = True

    async def serve(self, sockets: Any = None) -> None:
        """Serves until a signal.

        Raises:
            KeyboardInterrupt: it was Ctrl-C.
        """
        await super().serve(sockets)
        if self._is_interrupted:
            raise KeyboardInterrupt
