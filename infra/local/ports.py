"""Ports of loopback that nobody uses."""

import random
import socket
from collections.abc import Collection

from infra.local.errors import PortTakenError

LOOPBACK = "127.0.0.1"

RANGE = range(20_000, 30_000)
"""Where ports are taken from: below the ports that systems hand to outgoing connections (32768 up
on Linux, 49152 up on macOS). In that range a client that keeps trying a stopped server can be given
the server's own port, connect to itself, and keep the server from coming back.
"""

TRIES = 200
"""Random picks before giving up: enough unless nearly all of the range is in use."""


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without it the port of a server stopped a second ago looks taken (TIME_WAIT); a listening
        # one still does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Whether something accepts connections on `port` of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def pick(remembered: int | None = None, *, taken: Collection[int] = ()) -> int:
    """`remembered` if it is free, else a random free port that is not in `taken`.

    Raises:
        PortTakenError: hardly any port is free.
    """
    if remembered is not None and remembered not in taken and is_free(remembered):
        return remembered
    for _ in range(TRIES):
        # Random so that two stacks that start at once differ; nothing secret.
        port = random.choice(RANGE)  # noqa: S311
        if port not in taken and is_free(port):
            return port
    raise PortTakenError(
        f"found no free port in {RANGE.start}-{RANGE.stop - 1} after {TRIES} tries;"
        " close some programs"
    )
