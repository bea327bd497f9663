"""Work of a process that goes on beside everything else, until it is stopped."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress


class Background:
    """One task, from its start to its stop.

    Args:
        work: called at the start, on the loop.
    """

    def __init__(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    @property
    def is_started(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._task is not None

    def start(self) -> None:
        """Called on the loop that it goes on."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Cancels it, and waits for its end. Nothing happens if it never began."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None
