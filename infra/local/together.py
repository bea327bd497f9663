"""Servers started, or stopped, at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event

from infra.local.errors import StackError


def together(*works: Callable[[], None], cancelled: Event | None = None) -> None:
    """Run all at once; all have ended on return.

    Ctrl-C, or the failure of one, sets `cancelled` for the others.

    Raises:
        StackError: what failed; of all where several did.
    """
    cancelled = cancelled or Event()

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            cancelled.set()
            raise

    with ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[None]] = [pool.submit(guarded, work) for work in works]
        try:
            wait(futures)
        except BaseException:
            cancelled.set()
            raise
    problems = [problem for future in futures if (problem := future.exception())]
    if len(problems) > 1 and all(isinstance(problem, StackError) for problem in problems):
        raise StackError("\n".join(map(str, problems))) from problems[0]
    for problem in problems:
        raise problem
