"""The replay itself: read, ban, publish in batches, remember how far it came."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from infra.settings import Settings
from schemas import Torrent
from schemas.topics import DISCOVERED
from streams.kafka.consumer import require_topics
from streams.kafka.publisher import Publisher, Sink, message
from streams.kafka.retry import with_retry
from streams.kafka.traces.tracing import publish, tracing_for
from streams.pipeline.bans import load_bans
from streams.replay.checkpoint import Checkpoint, Progress
from streams.replay.dump import Dump, DumpUnreadable, Stopped
from streams.replay.formats import AUTO, builder_for, format_of, open_reader
from streams.replay.new_only import Stored
from streams.replay.reader import Reader
from streams.replay.rows import Passed, Rejected, Row
from streams.replay.summary import Summary

BATCH = 1_000
"""Records between two acknowledgements.

A tenth of a second of reading, so Ctrl-C is quick and a crash repeats little.
"""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Options:
    """What to replay and how."""

    dump: str
    """A path, `-` for standard input, or the address of a database."""
    format: str = AUTO
    rate: float | None = None
    """Records a second at most."""
    limit: int | None = None
    """Records of the dump, good or not, after which to end; at least 1."""
    resume: bool = False
    dry_run: bool = False
    observed_at: datetime | None = None
    """When the records were seen, instead of what they say."""
    since: datetime | None = None
    """Records whose own dates are all older are passed over; those without a date are not."""
    only_new: bool = False
    """What Postgres already has is passed over."""


@dataclass(frozen=True)
class Hooks:
    """What a replay tells while it runs, and how it is stopped."""

    on_progress: Callable[[Summary], None] = lambda summary: None
    on_rejected: Callable[[Rejected], None] = lambda record: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


async def replay(
    options: Options,
    settings: Settings,
    *,
    hooks: Hooks | None = None,
    sink: Sink | None = None,
) -> Summary:
    """Publish a dump; returns what became of its records.

    `sink` takes the messages instead of Kafka. In a dry run nothing is published at all.

    Raises:
        DumpUnreadable, DumpChanged, KafkaUnreachable, TopicsMissing, DatabaseUnreachable: the
            message says what to do.
    """
    # One thread reads: a slow pipe must not keep the producer or a Ctrl-C waiting, and a SQLite
    # database belongs to the thread that opened it.
    with ThreadPoolExecutor(1, thread_name_prefix="replay") as thread:
        run = _Run(options, settings, hooks or Hooks(), thread)
        try:
            await run.open()
        except Stopped:
            return Summary(interrupted=True)
        try:
            async with AsyncExitStack() as stack:
                if options.only_new:
                    run.stored = await stack.enter_async_context(Stored(settings))
                if not options.dry_run and sink is None:
                    await require_topics(settings, [DISCOVERED.name])
                    sink = await stack.enter_async_context(Publisher(settings))
                await run.publish_to(None if options.dry_run else sink)
        finally:
            await run.close()
    return run.summary


class _Run:
    """One replay. What touches the reader is done in its thread."""

    def __init__(
        self, options: Options, settings: Settings, hooks: Hooks, thread: ThreadPoolExecutor
    ) -> None:
        self._options = options
        self._settings = settings
        self._hooks = hooks
        self._thread = thread
        self._bans = load_bans(settings)
        self._tracing = tracing_for(settings)
        self._checkpoint: Checkpoint | None = None
        self._resumed = Progress()
        self.stored: Stored | None = None
        """Asked what Postgres has already, if the user wants only new torrents."""
        self.summary = Summary()

    async def open(self) -> None:
        """Open the dump, and find out how far an earlier run came."""
        await self._in_thread(self._open)

    def _open(self) -> None:
        options = self._options
        dump = Dump(options.dump, self._hooks.stop.is_set)
        try:
            form = format_of(dump, options.format)
            self.summary.expects = form.expects
            if dump.is_lasting:
                folder = self._settings.checkpoint_dir
                self._checkpoint = Checkpoint(folder, dump.path or dump.name, form.name)
            self._resumed = self._progress(dump)
            self.summary.resumed_at = self._resumed.records
        except BaseException:
            dump.close()
            raise
        self._builder = builder_for(dump, form, options.observed_at)
        self._builder.since = options.since
        self._reader: Reader = open_reader(dump, self._builder, form)
        try:
            self._skip()
        except BaseException:
            self._reader.close()
            raise

    def _progress(self, dump: Dump) -> Progress:
        """How far an earlier run came, if the user goes on with it."""
        if not self._options.resume:
            return Progress()
        if not dump.is_lasting:
            raise DumpUnreadable(
                f"{dump.name} is no file, so what was read of it before cannot be told; "
                "leave out --resume, or name the file"
            )
        return self._checkpoint.read() if self._checkpoint is not None else Progress()

    def _skip(self) -> None:
        """Begin where the earlier run ended, without looking at what it dealt with."""
        place = self._resumed.place
        if place is None or self._checkpoint is None:
            return
        try:
            self._reader.skip_to(place)
        except (KeyError, ValueError, TypeError) as error:
            raise self._checkpoint.damaged() from error

    async def close(self) -> None:
        """Close the dump, and complete the summary with what the reader knows of it."""
        self.summary.fault = self._reader.fault
        self.summary.columns = self._reader.columns
        self.summary.ignored = self._builder.ignored
        await self._in_thread(self._reader.close)

    async def publish_to(self, sink: Sink | None) -> None:
        """Publish batch after batch until the dump ends, or the user stops it."""
        options, summary, stop = self._options, self.summary, self._hooks.stop
        size = BATCH if options.rate is None else max(1, min(BATCH, round(options.rate / 4)))
        counted = self._resumed.records if self._resumed.place is None else 0
        batches = _batches(self._reader, size, counted, options.limit)
        began = time.monotonic()
        while not stop.is_set():
            try:
                batch = await self._in_thread(lambda: next(batches, None))
            except Stopped:
                break
            if batch is None:
                break
            if batch:
                await self._publish(batch, sink)
            summary.seconds = time.monotonic() - began
            summary.fraction = self._reader.fraction
            self._hooks.on_progress(summary)
            if options.rate is not None:
                await _pause(stop, began + summary.read / options.rate - time.monotonic())
        summary.interrupted = stop.is_set()
        summary.seconds = time.monotonic() - began

    async def _publish(self, batch: list[Row], sink: Sink | None) -> None:
        """Publish first, remember then: a kill in between repeats a batch, and loses none."""
        summary = self.summary
        torrents = [torrent for record in batch if (torrent := self._wanted(record)) is not None]
        if self.stored is not None:
            torrents = await self.stored.new(torrents, summary.passed)
        if sink is not None and torrents:
            messages = [
                message(DISCOVERED, torrent.infohash, torrent, source="replay")
                for torrent in torrents
            ]
            await with_retry(
                self._settings,
                "replay: publish",
                lambda: publish(self._tracing, "replay", sink, messages),
            )
        summary.published += len(torrents)
        summary.read += len(batch)
        if self._checkpoint is not None and sink is not None:
            records = summary.resumed_at + summary.read
            self._checkpoint.write(Progress(records, self._reader.place))

    def _wanted(self, record: Row) -> Torrent | None:
        """The torrent of a record; None if it is none, not asked for, or banned."""
        if isinstance(record, Torrent):
            rule = self._bans.check_torrent(record)
            if rule is None:
                return record
            self.summary.banned[rule] += 1
        elif isinstance(record, Passed):
            self.summary.passed[record.reason] += 1
        else:
            self.summary.reject(record)
            self._hooks.on_rejected(record)
        return None

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    if seconds > 0:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return


def _batches(reader: Reader, size: int, skip: int, limit: int | None) -> Iterator[list[Row]]:
    """Records in batches, after those that are skipped.

    A batch is cut short when a pipe has nothing for now, so that what came is not kept waiting. It
    may be empty: that gives the caller the time to look whether the user wants to stop.
    """
    batch: list[Row] = []
    position = 0
    end = None if limit is None else skip + limit
    for record in reader:
        if record is None:
            yield batch
            batch = []
            continue
        position += 1
        if position > skip:
            batch.append(record)
        if position == end:  # not one record more is waited for
            break
        if len(batch) == size or (position <= skip and position % size == 0):
            yield batch
            batch = []
    if batch:
        yield batch
