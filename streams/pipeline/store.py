"""The store: the only part that writes to Postgres. Every write is idempotent.

It runs inside `faust -A streams worker` (role `store`) or alone: `python -m streams.store`.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asyncpg

from infra.postgres.access import Access
from infra.postgres.connect import pool
from infra.postgres.embeddings import Meanings
from infra.postgres.migrate import migrations
from infra.postgres.writes import (
    Ids,
    lock_partitions,
    mark_redriven,
    write_answers,
    write_corrections,
    write_dead_letters,
    write_embeddings,
    write_results,
    write_tags,
    write_torrents,
)
from infra.settings import Settings, settings
from schemas import (
    Classification,
    Contract,
    Correction,
    DeadLetter,
    Extraction,
    Record,
    Result,
    TorrentEmbedding,
    TorrentTags,
)
from schemas.topics import CORRECTIONS, DEAD_LETTER, STORED, TOPICS
from streams.kafka.consumer import BatchConsumer
from streams.kafka.dead_letters import Bans, Gate
from streams.kafka.delivery import Engine
from streams.kafka.publisher import Message, Publisher, Sink
from streams.kafka.redriven import redriven_id
from streams.operate.capabilities.watch import RuntimesWatch
from streams.operate.health import Monitor
from streams.operate.memory import Housekeeping
from streams.operate.metrics import Progress, ProgressBoard, Reads
from streams.operate.process import StartError, run, until_signalled
from streams.pipeline.bans import load_bans

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


@dataclass(frozen=True, slots=True)
class Mark:
    """Says that a dead letter was sent back to its topic."""

    letter_id: str


Written = Result | TorrentTags | TorrentEmbedding | Correction | DeadLetter | Mark
"""What the store has tables for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record says, and the partition that it is of."""

    topic: str
    partition: int
    content: Written


class Writing:
    """The work of the store: what the engine does with its batches."""

    first: frozenset[str] = frozenset()

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._ids = Ids()
        self._meanings = Meanings()
        self.pool: asyncpg.Pool | None = None

    def decode(self, record: Record) -> Entry | None:
        """Reads a record by the topic it is of; None where there is nothing to write."""
        content: Contract | Mark | None
        if record.topic == DEAD_LETTER.name:
            content = self._letter_or_mark(record)
        elif record.value is None or (record.topic == CORRECTIONS.name and self._bans(record)):
            content = None
        else:
            content = TOPICS[record.topic].contract.model_validate_json(record.value)
        if content is None:
            return None
        if not isinstance(content, Written):
            raise TypeError(f"the store has no table for what {record.topic} carries")
        return Entry(record.topic, record.partition, content)

    async def handle(self, items: Sequence[Entry]) -> list[None]:
        """Commits a batch in one transaction; corrections follow in one of their own.

        They keep all other writers out, which nobody may ask for who is a writer already.
        """
        contents = [entry.content for entry in items]
        results = [content for content in contents if isinstance(content, Result)]
        tags = [content for content in contents if isinstance(content, TorrentTags)]
        meanings = [content for content in contents if isinstance(content, TorrentEmbedding)]
        letters = [content for content in contents if isinstance(content, DeadLetter)]
        corrections = [content for content in contents if isinstance(content, Correction)]
        marks = [content.letter_id for content in contents if isinstance(content, Mark)]
        assert self.pool is not None
        async with self.pool.acquire() as connection:
            await self._ids.learn(connection, results)
            await self._ids.learn_makers(connection, tags)
            meanings = await self._meanings.kept(connection, meanings, self._ids)
            async with connection.transaction():
                await lock_partitions(connection, {(item.topic, item.partition) for item in items})
                if results:
                    await self._write(connection, results)
                if tags:
                    await write_tags(connection, tags, self._ids)
                if meanings:
                    await write_embeddings(connection, meanings, self._ids)
                if letters:
                    await write_dead_letters(connection, letters)
                if marks:
                    await mark_redriven(connection, marks)
            if corrections:
                await write_corrections(connection, corrections)
        return [None] * len(items)

    async def conclude(self, outcomes: Sequence[None]) -> list[list[Message]]:
        """Publishes nothing: the rows are the answer."""
        return [[] for _ in outcomes]

    def blame(self, error: Exception) -> str | None:
        """What Postgres refuses about a row is that row's fault; nothing else is."""
        return "refused" if isinstance(error, GUILTY) else None

    async def _write(self, connection: asyncpg.Connection, results: list[Result]) -> None:
        torrents = [result.torrent for result in results if isinstance(result, Classification)]
        if torrents:
            await write_torrents(connection, torrents, self._ids)
        await write_results(connection, results, self._ids)
        answers = [
            (result.answer, result.model)
            for result in results
            if isinstance(result, Extraction) and result.answer
        ]
        if answers:
            await write_answers(connection, answers, self._ids)

    def _bans(self, record: Record) -> bool:
        """Whether a person typed, or named, what the ban list bans."""
        return self._gate.drops(record.key, record.value, record)

    def _letter_or_mark(self, record: Record) -> DeadLetter | Mark | None:
        headers = list(getattr(record, "headers", ()) or ())
        if (letter_id := redriven_id(headers)) is not None:
            return Mark(letter_id)
        if record.value is None and not headers:
            return None
        letter = DeadLetter.from_record(headers, record.key, record.value)
        # The list may have grown since the letter was published, and not all of them are ours.
        if self._gate.drops(letter.key, letter.value, record):
            return None
        return None if self._gate.drops(None, letter.error.encode(), record) else letter


class Store:
    """Consumes results and dead letters, and writes them."""

    def __init__(self, settings: Settings, progress: Progress, sink: Sink, bans: Bans) -> None:
        self._settings = settings
        self._consumer = BatchConsumer(
            settings, STORED, group=settings.store_group, batch_size=settings.store_batch_size
        )
        progress.reads = Reads(self._consumer.group, self._consumer.assignment)
        gate = Gate(bans, progress)
        self._writing = Writing(gate)
        self.engine = Engine(self._writing, sink, gate, progress, settings)

    async def start(self) -> None:
        """Connects to both ends.

        Raises:
            DatabaseUnreachable: Postgres does not answer.
            TablesMissing: the migrations have not been applied.
            KafkaUnreachable: Kafka does not answer.
            TopicsMissing: Kafka has not the topics.
        """
        self._writing.pool = await pool(self._settings, Access.WRITER)
        await require_tables(self._writing.pool)
        await self._consumer.start()

    async def stop(self) -> None:
        """Leaves the group and closes the connections."""
        await self._consumer.stop()
        if self._writing.pool is not None:
            await self._writing.pool.close()

    async def run(self, should_stop: Callable[[], bool]) -> None:
        """Writes batch after batch until told to stop; a batch that was begun is finished."""
        while not should_stop():
            if records := await self._consumer.take(within=self._settings.batch_within):
                await self.engine.deliver(records, self._consumer.commit)


async def require_tables(connections: asyncpg.Pool) -> None:
    """Checks that every migration is applied.

    Raises:
        TablesMissing: the message names those that are not.
    """
    applied: set[int] = set()
    if await connections.fetchval("SELECT to_regclass('schema_migrations')") is not None:
        applied = {
            row["number"] for row in await connections.fetch("SELECT number FROM schema_migrations")
        }
    missing = [migration.number for migration in migrations() if migration.number not in applied]
    if missing:
        raise TablesMissing(
            f"migrations {missing} are not applied; run `python -m infra.postgres migrate`"
        )


async def _main() -> None:
    current = settings()
    bans = load_bans(current)
    board = ProgressBoard(current.stall_after)
    monitor = Monitor(current, board, "store", RuntimesWatch(current))
    housekeeping = Housekeeping()
    stop = until_signalled()
    async with Publisher(current) as publisher:
        store = Store(current, board.add("store"), publisher, bans)
        await store.start()
        await monitor.start()
        housekeeping.start()
        try:
            await store.run(stop.is_set)
        finally:
            await housekeeping.stop()
            await monitor.stop()
            await store.stop()


def main() -> int:
    """Runs the store alone and returns its exit code."""
    return run(
        _main(),
        "python -m streams.store",
        "Write results to Postgres, alone, without a Faust worker.",
    )


if __name__ == "__main__":
    sys.exit(main())
