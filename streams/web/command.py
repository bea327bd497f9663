"""The command `python -m streams.web`: listens until it is stopped."""

import os
import socket
import sys
from contextlib import closing

from infra.logging import configure, get_logger
from infra.settings import Settings, settings
from streams.operate.process import finish, parser
from streams.operate.targets import Target
from streams.web.app import create_app
from streams.web.context import opened
from streams.web.listening import address, listening, port
from streams.web.live import Live
from streams.web.serving import Server, configured

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
    reading.add_argument("--port", type=port, metavar="PORT", help="port (STREAMS_WEB_PORT)")
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
            url = address(current.web_host, listener)
            log.info("the console is open", url=url)
            target = Target(current, "web")
            target.announce(url)
            server = ConsoleServer(configured(app))
            server.live = app.state.live
            app.state.runtimes.start()
            try:
                await server.serve(sockets=[listener])
            finally:
                await app.state.runtimes.stop()
                target.withdraw()


class ConsoleServer(Server):
    """Ends the live pages first: they would stay open for ever."""

    live: Live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening and lets every request end."""
        self.live.end()
        await super().shutdown(sockets)


if __name__ == "__main__":
    sys.exit(main())
