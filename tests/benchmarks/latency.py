"""`python -m tests.benchmarks.latency`: from seen to the row in Postgres, at a steady rate.

Each event says when its torrent was seen; Postgres says when the transaction of its row was
committed, which is when others see it. Both clocks are this machine's. Nothing is polled.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from streams.operate.process import parser
from tests.benchmarks.live.feed import Mix
from tests.benchmarks.live.rows import Latency, latencies
from tests.benchmarks.live.session import DRAIN_SECONDS, Session, session, stage_set
from tests.benchmarks.pipeline.stand import BenchmarkFailed
from tests.benchmarks.pipeline.yardstick import Yardstick

P50_BAR = 0.25
P99_BAR = 2.0
"""Seconds, at 100 events a second: issue 21's bars for seen to row."""
BARRED = ("torrents", "classifications")
"""The rows that a torrent has when it is classified; they are written by one transaction."""

_EXAMPLES = """examples:
  python -m tests.benchmarks.latency
  python -m tests.benchmarks.latency --rate 100 --seconds 120 --workers 2
  python -m tests.benchmarks.latency --set STREAMS_BATCH_WITHIN=0.25    with another setting

exit codes: 0 both bars are held; 1 one is not, or a part failed; 2 wrong options
"""


@dataclass(frozen=True)
class Result:
    """One run: seconds, and CPU milliseconds an event by part."""

    events: int
    rate: float
    latencies: dict[str, Latency]
    cpu: dict[str, float]
    parsett: float
    load: float
    """Of the machine, a minute's mean: processes that wanted a core."""

    @property
    def is_held(self) -> bool:
        """Whether both bars are held, by each of the rows they are about."""
        rows = [self.latencies[name] for name in BARRED]
        return all(row.p50 <= P50_BAR and row.p99 <= P99_BAR for row in rows)


async def measured(current: Session, rate: float, seconds: float) -> Result:
    """Publishes for so long; the rows of that time are looked at when all are there."""
    began, clock, before = datetime.now(UTC), time.monotonic(), current.cpu()
    published = current.feed.published
    stop = asyncio.Event()
    feeding = asyncio.create_task(current.feed.run(rate, stop))
    try:
        while time.monotonic() - clock < seconds and not feeding.done():
            current.stand.check()
            await asyncio.sleep(0.5)
    finally:
        stop.set()
        await feeding
    load, took = os.getloadavg()[0], time.monotonic() - clock
    await current.drained(DRAIN_SECONDS)
    events = current.feed.published - published
    spent = {
        name: 1000 * (cpu - before[name]) / max(events, 1) for name, cpu in current.cpu().items()
    }
    names = [row["name"] for row in await current.database.fetch("SELECT name FROM torrents")]
    stick = Yardstick(names)
    stick.block()
    waited = await latencies(current.database, began)
    return Result(events, events / took, waited, spent, stick.parsett.milliseconds, load)


def shown(result: Result) -> list[Table]:
    """The tables for people."""
    waited = Table(
        title=f"seen -> row, {result.events:,} events at {result.rate:.0f}/s", title_justify="left"
    )
    for column in ("rows of", "rows", "p50, ms", "p95, ms", "p99, ms", "worst, ms"):
        waited.add_column(column, justify="left" if column == "rows of" else "right")
    for name, row in result.latencies.items():
        numbers = (row.p50, row.p95, row.p99, row.worst)
        waited.add_row(name, f"{row.rows:,}", *(f"{1000 * value:,.0f}" for value in numbers))
    verdict = "held" if result.is_held else "NOT held"
    waited.caption = (
        f"bars, for {' and '.join(BARRED)}: p50 ≤ {1000 * P50_BAR:.0f} ms,"
        f" p99 ≤ {1000 * P99_BAR:,.0f} ms: {verdict}"
    )
    spent = Table(title="CPU, ms an event", title_justify="left")
    spent.add_column("part")
    spent.add_column("ms", justify="right")
    spent.add_column("× parsett", justify="right")
    for name, value in [*result.cpu.items(), ("together", sum(result.cpu.values()))]:
        spent.add_row(name, f"{value:.2f}", f"{value / result.parsett:.2f}")
    spent.caption = f"load of the machine {result.load:.1f} on {os.cpu_count()} cores"
    return [waited, spent]


def setting(text: str) -> tuple[str, str]:
    """`NAME=VALUE` of an option."""
    name, mark, value = text.partition("=")
    if not mark or not name.startswith("STREAMS_"):
        raise argparse.ArgumentTypeError("must be STREAMS_NAME=VALUE")
    return name, value


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser("python -m tests.benchmarks.latency", __doc__ or "", _EXAMPLES)
    reading.add_argument("--rate", type=float, default=100.0, metavar="N", help="events/s (100)")
    reading.add_argument("--seconds", type=float, default=60.0, metavar="N", help="for how long")
    reading.add_argument("--workers", default="auto", metavar="N|auto", help="of streams.run")
    reading.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE", dest="settings"
    )
    reading.add_argument("--json", type=Path, metavar="FILE", help="write the figures, too")
    chosen = reading.parse_args(arguments)
    if chosen.rate <= 0 or chosen.seconds <= 0:
        reading.error("--rate and --seconds must be above 0")

    with stage_set() as stand:

        async def run() -> Result:
            environment = dict(chosen.settings)
            async with session(stand, Mix(), chosen.workers, environment) as current:
                return await measured(current, chosen.rate, chosen.seconds)

        try:
            result = asyncio.run(run())
        except BenchmarkFailed as error:
            sys.stderr.write(f"{error}\n")
            return 1
        except KeyboardInterrupt:
            return 130
    console = Console(width=100)
    for table in shown(result):
        console.print(table)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return 0 if result.is_held else 1


if __name__ == "__main__":
    sys.exit(main())
