"""Bounded retry of infrastructure calls.

They are the only failures that are worth trying again, and never for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from infra.logging import get_logger
from infra.postgres.connect import TRANSIENT
from infra.settings import Settings

log = get_logger(__name__)

Answer = TypeVar("Answer")

INFRASTRUCTURE: tuple[type[BaseException], ...] = (*TRANSIENT, TimeoutError, KafkaError)
"""What is mostly nobody's record's fault; `is_infrastructure` knows the exceptions."""


def is_infrastructure(error: BaseException) -> bool:
    """Whether trying again may help.

    After the last try such a failure is raised on, the process ends and its supervisor restarts it.
    A value that no column can take is asyncpg's `InterfaceError`, but a `ValueError`, too: no
    number of tries makes it fit.
    """
    return isinstance(error, INFRASTRUCTURE) and not isinstance(
        error, ValueError | MessageSizeTooLargeError
    )


async def with_retry(
    settings: Settings, what: str, call: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Awaits `call()`, again after a growing pause while the infrastructure fails.

    Raises:
        Exception: the last failure, after `retry_attempts` tries. With the defaults that are
            0.5 + 1 + 2 + 4 s of pauses, well under the consumer's poll interval, so that the group
            does not rebalance meanwhile. A failure that is not of the infrastructure is raised at
            once.
    """
    delay = settings.retry_first_delay
    for attempt in range(1, settings.retry_attempts):
        try:
            return await call()
        except INFRASTRUCTURE as error:
            if not is_infrastructure(error):
                raise
            log.warning(
                "infrastructure failed, trying again",
                what=what,
                attempt=attempt,
                pause=delay,
                error=repr(error),
            )
            await asyncio.sleep(delay)
            delay *= 2
    return await call()
