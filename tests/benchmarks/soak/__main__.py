"""`python -m tests.benchmarks.soak`: hours at a steady rate, a worker restarted now and then."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from streams.operate.process import parser, until_signalled
from tests.benchmarks.live.feed import Mix
from tests.benchmarks.live.session import session, stage_set
from tests.benchmarks.pipeline.stand import BenchmarkFailed
from tests.benchmarks.soak.report import Report
from tests.benchmarks.soak.run import Plan, Soak
from tests.benchmarks.soak.tables import show

_ABOUT = """Hours of events at a steady rate, a worker restarted now and then.

A stack of its own is started, and ended with everything at the end. Invented torrents are published
as they are seen, some dirty, a tenth seen before. One worker is ended by SIGTERM and SIGKILL in
turn; the others live throughout, and show whether memory grows.
Samples go to a file of JSON lines. Ctrl-C ends it early, with the report of what there was.
"""

_EXAMPLES = """examples:
  python -m tests.benchmarks.soak                              two hours, the bars of issue 21
  python -m tests.benchmarks.soak --minutes 6 --restart-every 1 --settle 2
  python -m tests.benchmarks.soak --minutes 30 --rate 200 --samples /tmp/soak.jsonl

exit codes: 0 every bar is held; 1 one is not, or a part failed; 2 wrong options
"""


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    reading = parser("python -m tests.benchmarks.soak", _ABOUT, _EXAMPLES)
    number = {"type": _positive, "metavar": "N"}
    reading.add_argument("--minutes", default=120.0, help="of events (120)", **number)
    reading.add_argument("--rate", default=100.0, help="events a second (100)", **number)
    reading.add_argument(
        "--restart-every", default=5.0, help="minutes between two restarts (5)", **number
    )
    reading.add_argument(
        "--sample-every", default=10.0, help="seconds between two samples (10)", **number
    )
    reading.add_argument(
        "--settle",
        default=20.0,
        help="first minutes of a life, without slope (20)",
        **number,
    )
    reading.add_argument("--dirty", type=float, default=0.03, metavar="SHARE", help="(0.03)")
    reading.add_argument("--seed", type=int, default=7, metavar="N")
    reading.add_argument("--workers", default="2", metavar="N|auto", help="of streams.run (2)")
    reading.add_argument(
        "--samples", type=Path, default=Path("soak.jsonl"), metavar="FILE", help="(soak.jsonl)"
    )
    chosen = reading.parse_args(arguments)
    if not 0 <= chosen.dirty < 1:
        reading.error("--dirty must be a share of 0 to 1")
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    chosen = _arguments(arguments)
    plan = Plan(
        seconds=60 * chosen.minutes,
        rate=chosen.rate,
        restart_every=60 * chosen.restart_every,
        sample_every=chosen.sample_every,
        settle=60 * chosen.settle,
    )
    console = Console(width=100)

    def tell(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    mix = Mix(chosen.seed, chosen.dirty)
    try:
        with chosen.samples.open("w") as out, stage_set() as stand:

            async def run() -> Report:
                async with session(stand, mix, chosen.workers, {}) as current:
                    tell(f"the pipeline runs; samples go to {chosen.samples}")
                    return await Soak(current, plan, out, tell).run(until_signalled())

            report = asyncio.run(run())
    except BenchmarkFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    show(console, report)
    return 0 if report.is_held else 1


if __name__ == "__main__":
    sys.exit(main())
