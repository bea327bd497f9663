"""A process that hangs ends itself, and whoever keeps it alive starts it again.

Kafka gives its partitions to others after a session, but nobody would start it again: it lives, and
does nothing.
"""

import asyncio
import faulthandler

from streams.operate.background import Background

HANGS_AFTER = 180.0
"""Seconds in which the loop did not come round. A batch of 16 MiB is decoded on it, which took ten
seconds where other programs had most of two cores.
"""
_ROUNDS = 20
_STANDARD_ERROR = 2
"""Not `sys.stderr`: Faust puts a logger there, which has no file."""


class Watchdog(Background):
    """Ends the process with exit code 1 when its loop stands still, from its start to its stop.

    What every thread was at is written to standard error first. It works where Python itself
    stands still, too, since the thread that waits is not Python's. A process has one: of several
    the last that came round counts.
    """

    def __init__(self) -> None:
        super().__init__(_come_round)


async def _come_round() -> None:
    try:
        while True:
            faulthandler.dump_traceback_later(HANGS_AFTER, exit=True, file=_STANDARD_ERROR)
            await asyncio.sleep(HANGS_AFTER / _ROUNDS)
    finally:
        faulthandler.cancel_dump_traceback_later()
