"""Two servers started, or stopped, at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event

from infra.local.errors import StackError


def both(
    first: Callable[[], None], second: Callable[[], None], cancelled: Event | None = None
) -> None:
    """Run both at once; both have ended on return.

    Ctrl-C, or the failure of one, sets `cancelled` for the other.

    Raises:
        StackError: what failed; of both when both did.
    """
    cancelled = cancelled or Event()

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            cancelled.set()
            raise

    with ThreadPoolExecutor(2) as pool:
        futures: list[Future[None]] = [pool.submit(guarded, first), pool.submit(guarded, second)]
        try:
            wait(futures)
        except BaseException:
            cancelled.set()
            raise
    problems = [problem for future in futures if (problem := future.exception())]
    if len(problems) == 2 and all(isinstance(problem, StackError) for problem in problems):
        raise StackError("\n".join(map(str, problems))) from problems[0]
    for problem in problems:
        raise problem
