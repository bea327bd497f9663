"""Where a server of ours listens."""

import argparse
import socket

from streams.operate.process import StartError


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


def port(text: str) -> int:
    """A port of the command line."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("must be a port, 0 to 65535")
    return int(text)
