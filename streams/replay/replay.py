"""The replay itself: read, ban, publish in batches, remember how far it came. What tests and the
demo call.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Message, Publisher, message
from streams.kafka.retry import with_retry
from streams.replay.checkpoint import Checkpoint
from streams.replay.compressed import STDIN
from streams.replay.formats import Format, open_dump
from streams.replay.rows import Reader, Record, Rejected

BATCH = 1_000
"""Records between two acknowledgements: a tenth of a second of reading, so Ctrl-C is quick and a
crash repeats little.
"""

SHOWN = 5
"""Rejected records told in the summary for each reason."""


@dataclass(frozen=True)
class Options:
    """What to replay and how. `rate` is in records a second; `limit` counts records of the dump,
    good or not.
    """

    dump: str
    format: Format = Format.AUTO
    rate: float | None = None
    limit: int | None = None
    resume: bool = False
    dry_run: bool = False
    observed_at: datetime | None = None


@dataclass
class Summary:
    """What became of the records of a dump."""

    read: int = 0
    resumed_at: int = 0
    published: int = 0
    banned: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Rejected]] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    fault: str | None = None
    fraction: float | None = None
    seconds: float = 0.0
    interrupted: bool = False

    def reject(self, record: Rejected) -> None:
        self.skipped[record.reason] += 1
        shown = self.examples.setdefault(record.reason, [])
        if len(shown) < SHOWN:
            shown.append(record)


OnProgress = Callable[[Summary], None]
OnRejected = Callable[[Rejected], None]


async def replay(
    options: Options,
    settings: Settings,
    *,
    on_progress: OnProgress = lambda summary: None,
    on_rejected: OnRejected = lambda record: None,
    stop: asyncio.Event | None = None,
) -> Summary:
    """Publish a dump; returns what became of its records.

    Raises:
        DumpUnreadable, DumpChanged, KafkaUnreachable, TopicsMissing: the message says what to do.
    """
    stop = stop or asyncio.Event()
    reader, builder = open_dump(options.dump, options.format, options.observed_at)
    summary = Summary()
    checkpoint = (
        None
        if options.dump == STDIN or options.dry_run
        else Checkpoint(settings.checkpoint_dir, Path(options.dump))
    )
    bans = BanList.load(rules=settings.ban_keywords, infohashes=settings.ban_infohashes)
    try:
        if options.resume and checkpoint is not None:
            summary.resumed_at = checkpoint.read()
        if options.dry_run:
            await _run(
                options, reader, bans, summary, None, None, settings, on_progress, on_rejected, stop
            )
        else:
            await require_topics(settings, [DISCOVERED.name])
            async with Publisher(settings) as publisher:
                await _run(
                    options,
                    reader,
                    bans,
                    summary,
                    publisher,
                    checkpoint,
                    settings,
                    on_progress,
                    on_rejected,
                    stop,
                )
    finally:
        summary.fault = reader.fault
        summary.ignored = builder.ignored
        reader.close()
    return summary


async def _run(
    options: Options,
    reader: Reader,
    bans: BanList,
    summary: Summary,
    publisher: Publisher | None,
    checkpoint: Checkpoint | None,
    settings: Settings,
    on_progress: OnProgress,
    on_rejected: OnRejected,
    stop: asyncio.Event,
) -> None:
    began = time.monotonic()
    size = BATCH if options.rate is None else max(1, min(BATCH, round(options.rate / 4)))
    loop = asyncio.get_running_loop()
    batches = _batches(reader, size, summary.resumed_at, options.limit)
    done = summary.resumed_at
    # Reading goes on in a thread: a slow pipe must not keep the producer or a Ctrl-C waiting.
    while (
        not stop.is_set()
        and (batch := await loop.run_in_executor(None, next, batches, None)) is not None
    ):
        messages = [
            one
            for record in batch
            if (one := _message(record, bans, summary, on_rejected)) is not None
        ]
        if publisher is not None:
            await with_retry(settings, "replay: publish", lambda: publisher.publish(messages))  # noqa: B023 (awaited here)
        summary.published += len(messages)
        summary.read += len(batch)
        done += len(batch)
        if checkpoint is not None:
            checkpoint.write(done)
        summary.seconds = time.monotonic() - began
        summary.fraction = reader.fraction
        on_progress(summary)
        if options.rate is not None:
            await _pause(stop, began + summary.read / options.rate - time.monotonic())
    summary.interrupted = stop.is_set()
    summary.seconds = time.monotonic() - began


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    if seconds > 0:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return


def _batches(reader: Reader, size: int, skip: int, limit: int | None) -> Iterator[list[Record]]:
    """Records in batches; a batch is cut short when a pipe has nothing for now, so that what came
    is not kept waiting.
    """
    batch: list[Record] = []
    taken = 0
    for record in reader:
        if record is None:
            yield batch
            batch = []
            continue
        if skip > 0:
            skip -= 1
            continue
        if limit is not None and taken == limit:
            break
        taken += 1
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _message(
    record: Record, bans: BanList, summary: Summary, on_rejected: OnRejected
) -> Message | None:
    if not isinstance(record, Torrent):
        summary.reject(record)
        on_rejected(record)
        return None
    rule = bans.check(
        record.name, infohash=record.infohash, paths=[file.path for file in record.files or ()]
    )
    if rule is not None:
        summary.banned[rule] += 1
        return None
    return message(DISCOVERED, record.infohash, record, source="replay")
