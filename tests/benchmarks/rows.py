"""How fast torrents become rows, and what a row costs: `python -m tests.benchmarks.rows`.

Three passes over the same torrents: all new, all seen again later with other seeders, and all
redelivered unchanged. Needs a Postgres at `STREAMS_POSTGRES_DSN`; works in a database of its own.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from rich.console import Console

from infra.postgres.migrate import migrate
from infra.postgres.writes import Ids, write_torrents
from infra.settings import settings
from schemas import Classification, Provenance, Source, Swarm, Torrent, Verdict
from tests.support import classified

SEEN = datetime(2026, 1, 2, tzinfo=UTC)
ORIGIN = Provenance(source=Source.REPLAY, origin="jsonl", dataset="generated.jsonl")
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "kelp")


def torrents(count: int, *, later: int = 0) -> Iterator[Torrent]:
    """Torrents of which half list ten files, always the same ones for a count."""
    dice = random.Random(7)
    for _ in range(count):
        name = " ".join(dice.choices(WORDS, k=5)) + f" ({dice.randrange(1950, 2026)}) [FLAC]"
        files = [
            (f"{name}/{n:02} - {dice.choice(WORDS)}.flac", dice.randrange(10**8)) for n in range(10)
        ]
        yield Torrent.repaired(
            infohash=dice.randbytes(20).hex(),
            name=name,
            observed_at=SEEN + timedelta(days=later),
            provenance=ORIGIN,
            size=dice.randrange(10**10),
            files=files if dice.random() < 0.5 else None,
            swarm=Swarm(seeders=int(dice.paretovariate(1)) + later, leechers=later),
        )


def _classified(torrent: Torrent) -> Classification:
    verdict = Verdict(medium="audio", subcategory="album", confidence=0.9, source="bert")
    return classified(torrent, verdict)


async def write(connection: asyncpg.Connection, rows: Sequence[Torrent], batch: int) -> float:
    """Write batch after batch as the store does; returns rows a second."""
    ids = Ids()
    await ids.learn(connection, [_classified(rows[0])])
    began = time.monotonic()
    for start in range(0, len(rows), batch):
        async with connection.transaction():
            await write_torrents(connection, rows[start : start + batch], ids)
    return len(rows) / (time.monotonic() - began)


async def measure(count: int, batch: int) -> None:
    """Make a database, write to it, say what it took, drop it."""
    dsn = settings().postgres_dsn.get_secret_value()
    owner = await asyncpg.connect(dsn)
    await owner.execute("DROP DATABASE IF EXISTS rows_benchmark WITH (FORCE)")
    await owner.execute("CREATE DATABASE rows_benchmark")
    connection = await asyncpg.connect(urlunsplit(urlsplit(dsn)._replace(path="/rows_benchmark")))
    try:
        await migrate(connection)
        first = list(torrents(count))
        again = list(torrents(count, later=1))
        Console().print(f"new          {await write(connection, first, batch):8,.0f} rows/s")
        size = await connection.fetchval("SELECT pg_total_relation_size('torrents')")
        Console().print(f"disk         {size / count:8,.0f} bytes a row")
        for name, pages in await connection.fetch(
            "SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index"
            " WHERE indrelid = 'torrents'::regclass ORDER BY 1"
        ):
            Console().print(f"  {name:24} {pages / count:6,.1f} bytes a row")
        Console().print(f"seen again   {await write(connection, again, batch):8,.0f} rows/s")
        Console().print(f"redelivered  {await write(connection, again, batch):8,.0f} rows/s")
    finally:
        await connection.close()
        await owner.execute("DROP DATABASE rows_benchmark WITH (FORCE)")
        await owner.close()


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.rows, chosen.batch))


if __name__ == "__main__":
    main()
