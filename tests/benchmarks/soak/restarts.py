"""Workers that are ended while events come: in order and by force, in turn."""

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


def planned(number: int, workers: list[str]) -> tuple[str, signal.Signals]:
    """Which worker the n-th restart ends, and how: each is told first and killed next.

    Then it is the next worker's turn, so that each of them is ended both ways and has long lives
    in between.
    """
    names = sorted(workers)
    return names[number // len(SIGNALS) % len(names)], SIGNALS[number % len(SIGNALS)]


def end(number: int, pids: Mapping[str, int]) -> Restart | None:
    """Ends the worker whose turn it is; None if it is not running right now."""
    workers = [name for name in pids if name.startswith("worker")]
    if not workers:
        return None
    name, by = planned(number, workers)
    with suppress(ProcessLookupError):
        os.kill(pids[name], by)
        return Restart(name, pids[name], by.name)
    return None
