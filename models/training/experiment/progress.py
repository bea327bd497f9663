"""How far a training is and how long it will take: a bar on a terminal, else a line now and then.

It goes to standard error.
"""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_SECONDS_A_LINE = 10.0


class Meter:
    """Shows the steps of one part of the work.

    Args:
        name: of the part.
        total: steps, about.
        done: steps that were done before this run.
    """

    def __init__(self, name: str, total: int, done: int = 0) -> None:
        self._name = name
        self._total = total
        self._first = done
        self._start = time.monotonic()
        self._told = float("-inf")
        console = Console(stderr=True, emoji=False)
        self._bar: Progress | None = None
        if console.is_terminal:
            columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
            told = TextColumn("{task.fields[told]}")
            self._bar = Progress(*columns, TimeRemainingColumn(), told, console=console)
            self._task = self._bar.add_task(name, total=total, completed=done, told="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int, told: str = "") -> None:
        """Show that so many steps are done.

        Args:
            done: steps, with those of runs before.
            told: more to say, such as the loss.
        """
        if self._bar is not None:
            self._bar.update(self._task, completed=done, told=told)
            return
        now = time.monotonic()
        is_last = done >= self._total
        if now - self._told < _SECONDS_A_LINE and not is_last:
            return
        self._told = now
        steps = max(1, done - self._first)
        seconds = (now - self._start) / steps * max(0, self._total - done)
        sys.stderr.write(f"{self._name}: {done}/{self._total}, {duration(seconds)} to go {told}\n")


def duration(seconds: float) -> str:
    """Seconds as people say them.

    >>> duration(75)
    '1 min 15 s'
    """
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
