"""Two nodes on loopback, each with a Kafka of its own: what the second is spared, and refuses.

The first works a dump of invented torrents and tells what it found out. The second takes that, with
poison of a node that it trusts, too, and works the same dump. Then the own models are asked about
every torrent once more, here, and each answer that was reused is held against theirs.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local import stack as local
from infra.settings import Settings
from models.ban.ban_list import BanList
from models.loading import active_classifier, active_extractor
from schemas import (
    Bundle,
    Classification,
    Decision,
    Extraction,
    ExtractionRequest,
    SharedClassification,
    SharedExtraction,
    SignedBundle,
    Torrent,
)
from schemas.topics import CLASSIFIED, DISCOVERED, EXTRACTED, EXTRACTION_REQUESTS, REUSE
from streams.kafka.admin import create_topics
from streams.kafka.publisher import Message, Publisher, message
from streams.pipeline.stages import Banned, Classify, Extract
from streams.reuse.keyring import TrustList, make_key
from streams.reuse.making import bundles
from tests.benchmarks.reuse.poison import Poison, Poisoner
from tests.benchmarks.torrents import mix
from tests.fakes import Published
from tests.support import WORKER, eventually, running, torrent

Told = Classification | Extraction

SPARED = 0.95
"""The bar: the least share of the second node's answers that is not computed."""

_EXAMPLES = """examples:
  python -m tests.benchmarks.reuse                    2,000 torrents
  python -m tests.benchmarks.reuse --torrents 20000
"""


@dataclass
class Node:
    """An installation: a Kafka and a home of its own, and what its worker published."""

    name: str
    home: Path
    bootstrap: str
    more: dict[str, str] = field(default_factory=dict)
    results: dict[str, Told] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def environment(self) -> dict[str, str]:
        """Of its processes."""
        return {
            "STREAMS_HOME": str(self.home),
            "STREAMS_KAFKA_BOOTSTRAP": self.bootstrap,
            "STREAMS_ROLES": "classify,extract",
            "STREAMS_LOG_LEVEL": "warning",
            **self.more,
        }

    @property
    def settings(self) -> Settings:
        """As its processes have them."""
        known = {name.removeprefix("STREAMS_").lower(): v for name, v in self.environment.items()}
        return Settings(**known)  # type: ignore[arg-type]

    async def work(self, dump: Sequence[Torrent], expected: int) -> None:
        """Runs a worker over the dump until as many results are there."""
        topics = [
            await Published.since_now(self.bootstrap, topic.name)
            for topic in (CLASSIFIED, EXTRACTED)
        ]
        async with Publisher(self.settings) as publisher:
            await publisher.publish(
                message(DISCOVERED, entry.infohash, entry, source="benchmark") for entry in dump
            )

        async def is_done() -> bool:
            self.results = results_of([sent for topic in topics for sent in await topic.messages()])
            return len(self.results) >= expected

        began, before = time.monotonic(), _cpu_of_children()
        with running(WORKER, self.environment, self.home / "worker.log") as worker:
            await eventually(is_done, within=540, every=1, what=f"{expected} results")
            self.seconds = time.monotonic() - began
            worker.terminate()
        self.cpu = _cpu_of_children() - before

    def run(self, *arguments: str) -> str:
        """Output of `python -m streams.reuse`, which may fail with 1 where it refuses."""
        done = subprocess.run(
            [sys.executable, "-m", "streams.reuse", *arguments],
            env={**os.environ, **self.environment},
            text=True,
            capture_output=True,
            timeout=300,
            check=True,
        )
        return done.stdout


def results_of(messages: Iterable[Message]) -> dict[str, Told]:
    """Results by id."""
    results: dict[str, Told] = {}
    for sent in messages:
        contract = Classification if sent.topic == CLASSIFIED.name else Extraction
        result = contract.model_validate_json(sent.value or b"")
        results[result.result_id] = result
    return results


def own_answers(dump: Sequence[Torrent]) -> dict[str, Told]:
    """What the models say of the dump in this process, with nobody else in between."""
    classify = Classify(active_classifier(), BanList.load())
    answers = [entry for entry in classify.handle(dump) if not isinstance(entry, Banned)]
    sent = [told for answer in answers for told in answer.messages]
    requests = [
        ExtractionRequest.model_validate_json(told.value or b"")
        for told in sent
        if told.topic == EXTRACTION_REQUESTS.name
    ]
    drafts = Extract(active_extractor(), Settings()).handle(requests)
    results = results_of(told for told in sent if told.topic == CLASSIFIED.name)
    return results | {draft.extraction.result_id: draft.extraction for draft in drafts}


async def poisoned(first: Node, second: Node, shared: Sequence[Bundle]) -> list[Poison]:
    """Publishes every kind of poison beside what the first node told."""
    bad, other, stranger = (
        make_key(Settings(home=first.home / name)) for name in ("bad", "other", "stranger")
    )
    for trusted in (bad, other):
        TrustList(second.settings).add(trusted.node, "bad")
    results = [entry for bundle in shared for entry in bundle.results]
    classes = [entry for entry in results if isinstance(entry, SharedClassification)]
    audio = next(entry for entry in classes if entry.verdict.medium == "audio")
    reads = [entry for entry in results if isinstance(entry, SharedExtraction)]
    (honest,) = bundles([audio, next(entry for entry in reads if entry.evidence)], bad)
    bundle = Bundle.model_validate_json(honest.payload)
    poisons = list(Poisoner(bundle, bad, other, stranger).poisons())
    # Kafka itself takes nothing that is so large.
    sent = [poison for poison in poisons if poison.name != "huge"]
    async with Publisher(first.settings) as publisher:
        await publisher.publish(Message(REUSE.name, poison.key, poison.value) for poison in sent)
    return sent


def plain(result: Told) -> Told:
    """A result as the models made it."""
    return result.model_copy(update={"reuse": None})


async def measure(count: int, folder: Path) -> dict[str, Any]:
    """Runs both nodes; returns the figures."""
    dump = list(
        {
            entry.infohash: entry
            for entry in (
                torrent(
                    case["name"],
                    files=[(file["path"], file.get("size")) for file in case["files"]]
                    if "files" in case
                    else None,
                )
                for case in mix(count, seed=11)
            )
        }.values()
    )
    own = own_answers(dump)
    with ExitStack() as ending:
        nodes = []
        for name in ("first", "second"):
            running_stack = local.up(folder / name)
            ending.callback(running_stack.down)
            nodes.append(Node(name, folder / name, running_stack.kafka_bootstrap))
        first, second = nodes
        for node in nodes:
            await create_topics(node.settings)
        await first.work(dump, len(own))
        signer = make_key(first.settings)
        told = await Published.since_now(first.bootstrap, REUSE.name)
        first.run("share", "--cc0", "--idle-exit", "3")
        sent = await told.messages()
        signed = [SignedBundle.model_validate_json(entry.value or b"") for entry in sent]
        shared = [Bundle.model_validate_json(entry.payload) for entry in signed]
        poisons = await poisoned(first, second, shared)
        TrustList(second.settings).add(signer.node, "first")
        second.more = {"STREAMS_REUSE": "true", "STREAMS_REUSE_PEERS": first.bootstrap}
        taken = second.run("take", "--idle-exit", "3")
        await second.work(dump, len(own))
    reasons = Counter(
        result.reuse.reason.value if result.reuse else "unknown"
        for result in second.results.values()
    )
    reused = {
        name: result
        for name, result in second.results.items()
        if result.reuse is not None and result.reuse.decision is Decision.REUSED
    }
    refused = dict(line.rsplit(": ", 1) for line in taken.splitlines() if "bundles" in line)
    faults = Counter(f"bundles {poison.fault}" for poison in poisons)
    return {
        "torrents": len(dump),
        "results": len(second.results),
        "reused": len(reused),
        "spared": round(len(reused) / len(own), 4),
        "wrong": sum(plain(result) != plain(own[name]) for name, result in reused.items()),
        "reasons": dict(reasons),
        "bundles": len(shared),
        "bytes_a_result": round(sum(len(entry.value or b"") for entry in sent) / len(own)),
        "poisons": len(poisons),
        "poisons_refused": sum(
            min(count, int(refused.get(fault, 0))) for fault, count in faults.items()
        ),
        "taken": taken.splitlines(),
        "worker_seconds": {node.name: round(node.seconds, 1) for node in nodes},
        "worker_cpu_seconds": {node.name: round(node.cpu, 1) for node in nodes},
    }


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Runs it; returns 1 where a bar is missed."""
    reading = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.reuse",
        description="Two nodes on loopback: work that the second is spared, wrong reuses, poison.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument("--torrents", type=int, default=2_000, metavar="N", help="of the dump")
    chosen = reading.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mimmo-reuse-"))
    try:
        figures = asyncio.run(measure(chosen.torrents, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    is_good = (
        figures["spared"] >= SPARED
        and figures["wrong"] == 0
        and figures["poisons_refused"] == figures["poisons"] >= 20
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
