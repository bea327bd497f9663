"""The command `python -m streams.web`: listens until it is stopped."""

import argparse
import os
import socket
import sys
from contextlib import closing

import uvicorn

from infra.logging import configure, get_logger
from infra.settings import Settings, settings
from streams.operate.process import StartError, finish, parser
from streams.operate.targets import Target
from streams.web.app import create_app
from streams.web.context import opened
from streams.web.live import Live

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.web                          the console on loopback
  python -m streams.web --port 0                 on a free port, which is logged
  STREAMS_WEB_ALLOWED_HOSTS=media.example python -m streams.web --host 0.0.0.0
      for other machines, too, which must say under which name they reach it

It reads Postgres as mimmo_reader and can change nothing there. Everything it shows it brings along;
browsers load nothing from elsewhere. Put a proxy with TLS before it where others reach it.

exit codes: 0 stopped by SIGTERM; 130 stopped by Ctrl-C; 1 it cannot run, the last line says why;
2 wrong options
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser("python -m streams.web", "Search, look and correct in a browser.", _EXAMPLES)
    reading.add_argument("--host", metavar="ADDRESS", help="address (STREAMS_WEB_HOST)")
    reading.add_argument("--port", type=_port, metavar="PORT", help="port (STREAMS_WEB_PORT)")
    chosen = reading.parse_args(arguments)
    asked = {"web_host": chosen.host, "web_port": chosen.port}
    current = settings().model_copy(
        update={name: value for name, value in asked.items() if value is not None}
    )
    configure(current)
    give_way(current.web_nice)
    try:
        return finish(serve(current))
    except KeyboardInterrupt:
        return 130


def give_way(nice: int) -> None:
    """Lets workers and store go first on a busy machine; never takes a higher place again.

    Args:
        nice: the niceness, 0 to 19; a process that is nicer already stays so.
    """
    if hasattr(os, "setpriority"):  # not on Windows
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, nice))


async def serve(current: Settings) -> None:
    """Listens until SIGINT or SIGTERM.

    Raises:
        StartError: the address cannot be used.
        DatabaseUnreachable: Postgres does not answer.
    """
    with closing(listening(current.web_host, current.web_port)) as listener:
        async with opened(current) as context:
            app = create_app(context)
            config = uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # a query may hold a key
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=5,
                log_level="warning",
            )
            url = address(current.web_host, listener)
            log.info("the console is open", url=url)
            target = Target(current, "web")
            target.announce(url)
            server = Server(config)
            server.live = app.state.live
            try:
                await server.serve(sockets=[listener])
            finally:
                target.withdraw()


class Server(uvicorn.Server):
    """Ends the live pages first: they would stay open for ever."""

    live: Live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening and lets every request end."""
        self.live.end()
        await super().shutdown(sockets)


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound.

    Raises:
        StartError: another program has the port, or the address is not of this machine.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise StartError(
            f"cannot listen on {host} port {port} ({error.strerror or error}); take another one"
            " with --port, or a free one with --port 0"
        ) from error
    return listener


def address(host: str, listener: socket.socket) -> str:
    """What to type into a browser."""
    shown = "localhost" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    return f"http://{shown}:{listener.getsockname()[1]}/"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("must be a port, 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
