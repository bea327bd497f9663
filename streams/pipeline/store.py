"""The store: the only part that writes to Postgres. DB commit first, then the offsets; every write
is idempotent.

Runs inside `faust -A streams worker` (role `store`) or alone: `python -m streams.store`.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncpg

from infra.logging import get_logger
from infra.postgres.connect import pool
from infra.postgres.migrate import migrations
from infra.postgres.writes import (
    Ids,
    lock_partitions,
    mark_redriven,
    write_answers,
    write_dead_letters,
    write_results,
    write_torrents,
)
from infra.settings import Settings, settings
from schemas import Classification, DeadLetter, Extraction, Result
from schemas.topics import CLASSIFIED, DEAD_LETTER, EXTRACTED, LINKED, TOPICS
from streams.kafka.consumer import BatchConsumer
from streams.kafka.delivery import Record, dead_letter, decode
from streams.kafka.publisher import Publisher, Sink, dead_letter_message
from streams.kafka.redriven import redriven_id
from streams.kafka.retry import with_retry
from streams.operate.health import Monitor
from streams.operate.metrics import Stage, Stages
from streams.operate.process import StartError, run, until_signalled

log = get_logger(__name__)

READS = (CLASSIFIED, EXTRACTED, LINKED, DEAD_LETTER)

GUILTY = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    OverflowError,
)
"""Failures that a row causes: its record is a dead letter. Anything else ends the process and
nothing is committed.
"""


class TablesMissing(StartError):
    """The migrations have not been applied."""


@dataclass(frozen=True)
class Batch:
    """What a batch of records says, sorted by what it is."""

    results: list[tuple[Record, Result]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    redriven: list[str] = field(default_factory=list)
    bad: list[DeadLetter] = field(default_factory=list)


class Store:
    """Consumes classified, extracted, linked and dead letters, and writes them."""

    def __init__(self, settings: Settings, stage: Stage, sink: Sink) -> None:
        self._settings = settings
        self._stage = stage
        self._sink = sink
        self._ids = Ids()
        self._consumer = BatchConsumer(
            settings,
            READS,
            group=f"{settings.group}-store",
            stage=stage,
            batch_size=settings.store_batch_size,
        )
        self._pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        """Connect to both ends.

        Raises: DatabaseUnreachable, TablesMissing, KafkaUnreachable, TopicsMissing: the message
            says what to do.
        """
        self._pool = await pool(self._settings)
        await require_tables(self._pool)
        await self._consumer.start()

    async def stop(self) -> None:
        await self._consumer.stop()
        if self._pool is not None:
            await self._pool.close()

    async def run(self, should_stop: Callable[[], bool]) -> None:
        """Write batch after batch until told to stop; a batch that was begun is finished."""
        while not should_stop():
            if records := await self._consumer.take(within=self._settings.batch_within):
                await self.write(records)
                await self._consumer.commit(records)

    async def write(self, records: Sequence[Record]) -> None:
        """Write one batch; when it returns the offsets may be committed.

        Raises:
            a failure of the infrastructure that outlasted its retries.
        """
        started = time.monotonic()
        batch = sort_out(records)
        places = sorted({(record.topic, record.partition) for record in records})
        failed: list[DeadLetter] = []
        await self._write_results(batch.results, places, failed)
        if batch.letters or batch.redriven:
            await with_retry(
                self._settings, "store: dead letters", lambda: self._write_letters(batch)
            )
        if guilty := [*batch.bad, *failed]:
            messages = [dead_letter_message(letter) for letter in guilty]
            await with_retry(self._settings, "store: publish", lambda: self._sink.publish(messages))
        self._stage.batch_done(records, time.monotonic() - started)

    async def _write_results(
        self,
        results: Sequence[tuple[Record, Result]],
        places: list[tuple[str, int]],
        failed: list[DeadLetter],
    ) -> None:
        """One transaction for all; where a row is at fault, each half alone until it is found."""
        if not results:
            return
        try:
            await with_retry(
                self._settings,
                "store: write",
                lambda: self._transaction([one for _, one in results], places),
            )
        except GUILTY as error:
            if len(results) == 1:
                failed.append(
                    dead_letter(
                        results[0][0],
                        "store",
                        "refused",
                        f"{type(error).__name__}: {error}",
                        attempts=2,
                    )
                )
                return
            middle = len(results) // 2
            await self._write_results(results[:middle], places, failed)
            await self._write_results(results[middle:], places, failed)

    async def _transaction(self, results: list[Result], places: list[tuple[str, int]]) -> None:
        assert self._pool is not None
        async with self._pool.acquire() as connection:
            await self._ids.learn(connection, results)
            async with connection.transaction():
                await lock_partitions(connection, places)
                if torrents := [one.torrent for one in results if isinstance(one, Classification)]:
                    await write_torrents(connection, torrents, self._ids)
                await write_results(connection, results, self._ids)
                answers = [
                    (one.answer, one.model)
                    for one in results
                    if isinstance(one, Extraction) and one.answer
                ]
                if answers:
                    await write_answers(connection, answers, self._ids)

    async def _write_letters(self, batch: Batch) -> None:
        assert self._pool is not None
        async with self._pool.acquire() as connection, connection.transaction():
            await write_dead_letters(connection, batch.letters)
            await mark_redriven(connection, batch.redriven)


def sort_out(records: Sequence[Record]) -> Batch:
    """Read records by the topic they are of; never raises."""
    batch = Batch()
    by_topic: dict[str, list[Record]] = {}
    for record in records:
        by_topic.setdefault(record.topic, []).append(record)
    for topic, some in by_topic.items():
        if topic == DEAD_LETTER.name:
            for record in some:
                _sort_letter(record, batch)
            continue
        good, bad = decode(some, TOPICS[topic].contract, "store")
        batch.results.extend((one.record, one.item) for one in good if isinstance(one.item, Result))
        batch.bad.extend(bad)
    return batch


def _sort_letter(record: Record, batch: Batch) -> None:
    headers = list(getattr(record, "headers", ()) or ())
    if (identity := redriven_id(headers)) is not None:
        batch.redriven.append(identity)
        return
    try:
        batch.letters.append(DeadLetter.from_record(headers, record.key, record.value))
    except ValueError as error:
        if record.value is not None:
            batch.bad.append(
                dead_letter(
                    record, "store", "invalid", f"not a dead letter: {type(error).__name__}"
                )
            )


async def require_tables(connections: asyncpg.Pool) -> None:
    """Check that every migration is applied.

    Raises:
        TablesMissing
    """
    applied: set[int] = set()
    if await connections.fetchval("SELECT to_regclass('schema_migrations')") is not None:
        applied = {
            row["number"] for row in await connections.fetch("SELECT number FROM schema_migrations")
        }
    if missing := [m.number for m in migrations() if m.number not in applied]:
        raise TablesMissing(
            f"migrations {missing} are not applied; run `python -m infra.postgres migrate`"
        )


async def _main() -> None:
    current = settings()
    stages = Stages(current.stall_after)
    monitor = Monitor(current, stages)
    stop = until_signalled()
    async with Publisher(current) as publisher:
        store = Store(current, stages.add("store"), publisher)
        await store.start()
        await monitor.start()
        try:
            await store.run(stop.is_set)
        finally:
            await monitor.stop()
            await store.stop()


def main() -> int:
    return run(
        _main(),
        "python -m streams.store",
        "Write results to Postgres, alone, without a Faust worker.",
    )


if __name__ == "__main__":
    sys.exit(main())
