"""Bounded retry of infrastructure calls: the only failures that are worth trying again, and never
for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError

from infra.logging import get_logger
from infra.postgres.connect import TRANSIENT
from infra.settings import Settings

log = get_logger(__name__)

Answer = TypeVar("Answer")

INFRASTRUCTURE: tuple[type[BaseException], ...] = (*TRANSIENT, TimeoutError, KafkaError)
"""What is nobody's record's fault. After the last try it is raised on, the process ends and its
supervisor restarts it.
"""


async def with_retry(
    settings: Settings, what: str, call: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Await `call()`, again after a growing pause while the infrastructure fails.

    Raises: the last failure, after `retry_attempts` tries: with the defaults 0.5 + 1 + 2 + 4 s of
        pauses, well under the consumer's poll interval, so that the group does not rebalance
        meanwhile.
    """
    delay = settings.retry_first_delay
    for attempt in range(1, settings.retry_attempts):
        try:
            return await call()
        except INFRASTRUCTURE as error:
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
