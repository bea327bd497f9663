"""What traces cost: `python -m tests.benchmarks.traces [--torrents N] [--rounds N]`.

Publishes invented torrents as replay does, classifies and extracts them by the engine of delivery
with the weights that ship, and sends spans to a collector in a process of its own. Kafka is left
out: it takes the same either way, but for the bytes of a header. Rounds take turns: without
traces, with the usual share, with every record. Printed is CPU time of this process a torrent, the
thread that sends included, as the median of the rounds.
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.settings import Settings
from infra.trace_settings import OFF
from models.active import Stage, shipped
from models.ban.ban_list import BanList
from models.loading import classifier, extractor
from schemas import Record
from schemas.topics import DISCOVERED, EXTRACTION_REQUESTS
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.kafka.publisher import message
from streams.operate.metrics import Progress
from streams.operate.process import parser
from streams.pipeline.agents import InThread
from streams.pipeline.stages import Classify, Extract
from streams.traces.spans import Spans
from streams.traces.tracing import publish, tracing_for
from tests.benchmarks.torrents import mix
from tests.collector import collecting
from tests.fakes import ListSink, as_record
from tests.support import torrent

BATCH = 250

BANS = BanList.load()

_EXAMPLES = """examples:
  python -m tests.benchmarks.traces
  python -m tests.benchmarks.traces --torrents 2000 --rounds 9 --json
"""


async def delivered(settings: Settings, stages: dict[str, Any], names: Sequence[str]) -> None:
    """Takes torrents from a source through classify and extract."""
    tracing = tracing_for(settings)
    sink = ListSink()
    seen = [torrent(name) for name in names]
    messages = [message(DISCOVERED, item.infohash, item, source="replay") for item in seen]
    for start in range(0, len(messages), BATCH):
        await publish(tracing, "replay", sink, messages[start : start + BATCH])
    for name, (stage, topic) in stages.items():
        sent = [event for event in sink.messages if event.topic == topic]
        records = [as_record(event, offset) for offset, event in enumerate(sent)]
        sink = ListSink()
        progress = Progress(name)
        with ThreadPoolExecutor(1) as thread:
            work = InThread(stage, thread, progress)
            engine = Engine(work, sink, Gate(BANS, progress), progress, settings)
            for start in range(0, len(records), BATCH):
                await engine.deliver(records[start : start + BATCH], _acknowledge)
    if isinstance(tracing, Spans):
        tracing._tracer.span_processor.force_flush()  # type: ignore[attr-defined]


async def _acknowledge(records: Sequence[Record]) -> None:
    """Nobody delivers them again."""


def _collect(told: Connection) -> None:
    """A collector, in a process of its own."""
    with collecting() as collector:
        told.send(collector.url)
        told.recv()
        told.send(len(collector.spans))


def measured(count: int, rounds: int) -> dict[str, Any]:
    """CPU milliseconds a torrent by what is traced, and how many spans came."""
    stages = {
        "classify": (
            Classify(classifier(shipped(Stage.CLASSIFY)), BANS),
            DISCOVERED.name,
        ),
        "extract": (
            Extract(extractor(shipped(Stage.TAGGER)), Settings()),
            EXTRACTION_REQUESTS.name,
        ),
    }
    names = [case["name"] for case in mix(count)]
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_collect, args=(theirs,))
    process.start()
    try:
        url = ours.recv()
        share = Settings.model_fields["trace_share"].default
        ways = {
            OFF: Settings(traces=OFF),
            f"a share of {share}": Settings(traces=url, trace_share=share),
            "every record": Settings(traces=url, trace_share=1),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for settings in ways.values():  # not counted: models and libraries are loaded
            asyncio.run(delivered(settings, stages, names[:BATCH]))
        for _ in range(rounds):
            for name, settings in ways.items():
                began = time.process_time()
                asyncio.run(delivered(settings, stages, names))
                taken[name].append((time.process_time() - began) * 1_000 / len(names))
        ours.send(None)
        spans = ours.recv()
    finally:
        process.join(10)
        process.terminate()
    more = {
        name: median(on - off for on, off in zip(values, taken[OFF], strict=True))
        for name, values in taken.items()
    }
    return {
        "torrents": len(names),
        "rounds": rounds,
        "cpu_ms": {name: median(values) for name, values in taken.items()},
        "more_ms": more,
        "spans": spans,
    }


def main() -> None:
    """Run the command."""
    reading = parser("python -m tests.benchmarks.traces", __doc__ or "", _EXAMPLES)
    reading.add_argument("--torrents", type=int, default=1_000, help="in a round (1000)")
    reading.add_argument("--rounds", type=int, default=7, help="of each way (7)")
    reading.add_argument("--json", action="store_true", help="print JSON")
    chosen: argparse.Namespace = reading.parse_args()
    told = measured(chosen.torrents, chosen.rounds)
    console = Console()
    if chosen.json:
        console.print_json(data=told)
        return
    table = Table("traced", "CPU ms a torrent", "more than off, in pairs")
    for name, cpu in told["cpu_ms"].items():
        table.add_row(name, f"{cpu:.3f}", f"{told['more_ms'][name]:+.4f}")
    console.print(table)
    console.print(f"{told['torrents']:,} torrents a round, {told['spans']:,} spans")


if __name__ == "__main__":
    main()
