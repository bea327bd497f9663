"""What the steps of a stage cost: CPU time of their own, and the time that passes meanwhile.

A process runs several stages, and a thread may run several of them in turns. So CPU is counted
where the work is done: between two pauses of a coroutine, or from the call of a function to its
return in the thread that runs it.
"""

import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, Generic, Protocol, TypeVar

Answer = TypeVar("Answer")
Given = TypeVar("Given")


class Meter(Protocol):
    """Who adds up what the steps of a stage cost."""

    def spent(self, step: str, cpu: float, seconds: float = 0.0) -> None:
        """Notes seconds of CPU that a step took, and seconds that passed until it was done."""


async def metered(meter: Meter, step: str, work: Awaitable[Answer]) -> Answer:
    """Awaits `work` and notes what it took, without what ran during its pauses."""
    return await _Watched(meter, step, work)


class _Watched(Generic[Answer]):
    def __init__(self, meter: Meter, step: str, work: Awaitable[Answer]) -> None:
        self._meter = meter
        self._step = step
        self._work = work

    def __await__(self) -> Generator[Any, Any, Answer]:
        work: Any = self._work.__await__()
        resume: Callable[[Any], Any] = work.send
        value: Any = None
        cpu, began = 0.0, time.monotonic()
        try:
            while True:
                started = time.thread_time()
                try:
                    awaited = resume(value)
                except StopIteration as end:
                    answer: Answer = end.value
                    return answer
                finally:
                    cpu += time.thread_time() - started
                try:
                    value = yield awaited
                    resume = work.send
                except BaseException as error:  # it is the coroutine's to handle: a cancellation
                    value = error
                    resume = work.throw
        finally:
            self._meter.spent(self._step, cpu, time.monotonic() - began)


def in_thread(
    meter: Meter, step: str, work: Callable[[Sequence[Given]], Answer]
) -> Callable[[Sequence[Given]], Answer]:
    """Returns `work` so that it notes the CPU of the thread that runs it.

    The time that passes is noted by whoever waits for the thread.
    """

    def run(items: Sequence[Given]) -> Answer:
        started = time.thread_time()
        try:
            return work(items)
        finally:
            meter.spent(step, time.thread_time() - started)

    return run
