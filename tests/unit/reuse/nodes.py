"""Installations without a broker, with the real models."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from infra.settings import Settings
from models.ban.ban_list import BanList
from models.loading import active_classifier, active_extractor
from models.reuse.signing import Signer
from schemas import (
    Bundle,
    Classification,
    Extraction,
    Record,
    SignedBundle,
    Torrent,
)
from schemas.bundle import SharedResult
from schemas.topics import CLASSIFIED, EXTRACTED, EXTRACTION_REQUESTS, REUSE
from streams.kafka.dead_letters import Bans, Gate
from streams.kafka.delivery import Engine, Work
from streams.operate.metrics import Progress
from streams.pipeline.agents import InThread
from streams.pipeline.reuse import Peers
from streams.pipeline.stages import Classify, Extract
from streams.reuse.keyring import TrustList, folder_of, make_key
from streams.reuse.table import ToldNow
from streams.reuse.taking import Taking
from streams.reuse.telling import Telling
from tests.benchmarks.torrents import mix
from tests.fakes import FakeRecord, ListSink, as_record
from tests.support import torrent

RESULT_TOPICS = (CLASSIFIED.name, EXTRACTED.name)


@cache
def models():  # type: ignore[no-untyped-def]
    return active_classifier(), active_extractor()


@cache
def seen() -> list[Torrent]:
    """A small dump: names with and without files; some come twice."""
    return [
        torrent(
            case["name"],
            files=[(file["path"], file.get("size")) for file in case["files"]]
            if "files" in case
            else None,
        )
        for case in mix(120, seed=7)
    ]


class Node:
    """An installation: its settings, and its stages."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.settings = Settings(home=folder, **settings)  # type: ignore[arg-type]
        self.signer: Signer = make_key(self.settings)
        self.sink = ListSink()
        self.bans: Bans = BanList.load()
        classifier, extractor = models()
        self._classifier = classifier
        self._extractor = extractor

    async def compute(self) -> None:
        """Classifies and extracts the dump."""
        peers = Peers.of(self.settings)
        progress = Progress("classify")
        classify = InThread(
            Classify(self._classifier, BanList.load(), peers), ThreadPoolExecutor(1), progress
        )
        discovered = [FakeRecord(i, entry.to_json()) for i, entry in enumerate(seen())]
        await self.deliver(classify, discovered)
        extract = InThread(
            Extract(self._extractor, self.settings, peers=Peers.of(self.settings)),
            ThreadPoolExecutor(1),
            Progress("extract"),
        )
        requests = [as_record(sent) for sent in self.sink.of(EXTRACTION_REQUESTS.name)]
        await self.deliver(extract, requests)

    async def tell(self) -> Sequence[FakeRecord]:
        """Signs what it found out; returns the records of the topic."""
        results = [as_record(sent) for sent in self.sink.messages if sent.topic in RESULT_TOPICS]
        await self.deliver(Telling(self.signer, BanList.load()), results)
        return [as_record(sent) for sent in self.sink.of(REUSE.name)]

    async def take(self, told: Sequence[FakeRecord]) -> Taking:
        """Takes what is told to it."""
        table = ToldNow(folder_of(self.settings), 100_000)
        work = Taking(self.settings, table, self.bans)
        await self.deliver(work, told)
        table.close()
        return work

    async def deliver(self, work: Work, batch: Sequence[FakeRecord]) -> None:  # type: ignore[type-arg]
        progress = Progress("test")
        gate = Gate(BanList.load(), progress)
        acknowledged: list[Record] = []

        async def acknowledge(records: Sequence[Record]) -> None:
            acknowledged.extend(records)

        await Engine(work, self.sink, gate, progress, self.settings).deliver(batch, acknowledge)
        assert len(acknowledged) == len(batch)
        assert not self.sink.letters

    @property
    def results(self) -> list[Classification | Extraction]:
        """What it published, in its order."""
        return [
            Classification.model_validate_json(sent.value or b"")
            if sent.topic == CLASSIFIED.name
            else Extraction.model_validate_json(sent.value or b"")
            for sent in self.sink.messages
            if sent.topic in RESULT_TOPICS
        ]


def second(tmp_path: Path, trusted: Node, **settings: object) -> Node:
    node = Node(tmp_path / "second", **{"reuse": True, "reuse_checked": 0, **settings})
    TrustList(node.settings).add(trusted.signer.node, "first")
    return node


def bundle_of(signed: SignedBundle) -> Bundle:
    return Bundle.model_validate_json(signed.payload)


def results_in(told: Sequence[FakeRecord]) -> list[SharedResult]:
    signed = [SignedBundle.model_validate_json(record.value or b"") for record in told]
    return [result for bundle in signed for result in bundle_of(bundle).results]
