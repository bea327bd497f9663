"""How our own processes start, stop and fail.

Signals stop them cleanly, known errors are one line, and exit codes are kept.
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaConnectionError

from infra.logging import configure, get_logger
from infra.postgres.connect import DatabaseUnreachable
from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from models.registry import WeightsError
from streams.kafka.client import NOT_ALLOWED, KafkaUnreachable, not_allowed, unreachable
from streams.kafka.consumer import TopicsMissing

log = get_logger(__name__)


class StartError(Exception):
    """The process cannot start; the message says what to do."""


KNOWN = (
    DatabaseUnreachable,
    KafkaUnreachable,
    TopicsMissing,
    WeightsError,
    BanRulesInvalid,
    StartError,
)
"""Errors whose message is enough: no traceback is shown.

`WeightsError` is the base of whatever is wrong with a model: it is not on this machine, not the
right file, or cannot be loaded here.
"""


def end_within(seconds: float = 30) -> None:
    """Ends this process with exit code 1 at the latest in so many seconds.

    It is for a failure after which the process must not live on. The orderly way out asks Kafka to
    leave the group and may wait for it for ever when Kafka is what failed. Nothing is lost by a
    hard end: what was not acknowledged comes again.
    """
    timer = threading.Timer(seconds, os._exit, args=(1,))
    timer.daemon = True
    timer.start()


@contextmanager
def ending_the_process(stage: str) -> Iterator[None]:
    """Ends the process when its block fails: what the block was about is not acknowledged."""
    try:
        yield
    except Exception:
        log.exception(
            "stage failed, the process ends; nothing of the batch is acknowledged", stage=stage
        )
        end_within()
        raise


def until_signalled() -> asyncio.Event:
    """Returns an event that SIGINT and SIGTERM set.

    The loop that watches it finishes its batch and leaves.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def parser(prog: str, description: str, examples: str = "") -> argparse.ArgumentParser:
    """Returns an argument parser as all our commands have it."""
    return argparse.ArgumentParser(
        prog=prog,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def run(work: Coroutine[object, object, None], prog: str, description: str) -> int:
    """Runs a process without arguments (only `--help`) to its end; returns its exit code."""
    parser(prog, description).parse_args()
    configure(settings())
    return finish(work)


def finish(work: Coroutine[object, object, None]) -> int:
    """Runs to the end: 0, or 1 with one line for a known error.

    An unknown error keeps its traceback (and ends with exit code 1).
    """
    try:
        asyncio.run(work)
    except KNOWN as error:
        _complain(str(error))
        return 1
    except NOT_ALLOWED as error:
        _complain(not_allowed(error))
        return 1
    except KafkaConnectionError:
        _complain(str(asyncio.run(unreachable(settings()))))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
