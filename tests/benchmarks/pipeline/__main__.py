"""`python -m tests.benchmarks.pipeline [DUMP]`: what a torrent costs, part by part."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from streams.operate.process import parser
from tests.benchmarks.pipeline import tables
from tests.benchmarks.pipeline.drain import Result, Run, Work
from tests.benchmarks.pipeline.stand import BenchmarkFailed, standing
from tests.support import ROOT

SAMPLE = ROOT / "streams" / "lab" / "sample" / "torrents" / "demo.jsonl.gz"

_ABOUT = """What a torrent costs on its way through the whole pipeline.

A stack of its own is started, the dump is replayed, and then drained. CPU is counted of every
process, broker and database included, from the moment that a process is ready. parsett and guessit
parse names of the same dump before, after and in pauses of the drain, so that each figure is also a
ratio that holds on any machine. Seconds and rates are of this machine and this hour only.
"""

_EXAMPLES = """examples:
  python -m tests.benchmarks.pipeline torrents.csv.gz
  python -m tests.benchmarks.pipeline torrents.csv.gz --rows 5000 --workers 2
  python -m tests.benchmarks.pipeline torrents.csv.gz --faust 1      one process for everything
  python -m tests.benchmarks.pipeline torrents.csv.gz --json before.json
"""

FAUST = ("faust", "-A", "streams", "worker", "-l", "info")


def _arguments() -> argparse.Namespace:
    reading = parser("python -m tests.benchmarks.pipeline", _ABOUT, _EXAMPLES)
    reading.add_argument("dump", nargs="?", type=Path, metavar="DUMP", default=SAMPLE)
    reading.add_argument("--rows", type=int, metavar="N", help="only N rows of the dump")
    reading.add_argument(
        "--workers", default="auto", metavar="N|auto", help="workers of streams.run (auto)"
    )
    reading.add_argument(
        "--faust",
        type=int,
        metavar="N",
        help="plain `faust -A streams worker` processes of every role instead",
    )
    reading.add_argument(
        "--match", action="store_true", help="link music to the sample index of MusicBrainz, too"
    )
    reading.add_argument("--json", type=Path, metavar="FILE", help="write the figures, too")
    return reading.parse_args()


async def _measure(chosen: argparse.Namespace) -> Result:
    run = ("streams.run", "--workers", chosen.workers)
    work = Work(
        dump=chosen.dump.resolve(),
        limit=chosen.rows,
        label=f"{chosen.faust} × faust" if chosen.faust else " ".join(run),
        commands=[FAUST] * chosen.faust if chosen.faust else [run],
    )
    with standing(match=chosen.match) as stand:
        return await Run(stand, work).measured()


def main() -> int:
    """Runs the benchmark and prints its tables; returns the exit code."""
    chosen = _arguments()
    if not chosen.dump.is_file():
        sys.stderr.write(f"{chosen.dump}: no such file\n")
        return 2
    try:
        result = asyncio.run(_measure(chosen))
    except BenchmarkFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tables.show(Console(width=100), result)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(asdict(result), indent=2, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
