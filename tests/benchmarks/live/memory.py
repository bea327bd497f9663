"""Memory of processes, and how it changes: least squares over the lives of a process."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from streams.lab.processes import family


@dataclass(frozen=True)
class Memory:
    """What one process has, in bytes."""

    name: str
    pid: int
    rss: int
    """Resident pages; of shared ones every process counts all that it has touched."""
    own: int
    """Resident pages that are neither shared memory nor of files."""


def memory_of(name: str, pid: int) -> Memory | None:
    """The memory of a process now; None if it has ended."""
    try:
        rss = psutil.Process(pid).memory_info().rss
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (OSError, psutil.NoSuchProcess):
        return None
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    if "Anonymous" not in kilobytes:
        return None
    return Memory(name, pid, rss, 1024 * kilobytes["Anonymous"])


def members(name: str, pid: int) -> list[Memory]:
    """A process and all that it started, named for their programs."""
    looked = []
    for member in family(pid):
        try:
            words = member.cmdline()
        except psutil.NoSuchProcess:
            continue
        # A session of Postgres changes the rest of its title with each query.
        kind = " ".join(" ".join(words).split()[:2]) if member.pid != pid else "itself"
        looked.append(memory_of(f"{name}: {kind}", member.pid))
    return [memory for memory in looked if memory is not None]


@dataclass(frozen=True)
class Point:
    """One look at one process."""

    life: int
    """The process id: a process that is started again has another."""
    hours: float
    megabytes: float


@dataclass(frozen=True)
class Slope:
    """How memory changes, in MB an hour."""

    value: float
    error: float
    """Standard error; infinite where the points do not tell one."""
    points: int
    lives: int


def slope(points: Iterable[Point]) -> Slope | None:
    """One slope for all lives of a process, each of which may begin as high as it likes.

    Least squares with an own intercept for each life: what a restart frees or takes does not count,
    what grows within lives does. None where no life has two looks at different times.
    """
    lives: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        lives[point.life].append(point)
    products = squares = heights = 0.0
    count = 0
    for life in lives.values():
        hours = math.fsum(point.hours for point in life) / len(life)
        level = math.fsum(point.megabytes for point in life) / len(life)
        count += len(life)
        for point in life:
            products += (point.hours - hours) * (point.megabytes - level)
            squares += (point.hours - hours) ** 2
            heights += (point.megabytes - level) ** 2
    if squares <= 0:
        return None
    value = products / squares
    free = count - len(lives) - 1
    rest = max(0.0, heights - value * products)
    error = math.sqrt(rest / free / squares) if free > 0 else math.inf
    return Slope(value, error, count, len(lives))
