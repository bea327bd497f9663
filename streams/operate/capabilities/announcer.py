"""Tells others what this process offers, every ten seconds, and takes it back when it stops.

It has a producer of its own, so that whatever happens to it happens to nothing else.
"""

import asyncio
import os
import re
import secrets
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.logging import get_logger
from infra.settings import Settings
from models.version import version
from schemas import Capabilities, Offer
from schemas.capability import ANNOUNCED_EVERY
from schemas.topics import CAPABILITIES
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Message, Publisher, message
from streams.operate.background import Background
from streams.operate.metrics import ProgressBoard

log = get_logger(__name__)

_MINUTE = 60.0
_CALL_SECONDS = 8.0
"""For one record: what Kafka did not take before the next one is due is of no use."""
_FAREWELL_SECONDS = 3.0
"""For the last one. Whoever stops while Kafka is away is gone for the others half a minute later
all the same.
"""
_HOST = 24
"""Characters of the host's name; the whole has to fit a label."""


def worker_id(process: str) -> str:
    """A name for this process that no other one has, on whatever machine."""
    host = re.sub(r"[^\w.-]", "-", socket.gethostname(), flags=re.ASCII)[:_HOST] or "host"
    return f"{process}@{host}:{os.getpid()}-{secrets.token_hex(3)}"


class Rates:
    """Records a second of each stage in the last minute, from counts that only grow."""

    def __init__(self, board: ProgressBoard) -> None:
        self._board = board
        looks = round(_MINUTE / ANNOUNCED_EVERY) + 1
        self._looks: deque[tuple[float, dict[str, int]]] = deque(maxlen=looks)

    def look(self, now: float | None = None) -> dict[str, float]:
        """Counts again; `now` is `time.monotonic()`. The first look has nothing to compare."""
        moment = time.monotonic() if now is None else now
        counts = {progress.name: progress.done for progress in self._board}
        self._looks.append((moment, counts))
        began, before = self._looks[0]
        if moment <= began:
            return {}
        return {
            stage: round((count - before.get(stage, 0)) / (moment - began), 2)
            for stage, count in counts.items()
        }


@dataclass(frozen=True, slots=True)
class Announced:
    """What a process tells of itself.

    Attributes:
        process: its kind.
        offers: what it offers now; asked each time.
        board: where its stages are counted.
        url: where it answers over HTTP, if it does; it reads no topics then.
    """

    process: str
    offers: Callable[[], Iterable[Offer]]
    board: ProgressBoard
    url: str | None = None


class Announcer(Background):
    """Announces a process from `start` until `stop`.

    Nothing of it is ever raised: that Kafka does not take an announcement is said once, and tried
    again with the next one.
    """

    def __init__(self, settings: Settings, announced: Announced) -> None:
        super().__init__(self._run)
        self.worker = worker_id(announced.process)
        self._settings = settings
        self._announced = announced
        self._publisher = Publisher(settings)
        self._rates = Rates(announced.board)
        self._since = datetime.now(UTC)
        self._topic_is_there = False
        self._is_known = False
        self._has_complained = False

    def start(self) -> None:
        """Begins; the first announcement is made in the background, too."""
        self._since = datetime.now(UTC)
        super().start()

    async def stop(self) -> None:
        """Says that this process is gone, if anybody was told that it is there."""
        if not self.is_started:
            return
        await super().stop()
        with suppress(Exception):
            await asyncio.wait_for(self._leave(), _FAREWELL_SECONDS)

    def capabilities(self) -> Capabilities:
        """What is announced now."""
        rates = self._rates.look()
        offers = [
            offer.model_copy(update={"rate": rates.get(offer.stage)})
            for offer in self._announced.offers()
        ]
        return Capabilities(
            worker=self.worker,
            process=self._announced.process,
            version=version(),
            since=self._since,
            observed_at=datetime.now(UTC),
            offers=tuple(offers),
            group=None if self._announced.url else self._settings.group,
            url=self._announced.url,
        )

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._announce(), _CALL_SECONDS)
            except Exception as error:  # whatever it is, the work of this process goes on
                self._complain(error)
                await self._hang_up()
            else:
                self._recovered()
            await asyncio.sleep(ANNOUNCED_EVERY)

    async def _announce(self) -> None:
        if not self._topic_is_there:  # a broker might make it, and not as it must be
            await require_topics(self._settings, [CAPABILITIES.name])
            self._topic_is_there = True
        told = self.capabilities()
        sent = message(CAPABILITIES, self.worker, told, source=told.process)
        await self._publisher.publish([sent])
        self._is_known = True

    async def _leave(self) -> None:
        try:
            if self._is_known:
                await self._publisher.publish(tombstones([self.worker]))
        finally:
            await self._publisher.stop()

    async def _hang_up(self) -> None:
        """A new connection for the next one: this one may hang for ever."""
        with suppress(Exception):
            await asyncio.wait_for(self._publisher.stop(), _CALL_SECONDS)

    def _complain(self, error: Exception) -> None:
        if not self._has_complained:
            self._has_complained = True
            why = " ".join(str(error).split()) or type(error).__name__
            log.warning("others are not told that this process is here; it works on", why=why)

    def _recovered(self) -> None:
        if self._has_complained:
            self._has_complained = False
            log.info("others are told again that this process is here")


def tombstones(workers: Sequence[str]) -> list[Message]:
    """The records that say that workers are gone."""
    return [Message(CAPABILITIES.name, worker.encode(), None) for worker in workers]
