"""A worker that is ended while events come: in order and by force, in turn.

It is always the same one, so that the others live as long as the run and show what they gather.
"""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

SIGNALS = (signal.SIGTERM, signal.SIGKILL)


@dataclass(frozen=True)
class Restart:
    """One end of a worker; `streams.run` starts it again."""

    worker: str
    pid: int
    by: str


def end(number: int, pids: Mapping[str, int]) -> Restart | None:
    """Ends the first worker, told at even turns and killed at odd ones; None if there is none."""
    workers = sorted(name for name in pids if name.startswith("worker"))
    if not workers:
        return None
    name, by = workers[0], SIGNALS[number % len(SIGNALS)]
    with suppress(ProcessLookupError):
        os.kill(pids[name], by)
        return Restart(name, pids[name], by.name)
    return None
