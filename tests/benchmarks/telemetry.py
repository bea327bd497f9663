"""How long telemetry takes, and whether it is right: `python -m tests.benchmarks.telemetry`.

Writes generated results of every stage, counts them by the command's own code and one after the
other in Python, and ends with exit code 1 where both differ. Needs a Postgres at
`STREAMS_POSTGRES_DSN`; works in a database of its own.
"""

import argparse
import asyncio
import secrets
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from rich.console import Console

from infra.postgres.migrate import migrate
from infra.settings import Settings, settings
from streams.operate.aggregate import aggregate
from streams.operate.process import parser
from tests.integration.telemetry_rows import DAYS, FIRST, counted, history, naive, results, write

CONSOLE = Console(highlight=False)

_EXAMPLES = """examples:
  python -m tests.benchmarks.telemetry
  python -m tests.benchmarks.telemetry --results 10000
"""


async def _measure(dsn: str, count: int) -> bool:
    db = await asyncpg.connect(dsn)
    try:
        await migrate(db)
        began = time.monotonic()
        await write(db, results(count))
        CONSOLE.print(f"written: {count:,} results in {time.monotonic() - began:.1f} s")
        current, now = Settings(postgres_dsn=dsn), FIRST + timedelta(days=DAYS)
        for name in ("first run", "second run"):
            began = time.monotonic()
            days = await aggregate(current, now=now)
            CONSOLE.print(f"{name}: {days} days in {time.monotonic() - began:.2f} s")
        began = time.monotonic()
        is_equal = await counted(db) == naive(await history(db))
        CONSOLE.print(f"naive: {time.monotonic() - began:.1f} s; equal: {is_equal}")
        return is_equal
    finally:
        await db.close()


async def _main(chosen: argparse.Namespace) -> bool:
    dsn = settings().postgres_dsn.get_secret_value()
    name = f"bench_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(dsn)
    await owner.execute(f"CREATE DATABASE {name}")
    try:
        return await _measure(urlunsplit(urlsplit(dsn)._replace(path=f"/{name}")), chosen.results)
    finally:
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()


def main() -> int:
    """Run the command; returns its exit code."""
    reading = parser("python -m tests.benchmarks.telemetry", __doc__ or "", _EXAMPLES)
    reading.add_argument("--results", type=int, default=100_000, help="results (100000)")
    return 0 if asyncio.run(_main(reading.parse_args())) else 1


if __name__ == "__main__":
    sys.exit(main())
