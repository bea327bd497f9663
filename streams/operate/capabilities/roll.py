"""Which runtimes are there: what they announced in the last half minute, and what is missing."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from infra.roles import LlmMode
from infra.settings import Settings
from schemas import Capabilities, Offer
from schemas.capability import GONE_AFTER
from schemas.topics import CAPABILITIES
from streams.kafka.client import NOT_ALLOWED, KafkaUnreachable, client_options, not_allowed
from streams.kafka.consumer import TopicsMissing

_CALL_SECONDS = 10.0
"""For a whole look; with Kafka away the client itself would wait for longer."""
_TAKE_MS = 500


@dataclass(frozen=True, slots=True)
class Runtimes:
    """Who is there for one consumer group, or why that is not known."""

    workers: tuple[Capabilities, ...] = ()
    unknown: str = ""

    def of(self, stage: str) -> list[tuple[Capabilities, Offer]]:
        """The workers that read the topics of a stage, and what they offer there."""
        return [
            (worker, offer)
            for worker in self.workers
            if worker.group is not None
            for offer in worker.offers
            if offer.stage == stage
        ]

    def urls(self, stage: str) -> list[str]:
        """Where a stage is answered over HTTP."""
        return [
            worker.url
            for worker in self.workers
            if worker.url and any(offer.stage == stage for offer in worker.offers)
        ]

    def missing(self, stages: Iterable[str]) -> list[str]:
        """The stages that nobody offers; none of them where it is not known."""
        return [] if self.unknown else [stage for stage in stages if not self.of(stage)]


def expected(settings: Settings) -> tuple[str, ...]:
    """The stages that a whole pipeline has runtimes for."""
    asked = () if settings.llm_mode is LlmMode.OFF else ("llm",)
    return ("classify", "extract", "match", *asked)


def told(stage: str, waiting: int | None = None) -> str:
    """That a stage has no runtime, and what waits for it; for people."""
    if waiting is None:
        return f"no runtime offers {stage}"
    return f"no runtime offers {stage}: {f'{waiting:,} wait' if waiting else 'nothing waits'}"


def rows(runtimes: Runtimes) -> list[dict[str, Any]]:
    """A row for each worker and stage, for JSON and tables."""
    return [
        {
            "stage": offer.stage,
            "model": offer.model,
            "revision": offer.revision,
            "rate": offer.rate,
            "worker": worker.worker,
            "version": worker.version,
            "since": worker.since.isoformat(),
            "url": worker.url,
        }
        for worker in runtimes.workers
        for offer in worker.offers
    ]


class RollCall:
    """Asks who is there, again and again, over one connection.

    A client for each look would be garbage in circles, which Python finds late.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: AIOKafkaConsumer | None = None

    async def look(self) -> Runtimes:
        """Who is there for our group, or why that cannot be told: that is no error.

        Workers of another group have read nothing for this one.
        """
        runtimes = await self._look()
        if runtimes.unknown:
            await self.close()
        return runtimes

    async def close(self) -> None:
        """Closes the connection; the next look opens a new one."""
        consumer = self._consumer
        self._consumer = None
        if consumer is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(consumer.stop(), _CALL_SECONDS)

    async def _look(self) -> Runtimes:
        try:
            present = await asyncio.wait_for(self._present(), _CALL_SECONDS)
        except NOT_ALLOWED as error:
            return Runtimes(unknown=not_allowed(error))
        except (KafkaUnreachable, TopicsMissing) as error:
            return Runtimes(unknown=str(error))
        except (KafkaError, OSError, TimeoutError) as error:
            return Runtimes(unknown=f"Kafka does not answer ({type(error).__name__})")
        group = self._settings.group
        return Runtimes(tuple(worker for worker in present if worker.group in (None, group)))

    async def _present(self) -> list[Capabilities]:
        """What was announced lately, by worker; what was taken back is left out."""
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(
                **client_options(self._settings), enable_auto_commit=False
            )
            await self._consumer.start()
        consumer = self._consumer
        if CAPABILITIES.name not in await consumer.topics():
            raise TopicsMissing(
                f"Kafka has no topic {CAPABILITIES.name}; run `python -m streams.topics create`"
            )
        numbers = range(CAPABILITIES.partitions)
        places = [TopicPartition(CAPABILITIES.name, number) for number in numbers]
        consumer.assign(places)
        try:
            return _workers(await _lately(consumer, places))
        finally:
            consumer.unsubscribe()  # it would go on fetching between two looks


async def roll_call(settings: Settings) -> Runtimes:
    """Who is there for our group, asked once; see `RollCall.look`."""
    asking = RollCall(settings)
    try:
        return await asking.look()
    finally:
        await asking.close()


async def _lately(
    consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]
) -> list[tuple[str, bytes | None]]:
    """The records of the last half minute, by the broker's clock, in their order."""
    since = round((time.time() - GONE_AFTER) * 1_000)
    begins = await consumer.offsets_for_times(dict.fromkeys(places, since))
    ends: Mapping[TopicPartition, int] = await consumer.end_offsets(places)
    for place in places:
        # The first record that is young enough; where there is none, nothing is read.
        consumer.seek(place, begins[place].offset if begins[place] else ends[place])
    records = []
    while [place for place in places if await consumer.position(place) < ends[place]]:
        for taken in (await consumer.getmany(timeout_ms=_TAKE_MS)).values():
            records += [
                ((record.key or b"").decode("utf-8", "replace"), record.value) for record in taken
            ]
    return records


def _workers(records: Iterable[tuple[str, bytes | None]]) -> list[Capabilities]:
    latest: dict[str, Capabilities] = {}
    for key, value in records:
        latest.pop(key, None)
        if value is None:
            continue
        try:
            latest[key] = Capabilities.model_validate_json(value)
        except ValidationError:
            continue  # not of ours, or of a version that we do not know
    return sorted(latest.values(), key=lambda worker: worker.worker)
