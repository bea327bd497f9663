"""The command of the console: what it needs, where it listens, and what the supervisor starts."""

import os
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

from infra.settings import Settings
from streams.operate import run_command
from streams.operate.process import StartError
from streams.web import __main__ as door
from streams.web.listening import address, listening


def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: None if name == "uvicorn" else find_spec)
    assert door.main([]) == 1
    assert "needs uvicorn" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(StartError, match="--port 0"):
            listening("127.0.0.1", port)
        assert address("0.0.0.0", first) == f"http://localhost:{port}/"
        assert address("::1", first) == f"http://[::1]:{port}/"
        assert isinstance(first, socket.socket)


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(SystemExit) as ended:
        door.main(["--port", port])
    assert ended.value.code == 2


def test_the_supervisor_starts_the_console_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (child,) = run_command.console(3, Settings(metrics_port=9000))
    assert child.command[-1] == "streams.web"
    assert child.optional
    assert child.environment["STREAMS_METRICS_PORT"] == "9003"
    monkeypatch.setattr(run_command, "find_spec", lambda name: None)
    assert run_command.console(3, Settings()) == []


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="niceness is of Unix")
def test_the_console_gives_way_and_never_takes_back() -> None:
    code = (
        "import os; from streams.web.command import give_way; own = os.getpriority(0, 0);"
        "give_way(12); give_way(3); assert os.getpriority(0, 0) == max(own, 12)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


_SERVING = """
import sys
from streams.operate.process import finish
from streams.web.listening import listening
from streams.web.serving import Server, configured

async def app(scope, receive, send): ...

class Telling(Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("open", flush=True)

async def serve():
    with listening("127.0.0.1", 0) as listener:
        server = Telling(configured(app))
        try:
            await server.serve(sockets=[listener])
        finally:
            print("taken back", flush=True)

sys.exit(finish(serve()))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_a_server_in_order(number: signal.Signals, code: int) -> None:
    with subprocess.Popen([sys.executable, "-c", _SERVING], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        process.send_signal(number)
        assert process.stdout.read() == b"taken back\n"
    assert process.returncode == code
