"""How far the pass is: a bar on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from streams.training.sample.sources import Reading

EVERY = 10.0
"""Seconds between two plain lines."""


class Shown:
    """Tells how many torrents were read, how fast, and how long the rest will take."""

    def __init__(self, readings: Sequence[Reading], console: Console, bar: Progress | None) -> None:
        self._readings = readings
        self._console = console
        self._bar = bar
        self._task = bar.add_task("sample", total=None, told="") if bar else None
        self._began = time.monotonic()
        self._told = self._began

    def update(self) -> None:
        """Show where the pass is now."""
        now = time.monotonic()
        if self._bar is not None and self._task is not None:
            part = self.fraction
            total = None if part is None else 1.0
            told = self._line(now)
            self._bar.update(self._task, total=total, completed=part or 0, told=told)
        elif now - self._told >= EVERY:
            self._told = now
            part = self.fraction
            rest = ""
            if part:
                seconds = (now - self._began) * (1 - part) / part
                rest = f", {part:.0%}, about {_spoken(seconds)} left"
            self._console.print(f"sample: {self._line(now)}{rest}", highlight=False)

    def _line(self, now: float) -> str:
        count = sum(reading.torrents + reading.rejected for reading in self._readings)
        return f"{count:,} records, {count / max(now - self._began, 0.001):,.0f}/s"

    @property
    def fraction(self) -> float | None:
        """How much of all sources was read, by their sizes; None if that cannot be known."""
        sizes = [reading.source.size or 1 for reading in self._readings]
        if any(reading.torrents and reading.fraction is None for reading in self._readings):
            return None
        parts = [reading.fraction or 0.0 for reading in self._readings]
        return sum(part * size for part, size in zip(parts, sizes, strict=True)) / sum(sizes)


@contextmanager
def shown(readings: Sequence[Reading], console: Console) -> Iterator[Shown]:
    """What shows a pass, for as long as it lasts."""
    if not console.is_terminal:
        yield Shown(readings, console, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield Shown(readings, console, bar)


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
