"""`python -m tests.benchmarks.capacity`: measures what a torrent takes, and checks plans."""

import os
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console

from streams.operate.capacity.command import count
from streams.operate.capacity.measured import Measured, Size, load
from streams.operate.capacity.tables import checked
from streams.operate.process import StartError, parser
from tests.benchmarks.capacity.measuring import crawl, pipeline
from tests.benchmarks.pipeline.stand import BenchmarkFailed

MIX = 0.5

_ABOUT = """Measures what a torrent takes, and checks the arithmetic of plans against larger runs.

For each --rows a generated dump of names alone is replayed and drained, and one in which each
torrent lists its files, each on a stack of its own. For each --check it is a mix of both, and the
arithmetic says beforehand what that takes. --crawl crawls a DHT on loopback. What was measured is
added to FILE; `python -m streams.operate plan` computes from it.
"""

_EXAMPLES = """examples:
  python -m tests.benchmarks.capacity --rows 10k --check 10k --crawl --out measured.json
  python -m tests.benchmarks.capacity --rows 100k --check 1M --out measured.json    adds to it
  python -m streams.operate plan --measured measured.json --torrents 100M

exit codes: 0 done; 1 a part failed, what was measured before is kept; 2 wrong options
"""


def machine() -> str:
    """The machine in words."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory,"
        f" Python {platform.python_version()}, a machine shared with other programs"
    )


def added(before: Measured | None, size: Size) -> Measured:
    """What was measured with one more run; it takes the place of one of the same rows and files."""
    today = datetime.now(UTC).date().isoformat()
    kept = before or Measured(machine(), os.cpu_count() or 1, today, ())
    others = [known for known in kept.sizes if (known.rows, known.files) != (size.rows, size.files)]
    sizes = sorted([*others, size], key=lambda known: (known.rows, known.files))
    return replace(kept, machine=machine(), date=today, sizes=tuple(sizes))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser("python -m tests.benchmarks.capacity", _ABOUT, _EXAMPLES)
    number = {"type": count, "action": "append", "default": [], "metavar": "N"}
    reading.add_argument("--rows", help="without files, and with: 10k, 100k, …", **number)
    reading.add_argument("--check", help="a mix of both", **number)
    reading.add_argument("--crawl", action="store_true", help="a crawl on loopback, too")
    reading.add_argument("--out", type=Path, required=True, metavar="FILE")
    chosen = reading.parse_args(arguments)
    work = [(int(rows), files) for rows in chosen.rows for files in (0.0, 1.0)]
    work += [(int(rows), MIX) for rows in chosen.check]
    if not work and not chosen.crawl:
        reading.error("nothing to measure: give --rows, --check or --crawl")
    console = Console(width=100, highlight=False)
    try:
        measured = load(chosen.out) if chosen.out.is_file() else None
        for rows, files in work:
            console.print(f"{rows:,} rows, {files:.0%} with files", soft_wrap=True)
            measured = added(measured, pipeline(rows, files))
            chosen.out.write_text(measured.to_json())
        if chosen.crawl and measured is not None:
            console.print("the crawl")
            measured = replace(measured, crawl=crawl())
            chosen.out.write_text(measured.to_json())
    except (BenchmarkFailed, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    if measured is not None:
        console.print(checked(measured).markdown(), markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
