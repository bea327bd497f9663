"""What reading a dump costs: `python -m tests.benchmarks.dumps DUMP [DUMP …] [--rows N]`.

CPU time a row, from the file to a checked torrent, nothing published. Blocks of it are interleaved
with parsett on the names that were read: the ratio holds on any machine.
"""

import argparse
import time
from itertools import islice
from statistics import median

from PTT import parse_title
from rich.console import Console
from rich.table import Table

from schemas import Torrent
from streams.replay.dump import Dump
from streams.replay.formats import builder_for, format_of, open_reader

BLOCKS = 5
NAMES = 150
"""Names that parsett parses in a block."""


def read(path: str, rows: int) -> tuple[float, list[str]]:
    """CPU seconds a row, and some of the names."""
    dump = Dump(path)
    form = format_of(dump)
    reader = open_reader(dump, builder_for(dump, form, None), form)
    names: list[str] = []
    count = 0
    began = time.process_time()
    for record in islice(reader, rows):
        count += record is not None
        if isinstance(record, Torrent) and len(names) < NAMES:
            names.append(record.name)
    spent = time.process_time() - began
    reader.close()
    return spent / max(1, count), names


def parsed(names: list[str]) -> float:
    """CPU seconds a name of parsett."""
    began = time.process_time()
    for name in names:
        parse_title(name)
    return (time.process_time() - began) / max(1, len(names))


def main() -> None:
    """Print a row a dump."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dumps", nargs="+", metavar="DUMP")
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args()
    table = Table("dump", "CPU µs a row", "rows a CPU-second", "x parsett")
    for path in options.dumps:
        blocks = []
        for _ in range(BLOCKS):
            cost, names = read(path, options.rows)
            blocks.append((cost, cost / max(parsed(names), 1e-9)))
        cost = median(block[0] for block in blocks)
        ratio = median(block[1] for block in blocks)
        table.add_row(path, f"{cost * 1e6:.1f}", f"{1 / cost:,.0f}", f"{ratio:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
