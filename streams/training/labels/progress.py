"""How far the labeller is: bars on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from models.oneshot.safe import safe
from streams.training.labels.asking import Run

LINE_SECONDS = 10.0
"""Between two plain lines."""

_MINUTE = 60
_HOUR = 3600


class Teller:
    """Tells of runs on standard error."""

    def __init__(self, runs: Sequence[Run], console: Console) -> None:
        self._runs = runs
        self._console = console
        self._began = time.monotonic()
        self._told = self._began
        self._complaints: set[str] = set()
        self._bars: list[TaskID] = []
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    @contextmanager
    def telling(self) -> Iterator[None]:
        """A time in which `tick` shows something."""
        with self._progress:
            self._bars = [
                self._progress.add_task(
                    run.asked.voter.endpoint,
                    total=run.counts.wanted,
                    completed=run.counts.done,
                    pace="",
                )
                for run in self._runs
            ]
            yield

    def tick(self) -> None:
        """Show how far they are."""
        now = time.monotonic()
        for place, run in enumerate(self._runs):
            self._complain(run)
            counts = run.counts
            self._progress.update(
                self._bars[place],
                completed=counts.done,
                pace=f"{self._rate(run, now):.1f}/s, {counts.unparsed} unparsed",
            )
        if not self._console.is_terminal and now - self._told >= LINE_SECONDS:
            self._told = now
            for run in self._runs:
                if run.is_alive:
                    self.say(self._line(run, now))

    def say(self, text: str) -> None:
        """One line, whatever is in it."""
        self._console.print(safe(text), markup=False, highlight=False, soft_wrap=True)

    def _complain(self, run: Run) -> None:
        """Says what is wrong with an endpoint, once for each reason."""
        name = run.asked.voter.endpoint
        lines = [f"{name}: no answer: {reason}" for reason in list(run.complaints)]
        if run.given_up is not None:
            lines.append(f"{name}: given up: {run.given_up}")
        for line in lines:
            if line not in self._complaints:
                self._complaints.add(line)
                self.say(line)

    def _rate(self, run: Run, now: float) -> float:
        return run.counts.answered / max(now - self._began, 1e-9)

    def _line(self, run: Run, now: float) -> str:
        counts = run.counts
        rate = self._rate(run, now)
        eta = duration(counts.missing / rate) if rate else "unknown"
        return (
            f"{run.asked.voter.endpoint}: {counts.done:,} of"
            f" {counts.wanted:,}, {rate:.1f}/s, {counts.unparsed:,} unparsed, ETA {eta}"
        )


def duration(seconds: float) -> str:
    """A duration in a word: `48 s`, `12 min`, `3.5 h`."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < 2 * _HOUR else f"{seconds / _HOUR:.1f} h"
