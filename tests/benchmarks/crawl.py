"""The crawl against a DHT on loopback: `python -m tests.benchmarks.crawl [PART ...]`.

small        30 nodes, 300 torrents: seconds until Kafka has them all
throughput   120 nodes, 3,000 torrents and 1,500 whose peer refuses; 300 slots,
             4 packets a second to a node; 20 seconds
black-holes  120 nodes, 1,800 torrents and 4,200 whose peer accepts and never answers;
             300 slots, 6 s; 60 seconds
manners      30 nodes with an interval of 60 s and libtorrent's ban limit, the production
             profile; 10 minutes with restarts and two kills, read from the nodes' packet log

Kafka and Postgres are started for it. The network runs in a process of its own, beside the crawl on
the same cores.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.local import stack as local
from infra.settings import Settings
from streams.crawl.crawl import crawl
from streams.crawl.options import Options
from streams.crawl.profile import PROFILES, ProfileName
from streams.kafka.admin import create_topics
from streams.lab.dht import manners, network
from streams.lab.dht.network import Plan

CRAWLER = "127.0.0.1"
LAB = PROFILES[ProfileName.LAB]
MANNERS = (100.0, 130.0, 90.0, 140.0, 140.0)
"""Seconds that each crawl of `manners` lives; the second and the fourth are killed, the others told
to end.
"""


@dataclass(frozen=True)
class Live:
    """What a crawl in this process did, and what that cost it."""

    torrents: int
    fetched: int
    published: int
    seconds: float
    cpu: float
    """CPU seconds."""
    failures: Sequence[tuple[str, int]]
    traffic: Mapping[str, int]
    """DHT packets and bytes."""
    memory: Sequence[float]
    """MiB, now and then."""


THROUGHPUT = Plan(nodes=120, torrents=3_000, refusing=1_500, ban_limit=5_000, net=3)


def crawled(folder: Path, settings: Settings, plan: Plan, seconds: float) -> Live:
    """Crawls in this process for so long."""
    with network.running(plan, folder, within=300) as dht:
        options = Options(
            bootstrap=tuple(dht.endpoints[:3]),
            bind=CRAWLER,
            profile=replace(LAB, retries=()),
            duration=seconds,
        )
        before = resource.getrusage(resource.RUSAGE_SELF)
        memory: list[float] = []
        report = asyncio.run(crawl(options, settings, watch=lambda _: memory.append(_rss())))
        after = resource.getrusage(resource.RUSAGE_SELF)
    return Live(
        torrents=plan.torrents,
        fetched=report.counts["peer", "ok"],
        published=report.published,
        seconds=seconds,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        failures=report.failures(4),
        traffic=report.traffic(),
        memory=memory,
    )


def live(folder: Path, settings: Settings, plan: Plan, seconds: float, title: str) -> Table:
    """A crawl as a table."""
    done = crawled(folder, settings, plan, seconds)
    fetched, published, memory = done.fetched, done.published, done.memory
    table = Table("what", "figure", title=title)
    table.add_row("metadata", f"{fetched:,} of {done.torrents:,}, {fetched / seconds:.1f}/s")
    table.add_row("records in Kafka", f"{published:,}, {published / seconds:.1f}/s")
    table.add_row(
        "peers that gave none",
        ", ".join(f"{reason} {count:,}" for reason, count in done.failures) or "none",
    )
    table.add_row("CPU a record", f"{1000 * done.cpu / max(fetched, 1):.2f} ms")
    table.add_row("DHT packets a record", f"{done.traffic['packets out'] / max(published, 1):.2f}")
    half = len(memory) // 2
    table.add_row(
        "RSS",
        f"{max(memory):.0f} MiB at most, {memory[half]:.0f} halfway, {memory[-1]:.0f} at the end",
    )
    return table


def small(folder: Path, settings: Settings) -> Table:
    """The small network, until Kafka has everything."""
    plan = Plan(nodes=30, torrents=300)
    with network.running(plan, folder) as dht:
        options = Options(
            bootstrap=(dht.endpoints[0],), bind=CRAWLER, profile=LAB, max_records=300, duration=120
        )
        began = time.monotonic()
        report = asyncio.run(crawl(options, settings))
        seconds = time.monotonic() - began
    table = Table("what", "figure", title="30 nodes, 300 torrents")
    table.add_row("records in Kafka", f"{report.published} of 300 in {seconds:.1f} s")
    packets = report.traffic()["packets out"]
    table.add_row("DHT packets a record", f"{packets / max(report.published, 1):.2f}")
    return table


def polite(folder: Path, settings: Settings) -> Table:
    """Crawls one after the other on one state, and what the nodes saw of it."""
    production = PROFILES[ProfileName.PRODUCTION]
    with network.running(
        Plan(nodes=30, torrents=600, interval=60, ban_limit=50, net=3), folder
    ) as dht:
        command = [
            sys.executable,
            "-m",
            "tests.dht.crawler",
            json.dumps({"assumed_interval": 60, "announces": False}),
            "--quiet",
            "--bind",
            CRAWLER,
            "--bootstrap",
            ":".join(map(str, dht.endpoints[0])),
        ]
        environment = {
            **os.environ,
            "STREAMS_HOME": str(settings.home),
            "STREAMS_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
            "STREAMS_POSTGRES_DSN": settings.postgres_dsn.get_secret_value(),
        }
        for number, seconds in enumerate(MANNERS):
            with (folder / "crawl.log").open("ab") as log:
                process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
                time.sleep(seconds)
                process.send_signal(signal.SIGKILL if number % 2 else signal.SIGTERM)
                process.wait(60)
        packets = manners.of(dht.packets(), CRAWLER)
    table = Table(
        "what", "figure", title=f"Manners over {sum(MANNERS):.0f} s, {len(MANNERS)} runs, 2 killed"
    )
    table.add_row("packets to 30 nodes", f"{len(packets):,}")
    table.add_row("samples", f"{sum(manners.SAMPLE in packet['text'] for packet in packets):,}")
    table.add_row(
        "sampled before the interval of 60 s was over",
        f"{len(manners.interval_violations(packets, 60))}",
    )
    table.add_row(
        "above 1 a second, burst 4",
        f"{manners.limit_violations(packets, production.per_ip, production.burst)}",
    )
    table.add_row("most to a node in 10 s (banned at 50)", f"{manners.most_in(packets, 10)}")
    return table


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> int:
    reading = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.crawl",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = ("small", "throughput", "black-holes", "manners")
    reading.add_argument(
        "part", nargs="*", choices=[*parts, []], help="default: small throughput black-holes"
    )
    chosen = reading.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="crawl-") as home:
        stack = local.up(Path(home))
        try:
            asyncio.run(create_topics(Settings(kafka_bootstrap=stack.kafka_bootstrap)))
            for part in chosen.part or parts[:3]:
                folder = Path(home) / part
                folder.mkdir()
                settings = Settings(
                    home=folder,
                    kafka_bootstrap=stack.kafka_bootstrap,
                    postgres_dsn=stack.postgres_dsn,
                )
                if part == "small":
                    console.print(small(folder, settings))
                elif part == "throughput":
                    console.print(
                        live(
                            folder,
                            settings,
                            THROUGHPUT,
                            20,
                            "120 nodes, a third of the peers refuse, 20 s",
                        )
                    )
                elif part == "black-holes":
                    plan = Plan(nodes=120, torrents=1_800, silent=4_200, ban_limit=5_000, net=3)
                    console.print(
                        live(
                            folder,
                            settings,
                            plan,
                            60,
                            "120 nodes, 70 % of the peers never answer, 60 s",
                        )
                    )
                else:
                    console.print(polite(folder, settings))
        finally:
            stack.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
