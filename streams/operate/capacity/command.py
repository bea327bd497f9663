"""`python -m streams.operate plan`: what so many torrents need, from what was measured."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from streams.operate.capacity.arithmetic import Plan
from streams.operate.capacity.measured import SHIPPED, Measured, load
from streams.operate.capacity.tables import Sheet, checked, sheets
from streams.operate.process import StartError, parser

_EXAMPLES = """examples:
  python -m streams.operate plan                                  30 million in three years
  python -m streams.operate plan --torrents 100M --years 5 --cores 8
  python -m streams.operate plan --torrents 2M --years 0.5 --files 0     names alone
  python -m streams.operate plan --markdown                       as docs/capacity.md has it
  python -m streams.operate plan --measured FILE                  measured on your machine

Nothing is asked of Kafka or Postgres. How ranges are tables: docs/capacity.md.

exit codes: 0 done; 1 nothing was measured; 2 wrong options
"""

_UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


def count(text: str) -> float:
    """`30M`, `500k` or a plain number, above 0.

    Raises:
        argparse.ArgumentTypeError: it is none of these.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kMG]?)", text.strip())
    value = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if value <= 0:
        raise argparse.ArgumentTypeError("must be a number above 0, as 30M, 500k or 1000")
    return value


def share(text: str) -> float:
    """A share of 0 to 1.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a share of 0 to 1")
    return value


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left")
    for index, column in enumerate(sheet.columns):
        table.add_column(column, justify="right" if index else "left")
    for row in sheet.rows:
        table.add_row(*row)
    return table


def note(measured: Measured) -> str:
    """Where the figures are from, in a sentence."""
    rows = ", ".join(f"{count:,}" for count in sorted({size.rows for size in measured.sizes}))
    return f"Measured on {measured.date} with {rows} rows: {measured.machine}."


def markdown(measured: Measured, plan: Plan) -> str:
    """All tables as the page has them."""
    tables = [*sheets(measured, plan), checked(measured)]
    return "\n".join([note(measured) + "\n", *(sheet.markdown() for sheet in tables)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser("python -m streams.operate plan", "What so many torrents need.", _EXAMPLES)
    number: dict[str, Any] = {"type": count, "metavar": "N"}
    reading.add_argument("--torrents", default=30e6, help="in the end (30M)", **number)
    reading.add_argument("--years", default=3.0, help="until then (3)", **number)
    reading.add_argument("--cores", default=2.0, help="of the machine (2)", **number)
    reading.add_argument(
        "--files", type=share, default=0.5, metavar="SHARE", help="that list their files (0.5)"
    )
    reading.add_argument("--sightings", default=1.1, help="of each torrent (1.1)", **number)
    reading.add_argument("--measured", type=Path, default=SHIPPED, metavar="FILE")
    reading.add_argument("--markdown", action="store_true", help="tables for a page")
    chosen = reading.parse_args(arguments)
    plan = Plan(
        torrents=chosen.torrents,
        years=chosen.years,
        cores=chosen.cores,
        files=chosen.files,
        sightings=max(1.0, chosen.sightings),
    )
    try:
        measured = load(chosen.measured)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if chosen.markdown:
        sys.stdout.write(markdown(measured, plan))
        return 0
    console = Console(width=100, highlight=False)
    for sheet in [*sheets(measured, plan), checked(measured)]:
        console.print(_table(sheet))
    console.print(note(measured), soft_wrap=True)
    return 0
