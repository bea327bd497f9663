"""Runs of the pipeline and of the crawl, as the figures that plans are computed from."""

import asyncio
import math
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from infra.settings import Settings
from streams.operate.capacity.measured import Crawled, Size
from tests.benchmarks.crawl import THROUGHPUT, crawled
from tests.benchmarks.generate import Recipe, write_file
from tests.benchmarks.pipeline.drain import Result, Run, Work
from tests.benchmarks.pipeline.stand import standing

CRAWL_SECONDS = 20.0
_ROLES = {"faust": "worker", "streams.store": "store", "streams.run": "streams.run"}
_LEAST = 20_000_000
"""Bytes: smaller processes are helpers, and not told."""


def roles(peaks: Mapping[str, int]) -> dict[str, float]:
    """The most that a process of each role took; Postgres is its largest session and helpers."""
    most: dict[str, float] = defaultdict(float)
    for name, peak in peaks.items():
        label, _, rest = name.partition(": ")
        program = rest.rpartition(" ")[0]
        role = label if label in ("Kafka", "Postgres", "replay") else _ROLES.get(program, "")
        if role and peak >= _LEAST:
            most[role] = max(most[role], peak)
    return dict(most)


def parts(result: Result) -> dict[str, float]:
    """CPU milliseconds a torrent: stages by name, and what of the pipeline is no stage."""
    stages = {name: result.each(stage.total) for name, stage in result.stages.items()}
    workers = [part.cpu for name, part in result.parts.items() if name.startswith("worker:")]
    rest = result.each(math.fsum(workers)) - math.fsum(stages.values())
    others = {
        name: result.each(part.cpu)
        for name, part in result.parts.items()
        if not name.startswith("worker")
    }
    return {**stages, "rest of workers and store": max(0.0, rest), **others}


def size_of(result: Result, rows: int, files: float) -> Size:
    """A run as figures for each torrent."""
    torrents = max(1, result.rows)
    return Size(
        rows=rows,
        torrents=result.rows,
        files=files,
        cpu={name: round(value, 4) for name, value in parts(result).items()},
        parsett=round(result.parsett, 4),
        postgres={table.name: round(table.total / torrents, 2) for table in result.tables},
        kafka={
            name: round(count / max(1, result.torrents), 2)
            for name, count in result.topics.items()
            if not name.startswith("__")
        },
        wal=round(result.wal / max(1, result.torrents), 1),
        memory=roles(result.peaks),
        load=round(os.getloadavg()[0], 1),
    )


def pipeline(rows: int, files: float) -> Size:
    """Replays and drains a generated dump of so many rows, on a stack of its own.

    Raises:
        BenchmarkFailed: a part failed, or nothing moved for minutes.
    """
    with standing(match=True) as stand:
        dump = stand.home / "generated.jsonl.gz"
        write_file(Recipe(rows, files=files), dump)
        run = ("streams.run", "--workers", "auto")
        work = Work(dump=dump, limit=None, label="capacity", commands=[run])
        result = asyncio.run(Run(stand, work).measured())
    return size_of(result, rows, files)


def crawl() -> Crawled:
    """Crawls a DHT of 120 nodes on loopback, of whose peers a third refuse."""
    with standing(match=False) as stand:
        folder = Path(stand.home / "crawl")
        folder.mkdir()
        settings = Settings(
            home=folder,
            kafka_bootstrap=stand.stack.kafka_bootstrap,
            postgres_dsn=stand.stack.postgres_dsn,
        )
        done = crawled(folder, settings, THROUGHPUT, CRAWL_SECONDS)
    records = max(1, done.published)
    return Crawled(
        records=done.published,
        seconds=done.seconds,
        cpu=round(1000 * done.cpu / records, 3),
        traffic={name: round(count / records, 2) for name, count in done.traffic.items()},
    )
