"""The dead-letter topic, read in bounded pieces: a month of letters may not fit in memory."""

import sqlite3
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, closing

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from infra.logging import get_logger
from infra.settings import Settings
from schemas import DeadLetter
from schemas.topics import DEAD_LETTER
from streams.kafka.admin import partitions_of
from streams.kafka.client import client_options
from streams.kafka.consumer import require_topics
from streams.kafka.redriven import BadMark, redriven_id

log = get_logger(__name__)

_PAGE = 100
"""Records of one partition that are held at a time; Kafka sends about a MB, or one large record."""


class KnownIds:
    """A set of ids that does not grow in memory: SQLite moves it to a temporary file of its own."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, identity: str) -> bool:
        """Add an id; returns False if it was there."""
        added = self._database.execute("INSERT OR IGNORE INTO ids VALUES (?)", (identity,))
        return added.rowcount == 1

    def close(self) -> None:
        """Drop the file."""
        self._database.close()


async def open_letters(current: Settings) -> AsyncGenerator[DeadLetter, None]:
    """Every dead letter that was not sent back yet, oldest first, each once.

    The topic is read twice, because the mark that a letter was sent back may stand in another
    partition than the letter: first the marks, of which only ids are kept, then the letters.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicsMissing: `python -m streams.topics create` has not been run.
    """
    await require_topics(current, [DEAD_LETTER.name])
    with closing(KnownIds()) as known:
        async with aclosing(_records(current)) as records:
            async for record in records:
                if (identity := _marked(record)) is not None:
                    known.add(identity)
        async with aclosing(_records(current)) as records:
            async for record in records:
                letter = _letter(record)
                if letter is not None and known.add(letter.event_id):
                    yield letter


def _marked(record: ConsumerRecord) -> str | None:
    """The id of the letter that a record marks as sent back; None if it is no such mark."""
    try:
        return redriven_id(list(record.headers))
    except BadMark:
        return None


def _letter(record: ConsumerRecord) -> DeadLetter | None:
    """The letter that a record is; None for a mark, and for what is no letter."""
    try:
        if redriven_id(list(record.headers)) is not None:
            return None
        return DeadLetter.from_record(list(record.headers), record.key, record.value)
    except ValueError:
        log.warning(
            "not a dead letter, left alone", partition=record.partition, offset=record.offset
        )
        return None


async def _records(current: Settings) -> AsyncGenerator[ConsumerRecord, None]:
    """What the topic holds now, in the order of time over its partitions."""
    # Not seek_to_beginning: without a group the consumer may already be resetting itself to the
    # end.
    consumer = AIOKafkaConsumer(
        **client_options(current),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    admin = AIOKafkaAdminClient(**client_options(current))
    try:
        await consumer.start()
        await admin.start()
        places = (await partitions_of(admin, [DEAD_LETTER.name]))[DEAD_LETTER.name]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        waiting: dict[TopicPartition, deque[ConsumerRecord]] = {place: deque() for place in places}
        while await _fill(consumer, ends, waiting):
            oldest = min(
                (records for records in waiting.values() if records),
                key=lambda records: records[0].timestamp,
            )
            yield oldest.popleft()
    finally:
        await admin.close()
        await consumer.stop()


async def _fill(
    consumer: AIOKafkaConsumer,
    ends: Mapping[TopicPartition, int],
    waiting: Mapping[TopicPartition, deque[ConsumerRecord]],
) -> bool:
    """See that the next record of every partition is there; returns False when all are read."""
    for place, records in waiting.items():
        while not records and await consumer.position(place) < ends[place]:
            page = await consumer.getmany(place, timeout_ms=500, max_records=_PAGE)
            records.extend(record for record in page.get(place, ()) if record.offset < ends[place])
    return any(waiting.values())
