"""The command `python -m streams.inference`: listens until it is stopped."""

import socket
from contextlib import closing

from infra.logging import configure, get_logger
from infra.settings import Settings, settings
from streams.operate.capabilities.announcer import Announced, Announcer
from streams.operate.metrics import ProgressBoard
from streams.operate.process import finish, parser
from streams.operate.targets import Target
from streams.web.inference.app import create_app
from streams.web.inference.brains import Brains
from streams.web.listening import address, listening, port
from streams.web.serving import Server, configured

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.inference                    on loopback
  python -m streams.inference --port 0           on a free port, which is logged
  STREAMS_INFERENCE_ALLOWED_HOSTS=brains.example python -m streams.inference --host 0.0.0.0
      for other machines, too, which must say under which name they reach it; no key is asked for

  curl -s http://127.0.0.1:8378/v1/classify -d '{"items": ["Big.Buck.Bunny.2008.1080p.BluRay"]}'

It needs neither Kafka nor Postgres. Where Kafka answers, others are told that it is here. A stage
whose runtime is missing answers 503 and says what to do.

exit codes: 0 stopped by SIGTERM; 130 stopped by Ctrl-C; 1 it cannot run, the last line says why;
2 wrong options
"""

_KEEP_ALIVE = 30
"""Seconds that a connection may be idle; longer than most clients keep theirs."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser(
        "python -m streams.inference", "Classify, extract and match over HTTP.", _EXAMPLES
    )
    reading.add_argument("--host", metavar="ADDRESS", help="address (STREAMS_INFERENCE_HOST)")
    reading.add_argument("--port", type=port, metavar="PORT", help="port (STREAMS_INFERENCE_PORT)")
    chosen = reading.parse_args(arguments)
    asked = {"inference_host": chosen.host, "inference_port": chosen.port}
    current = settings().model_copy(
        update={name: value for name, value in asked.items() if value is not None}
    )
    configure(current)
    try:
        return finish(serve(current))
    except KeyboardInterrupt:
        return 130


async def serve(current: Settings) -> None:
    """Listens until SIGINT or SIGTERM.

    Raises:
        StartError: the address cannot be used.
    """
    board = ProgressBoard(current.stall_after)
    brains = Brains(current, board)
    with closing(listening(current.inference_host, current.inference_port)) as listener:
        url = address(current.inference_host, listener)
        announced = Announced("inference", brains.offers, board, _from_elsewhere(url))
        announcer = Announcer(current, announced)
        target = Target(current, "inference")
        try:
            app = create_app(current, brains, announcer.capabilities)
            server = Server(configured(app, timeout_keep_alive=_KEEP_ALIVE))
            brains.warm()
            announcer.start()
            target.announce(url)
            for lack in brains.lacks():
                log.warning("no runtime", stage=lack.stage.value, lacks=lack.runtime, do=lack.do)
            log.info("inference is open", url=url)
            await server.serve(sockets=[listener])
        finally:
            await announcer.stop()
            target.withdraw()
            brains.stop()


def _from_elsewhere(url: str) -> str:
    """The address as other machines say it, where all addresses of this one are listened on."""
    return url.replace("//localhost:", f"//{socket.gethostname()}:")
