"""The console that the demo leaves running, and the address where it is seen."""

import re
import time
from importlib.util import find_spec

from streams.lab.processes import Processes, python

UP_SECONDS = 30.0
"""For the console to come up."""


class Closed(Exception):
    """There is no console; the message says why."""


def opened(processes: Processes) -> str:
    """Starts the console, at another port if the usual one is taken; returns its address.

    Raises:
        Closed: it is not installed, or does not come up.
    """
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise Closed("no console: the extra web is not installed")
    for port in ([], ["--port", "0"]):
        processes.start("web", python("-m", "streams.web", *port))
        until = time.monotonic() + UP_SECONDS
        while time.monotonic() < until and processes.code("web") is None:
            if address := re.search(r"url=(http://\S+)", processes.tail("web")):
                return address[1]
            time.sleep(0.2)
    raise Closed(f"the console did not come up; look into {processes.log('web')}")
