"""How our own processes start, stop and fail: signals stop them cleanly, known errors are one line,
exit codes are kept.
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine

from aiokafka.errors import KafkaConnectionError

from infra.logging import configure
from infra.postgres.connect import DatabaseUnreachable
from infra.settings import settings
from models.registry import WeightsError
from streams.kafka.consumer import KafkaUnreachable, TopicsMissing


class StartError(Exception):
    """The process cannot start; the message says what to do."""


KNOWN = (DatabaseUnreachable, KafkaUnreachable, TopicsMissing, WeightsError, StartError)
"""Errors whose message is enough: no traceback is shown."""


def end_within(seconds: float = 30) -> None:
    """End this process with exit code 1 at the latest in so many seconds; for a failure after which
    it must not live on.

    The orderly way out asks Kafka to leave the group and may wait for it for ever when Kafka is
    what failed. Nothing is lost by a hard end: what was not acknowledged comes again.
    """
    timer = threading.Timer(seconds, os._exit, args=(1,))
    timer.daemon = True
    timer.start()


def until_signalled() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set; the loop that watches it finishes its batch and leaves."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def parser(prog: str, description: str, examples: str = "") -> argparse.ArgumentParser:
    """An argument parser as all our commands have it."""
    return argparse.ArgumentParser(
        prog=prog,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def run(work: Coroutine[object, object, None], prog: str, description: str) -> int:
    """Run a process without arguments (only `--help`) to its end; returns its exit code."""
    parser(prog, description).parse_args()
    configure(settings())
    return finish(work)


def finish(work: Coroutine[object, object, None]) -> int:
    """Run to the end: 0, or 1 with one line for a known error; an unknown one keeps its traceback
    (and exit code 1).
    """
    try:
        asyncio.run(work)
    except KNOWN as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KafkaConnectionError:
        print(
            f"Kafka does not answer at {settings().kafka_bootstrap}; `python -m infra.local up` starts one",
            file=sys.stderr,
        )  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
