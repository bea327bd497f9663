"""Bundles of others into the table: what is refused is counted by its reason, and nothing else."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from infra.logging import get_logger
from infra.settings import Settings
from models.active import RESULTS, Stage, revision_of_results
from models.loading import answering
from models.reuse.answers import Answered
from models.reuse.checking import Fault, Refused, answers_of, read_bundle
from schemas import Record
from schemas.bundle import Shared
from streams.kafka.dead_letters import Bans
from streams.kafka.publisher import Message
from streams.operate.metrics import REUSE_BUNDLES, REUSE_RESULTS
from streams.pipeline.chosen import chosen_weights
from streams.reuse.banned import is_banned
from streams.reuse.keyring import TrustList, own_node
from streams.reuse.table import ToldNow

log = get_logger(__name__)

OWN = "own"
"""A bundle of ours that came back; there is nothing in it that we did not make."""
TAKEN = "taken"
BANNED = "banned"
"""Results of torrents that the ban list bans here."""


class Taken(NamedTuple):
    """What a bundle told that answers questions here."""

    node: str
    made_at: datetime
    answers: tuple[Answered, ...]
    others: int
    """Results of models that do not answer here."""
    banned: int


def models_here(settings: Settings) -> frozenset[tuple[str, str, int]]:
    """Stage of results, `name@version` and revision of the models that answer here, and ship.

    Models of one's own have the same names everywhere, and are others: they are left out.

    Raises:
        registry.WeightsError: a model that the settings name is not there.
    """
    return frozenset(_models(settings))


def _models(settings: Settings) -> Iterator[tuple[str, str, int]]:
    classify = chosen_weights(settings, Stage.CLASSIFY)
    if classify.is_shipped:
        yield RESULTS[Stage.CLASSIFY], classify.manifest.label, classify.manifest.revision
    tagger = chosen_weights(settings, Stage.TAGGER)
    if tagger.is_shipped:
        yield RESULTS[Stage.TAGGER], answering(tagger).label, revision_of_results(tagger)


class Taking:
    """The work of whoever takes bundles, from Kafka (as the engine's `Work`) or from a file."""

    first: frozenset[str] = frozenset()

    def __init__(self, settings: Settings, table: ToldNow, bans: Bans) -> None:
        self._table = table
        self._bans = bans
        self._trusted = TrustList(settings)
        self._own = own_node(settings)
        self._models = models_here(settings)
        self.bundles: Counter[str] = Counter()
        """Outcome -> bundles, since the start."""
        self.results: Counter[str] = Counter()

    def decode(self, record: Record) -> Record | None:
        """Passes a bundle on. Nothing is read here: whatever fails would make a dead letter.

        What strangers send is not kept, and a list of trust that cannot be read is nobody's fault.
        """
        return None if record.value is None else record

    def read(self, value: bytes, sent_by: bytes | None = None) -> Taken | None:
        """A bundle that is believed. Returns None if it is not, or is our own.

        Raises:
            StartError: the list of trusted nodes cannot be read.
        """
        trusted = self._trusted.nodes.keys() | ({self._own} if self._own else set())
        try:
            bundle = read_bundle(value, trusted=trusted, sent_by=sent_by)
        except Refused as error:
            self._count(error.fault)
            log.info("a bundle is refused", fault=error.fault.value, why=str(error)[:200])
            return None
        if bundle.node == self._own:
            self._count(OWN)
            return None
        allowed = tuple(
            told
            for told in bundle.results
            if not (isinstance(told, Shared) and is_banned(self._bans, told))
        )
        told = list(answers_of(bundle.model_copy(update={"results": allowed}), self._models))
        answers = tuple(entry for entry in told if isinstance(entry, Answered))
        banned = len(bundle.results) - len(allowed)
        return Taken(bundle.node, bundle.made_at, answers, len(told) - len(answers), banned)

    def keep(self, taken: Taken) -> None:
        """Write what a bundle told to the table.

        Raises:
            StartError: it cannot be written.
        """
        self._table.keep(taken.node, taken.made_at, taken.answers)
        self._count(TAKEN)
        counts = {
            TAKEN: len(taken.answers),
            Fault.OTHER_MODEL: taken.others,
            BANNED: taken.banned,
        }
        for outcome, count in counts.items():
            self.results[outcome] += count
            REUSE_RESULTS.labels(outcome).inc(count)

    async def handle(self, items: Sequence[Record]) -> list[None]:
        """Keeps what bundles told; again changes nothing.

        Raises:
            StartError: whom we trust cannot be read, or the table cannot be written.
        """
        for record in items:
            await asyncio.to_thread(self._take, record)
        return [None] * len(items)

    def _take(self, record: Record) -> None:
        taken = self.read(record.value or b"", record.key or b"")
        if taken is not None:
            self.keep(taken)

    async def conclude(self, outcomes: Sequence[None]) -> list[list[Message]]:
        """Nothing is published of what others told."""
        return [[] for _ in outcomes]

    def blame(self, error: Exception) -> str | None:
        """No bundle is to blame for a table that cannot be written."""
        return None

    def _count(self, outcome: str) -> None:
        self.bundles[outcome] += 1
        REUSE_BUNDLES.labels(outcome).inc()
