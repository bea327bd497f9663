"""What searching costs the pipeline: `python -m tests.benchmarks.beside [--seconds N]`.

One process reads names by rules as a worker does, one writes results as the store does; both as
fast as they can. Their rates are taken alone and while fifty clients search many rows, in turns.
Needs a local Postgres at `STREAMS_POSTGRES_DSN` and fills it as `tests.benchmarks.search` does.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import statistics
import time
from itertools import count
from multiprocessing.queues import Queue
from typing import TypeAlias

import asyncpg
from rich.console import Console

from infra.postgres.writes import Ids, write_results, write_torrents
from models import registry
from models.classify.cascade import Classifier
from models.evaluation.cases import case_from
from schemas import Classification
from tests.benchmarks import search
from tests.benchmarks.store import BATCH, database, events
from tests.benchmarks.torrents import mix

Rates: TypeAlias = "Queue[tuple[str, float]]"
STORE = "beside_benchmark"
TURNS = 2


def read(seconds: float, rates: Rates) -> None:
    """Torrents a second whose class is told, in batches of 500."""
    classifier = Classifier(None, registry.load("classify"))
    subjects = [case_from(case).subject for case in mix(BATCH, 3)]
    classifier.classify(subjects)
    began = time.monotonic()
    done = 0
    while time.monotonic() - began < seconds:
        classifier.classify(subjects)
        done += len(subjects)
    rates.put(("worker", done / (time.monotonic() - began)))


def write(seconds: float, rates: Rates) -> None:
    """Torrents a second that are written, in batches of 500 results."""
    rates.put(("store", asyncio.run(_write(seconds))))


async def _write(seconds: float) -> float:
    async with database(STORE) as db:
        ids = Ids()
        taken, done = 0.0, 0
        began = time.monotonic()
        for seed in count():
            batch = events(BATCH, seed)
            await ids.learn(db, batch)
            started = time.monotonic()
            async with db.transaction():
                seen = [result.torrent for result in batch if isinstance(result, Classification)]
                await write_torrents(db, seen, ids)
                await write_results(db, batch, ids)
            taken += time.monotonic() - started
            done += len(seen)
            if time.monotonic() - began > seconds:
                break
        return done / taken


async def pipeline(seconds: float) -> dict[str, float]:
    """The rates of a worker and a store that run side by side for so long."""
    spawning = multiprocessing.get_context("spawn")
    rates: Rates = spawning.Queue()
    processes = [spawning.Process(target=stage, args=(seconds, rates)) for stage in (read, write)]
    for process in processes:
        process.start()
    told = dict([await asyncio.to_thread(rates.get) for _ in processes])
    for process in processes:
        await asyncio.to_thread(process.join)
    return told


async def measure(rows: int, seconds: float) -> None:
    """Take the rates in turns, alone and beside searches; say how far they fall."""
    say = Console().print
    alone: list[dict[str, float]] = []
    beside: list[dict[str, float]] = []
    async with search.filled(rows, keep=True) as dsn:
        db = await asyncpg.connect(dsn)
        kinds = await search.everything(db, random.Random(5))
        paths = [path for asked in kinds.values() for path in asked]
        await db.close()
        async with search.served(dsn) as client:
            for _ in range(TURNS):
                alone.append(await pipeline(seconds))
                crowd = asyncio.create_task(search.crowd(client, paths, seconds + 8))
                beside.append(await pipeline(seconds))
                say(str(await crowd))
    for stage in ("worker", "store"):
        before = statistics.mean(rates[stage] for rates in alone)
        after = statistics.mean(rates[stage] for rates in beside)
        say(
            f"{stage:8} alone {before:8,.0f} torrents/s  beside searches {after:8,.0f}"
            f"  fall {1 - after / before:6.1%}"
        )
    say("load of the machine", os.getloadavg())


def main() -> None:
    """Read the options and measure."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--rows", type=int, default=1_000_000)
    reading.add_argument("--seconds", type=float, default=20, help="of each turn (20)")
    chosen = reading.parse_args()
    asyncio.run(measure(chosen.rows, chosen.seconds))


if __name__ == "__main__":
    main()
