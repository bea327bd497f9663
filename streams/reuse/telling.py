"""The work of whoever tells results: events of the stages in, signed bundles out."""

import asyncio
from collections.abc import Sequence

from models.reuse.answers import shared
from models.reuse.signing import Signer
from schemas import Classification, Extraction, Link, Record
from schemas.bundle import SharedResult
from schemas.topics import REUSE, TOPICS
from streams.kafka.dead_letters import Bans
from streams.kafka.publisher import Message, message
from streams.operate.metrics import REUSE_RESULTS
from streams.reuse.banned import is_banned
from streams.reuse.making import bundles

TOLD = "told"


class Telling:
    """Results of this installation -> bundles of this node; what others told is not told again."""

    first: frozenset[str] = frozenset()

    def __init__(self, signer: Signer, bans: Bans) -> None:
        self._signer = signer
        self._bans = bans
        self.told = 0
        """Results, since the start."""

    @property
    def node(self) -> str:
        """The public key of this installation."""
        return self._signer.node

    def decode(self, record: Record) -> Classification | Extraction | Link | None:
        """Reads a result; a tombstone is passed over."""
        if record.value is None:
            return None
        result = TOPICS[record.topic].contract.model_validate_json(record.value)
        assert isinstance(result, Classification | Extraction | Link)
        return result

    async def handle(
        self, items: Sequence[Classification | Extraction | Link]
    ) -> list[SharedResult | None]:
        """Results as they are told; None for what is not, or is banned by now."""
        return [None if is_banned(self._bans, item) else shared(item) for item in items]

    async def conclude(self, outcomes: Sequence[SharedResult | None]) -> list[list[Message]]:
        """Signs what a batch has, in as few bundles as it fits in."""
        results = [outcome for outcome in outcomes if outcome is not None]
        signed = await asyncio.to_thread(lambda: list(bundles(results, self._signer)))
        self.told += len(results)
        REUSE_RESULTS.labels(TOLD).inc(len(results))
        messages = [message(REUSE, bundle.node, bundle, source="reuse") for bundle in signed]
        # A bundle is of the batch and of no record; the last one stands for all.
        return [*([] for _ in outcomes[1:]), messages]

    def blame(self, error: Exception) -> str | None:
        """Whatever a result fails with is its own fault."""
        return "handler_error"
