"""The server of llama-cpp-python, started with a model and ended after use."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def llama(base: Path, folder: Path) -> Iterator[str]:
    """llama-cpp-python's own server with a model, under nice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    model = {"model": str(base), "model_alias": "m", "n_ctx": 1024, "n_threads": 1}
    model |= {"n_threads_batch": 1, "logits_all": False, "verbose": False}
    settings = folder / "server.json"
    settings.write_text(json.dumps({"host": "127.0.0.1", "port": port, "models": [model]}))
    command = ["nice", "-n", "10", sys.executable, "-m", "llama_cpp.server"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--config_file", str(settings)], stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{url}/v1/models").status_code == httpx.codes.OK)
        yield url
    finally:
        server.kill()
        server.wait()


def wait_for(check: Callable[[], bool], within: float = 120) -> None:
    """Wait until a server answers.

    Raises:
        TimeoutError: it does not.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if check():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise TimeoutError("the server does not answer")
