"""What traces cost: `python -m tests.benchmarks.traces [--torrents N] [--rounds N]`.

Publishes invented torrents as replay does and takes them through classify and extract by the engine
of delivery, and sends spans to a collector in a process of its own. What the models answer is
computed once, with the weights that ship, and only looked up afterwards: their time differs more
from round to round than tracing costs. Kafka is left out, too: it takes the same either way, but
for the bytes of a header. Rounds take turns: without traces, with the usual share, with every
record. Printed is CPU time of this process a torrent, with the thread that sends, as the median of
the rounds; and beside it what the work itself takes.
"""

import argparse
import asyncio
import multiprocessing
import time
import timeit
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from schemas import ExtractionRequest, Record, Torrent
from schemas.topics import DISCOVERED, EXTRACTION_REQUESTS
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.kafka.publisher import Message, message
from streams.kafka.traces.spans import Spans
from streams.kafka.traces.tracing import UNTRACED, publish, tracing_for
from streams.operate.metrics import Progress
from streams.operate.process import parser
from streams.pipeline.agents import InThread
from streams.pipeline.stages import Classify, Extract
from tests.benchmarks.torrents import mix
from tests.collector import collecting
from tests.fakes import ListSink, as_record
from tests.support import torrent

BATCH = 250
BANS = BanList.load()

_EXAMPLES = """examples:
  python -m tests.benchmarks.traces
  python -m tests.benchmarks.traces --torrents 2000 --rounds 31 --json
"""


@dataclass
class Known:
    """A stage whose answers are known."""

    answers: dict[str, list[Message]]
    first: frozenset[str] = frozenset()
    author: None = None

    def handle(self, items: Sequence[Any]) -> list[list[Message]]:
        """Looks the answers up."""
        return [self.answers[getattr(item, "torrent", item).infohash] for item in items]

    def conclude(self, outcomes: Sequence[list[Message]]) -> list[list[Message]]:
        """The answers as they are."""
        return list(outcomes)


def answered(seen: Sequence[Torrent]) -> dict[str, Known]:
    """What the models say, by the topic that they read."""
    classify = Classify(classifier(shipped(Stage.CLASSIFY)), BANS)
    extract = Extract(extractor(shipped(Stage.TAGGER)), Settings())
    classified = classify.conclude(classify.handle(seen))
    requests = [
        ExtractionRequest.model_validate_json(event.value or b"")
        for answer in classified
        for event in answer
        if event.topic == EXTRACTION_REQUESTS.name
    ]
    extracted = extract.conclude(extract.handle(requests))
    names = [item.infohash for item in seen]
    asked = [request.torrent.infohash for request in requests]
    return {
        DISCOVERED.name: Known(dict(zip(names, classified, strict=True))),
        EXTRACTION_REQUESTS.name: Known(dict(zip(asked, extracted, strict=True))),
    }


async def delivered(settings: Settings, known: dict[str, Known], seen: Sequence[Torrent]) -> None:
    """Takes torrents from a source through both stages."""
    tracing = tracing_for(settings)
    sink = ListSink()
    messages = [message(DISCOVERED, item.infohash, item, source="replay") for item in seen]
    for start in range(0, len(messages), BATCH):
        await publish(tracing, "replay", sink, messages[start : start + BATCH])
    for topic, stage in known.items():
        sent = [event for event in sink.messages if event.topic == topic]
        records = [as_record(event, offset) for offset, event in enumerate(sent)]
        sink, progress = ListSink(), Progress(topic)
        with ThreadPoolExecutor(1) as thread:
            work: Any = InThread(stage, thread, progress)
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
    """CPU microseconds a torrent by what is traced, and how many spans came."""
    seen = [torrent(case["name"]) for case in mix(count)]
    answered(seen[:BATCH])
    began = time.process_time()
    known = answered(seen)
    models = (time.process_time() - began) * 1e6 / len(seen)
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
        for number in range(rounds + 1):
            for name, settings in ways.items():
                began = time.process_time()
                asyncio.run(delivered(settings, known, seen))
                if number:  # in the first one libraries are loaded
                    taken[name].append((time.process_time() - began) * 1e6 / len(seen))
        ours.send(None)
        spans = ours.recv()
    finally:
        process.join(10)
        process.terminate()
    return {
        "torrents": len(seen),
        "models_us": models,
        "cpu_us": {name: median(values) for name, values in taken.items()},
        "more_us": {
            name: median(on - off for on, off in zip(values, taken[OFF], strict=True))
            for name, values in taken.items()
        },
        "spans": spans,
        "asked_when_off_us": _asked_when_off(as_record(next(_sent(known)))),
    }


def _asked_when_off(record: Record) -> float:
    """What the engine asks for one record in one stage where traces are off."""
    calls = 200_000
    timer = timeit.Timer(lambda: UNTRACED.stamped(record, ()), timer=time.process_time)
    return timer.timeit(calls) * 1e6 / calls


def _sent(known: dict[str, Known]) -> Iterator[Message]:
    for stage in known.values():
        for answer in stage.answers.values():
            yield from answer


def main() -> None:
    """Run the command."""
    reading = parser("python -m tests.benchmarks.traces", __doc__ or "", _EXAMPLES)
    reading.add_argument("--torrents", type=int, default=500, help="in a round (500)")
    reading.add_argument("--rounds", type=int, default=21, help="of each way (21)")
    reading.add_argument("--json", action="store_true", help="print JSON")
    chosen: argparse.Namespace = reading.parse_args()
    told = measured(chosen.torrents, chosen.rounds)
    console = Console(highlight=False)
    if chosen.json:
        console.print_json(data=told)
        return
    table = Table("traced", "CPU µs a torrent", "more than off, in pairs")
    for name, cpu in told["cpu_us"].items():
        table.add_row(name, f"{cpu:,.0f}", f"{told['more_us'][name]:+,.1f}")
    console.print(table)
    console.print(f"the models themselves: {told['models_us']:,.0f} µs a torrent")
    console.print(f"off, the engine asks for {told['asked_when_off_us']:.2f} µs a record and stage")
    console.print(f"{told['torrents']:,} torrents a round, {told['spans']:,} spans in all")


if __name__ == "__main__":
    main()
