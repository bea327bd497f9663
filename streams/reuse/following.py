"""The two processes of reuse: one tells what this installation finds out, one takes what others do.

Both deliver as every stage does (`streams.kafka.delivery`), each in a group of its own: a worker
neither waits for them nor notices that they are away.
"""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import KafkaError

from infra.logging import get_logger
from infra.roles import SHARE_SUFFIX, TAKE_SUFFIX
from infra.settings import Settings
from models.reuse.signing import SigningMissing, require
from schemas.topics import REUSE, TAGGED
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import BatchConsumer, TopicsMissing, require_topics
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine, Work
from streams.kafka.publisher import Publisher
from streams.operate.health import Monitor
from streams.operate.metrics import Progress, ProgressBoard, Reads
from streams.operate.process import StartError, until_signalled
from streams.pipeline.bans import load_bans
from streams.reuse.keyring import folder_of, home_secret, signer
from streams.reuse.table import ToldNow
from streams.reuse.taking import Taking
from streams.reuse.telling import Telling

log = get_logger(__name__)

_TELL_SECONDS = 60
"""Between two lines that say how much was done."""

_AGAIN_SECONDS = 30
"""After which a peer that is away is asked again: it is another one's machine, and may be for days.
"""


@dataclass(frozen=True, slots=True)
class Until:
    """When a process stops by itself: after so many seconds without anything, or never."""

    idle_exit: float | None = None


async def share(current: Settings, until: Until) -> Telling:
    """Tells every new result to whoever reads `mimmo.reuse.v1`, until it is told to stop.

    Raises:
        StartError: this installation has no key.
    """
    stop = until_signalled()
    work = Telling(signer(current), load_bans(current))
    await require_topics(current, [REUSE.name])
    group = current.group + SHARE_SUFFIX
    consumer = BatchConsumer(current, TAGGED, group=group, batch_size=current.batch_size)
    board = ProgressBoard(current.stall_after)
    progress = board.add("reuse-share")
    progress.reads = Reads(consumer.group, consumer.assignment)
    async with Publisher(current) as publisher:
        engine = _engine(current, work, publisher, progress)
        monitor = Monitor(current, board, "reuse-share")
        await monitor.start()
        try:
            log.info("Sharing under CC0-1.0", node=work.node)
            await _follow(engine, consumer, progress, stop, until)
        finally:
            await monitor.stop()
    return work


async def take(current: Settings, until: Until, *, from_start: bool = False) -> Taking:
    """Takes bundles from every peer of the settings, until it is told to stop.

    Args:
        current: the settings.
        until: when it stops by itself.
        from_start: whether all that is on the topics is read again.

    Raises:
        StartError: signatures cannot be verified here, or the table cannot be written.
    """
    stop = until_signalled()
    require_signatures()
    table = ToldNow(folder_of(current), current.reuse_entries)
    board = ProgressBoard(current.stall_after)
    progress = board.add("reuse-take")
    monitor = Monitor(current, board, "reuse-take")
    try:
        if from_start:
            table.start_anew()
        work = Taking(current, table, load_bans(current))
        group = group_of(current, table)
        await monitor.start()
        async with Publisher(current) as publisher, asyncio.TaskGroup() as tasks:
            for peer in peers_of(current):
                engine = _engine(peer, work, publisher, progress)
                source = Source(peer, group, is_own=peer is current)
                tasks.create_task(_take_from(source, engine, progress, stop, until))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None  # the others were ended by it
    finally:
        await monitor.stop()
        table.close()
    return work


def group_of(current: Settings, table: ToldNow) -> str:
    """The group that reads for this table: each home reads all that is told, by itself."""
    named = hashlib.sha256(home_secret(current) + table.reader.encode()).hexdigest()
    return f"{current.group}{TAKE_SUFFIX}-{named[:16]}"


@dataclass(frozen=True, slots=True)
class Source:
    """A Kafka that bundles are read from.

    Attributes:
        settings: how it is reached.
        group: who reads.
        is_own: whether it is that of this installation, of which the monitor knows the offsets.
    """

    settings: Settings
    group: str
    is_own: bool


def peers_of(current: Settings) -> list[Settings]:
    """The settings with which each installation is reached that bundles come from.

    A peer is another one's machine: it is told neither our user and password nor our certificate.
    """
    peers = [peer.strip() for peer in current.reuse_peers.split(";") if peer.strip()]
    if not peers:
        return [current]
    nobody = {
        "kafka_security": "SSL" if current.kafka_has_tls else "PLAINTEXT",
        "kafka_username": "",
        "kafka_password": None,
        "kafka_password_file": None,
        "kafka_oauth_hook": "",
        "kafka_cert": None,
        "kafka_key": None,
        "life": "",
    }
    return [current.model_copy(update={**nobody, "kafka_bootstrap": peer}) for peer in peers]


def require_signatures() -> None:
    """Looks whether signatures can be verified here.

    Raises:
        StartError: the extra `reuse` is not installed.
    """
    try:
        require()
    except SigningMissing as error:
        raise StartError(str(error)) from error


async def _take_from(
    source: Source,
    engine: Engine[Any, Any],
    progress: Progress,
    stop: asyncio.Event,
    until: Until,
) -> None:
    """Takes from one peer; where it is away it is asked again, and the others go on."""
    peer = source.settings
    while not stop.is_set():
        consumer = BatchConsumer(peer, [REUSE], group=source.group, batch_size=_BUNDLES)
        if source.is_own:
            progress.reads = Reads(consumer.group, consumer.assignment)
        try:
            await _follow(engine, consumer, progress, stop, until)
            return
        except (KafkaUnreachable, TopicsMissing, KafkaError) as error:
            if until.idle_exit is not None:
                raise
            log.warning("a peer is away", peer=peer.kafka_bootstrap, error=str(error))
        try:
            await asyncio.wait_for(stop.wait(), _AGAIN_SECONDS)
        except TimeoutError:
            continue


_BUNDLES = 8
"""Of one batch: each may have a megabyte, and is written at once."""


def _engine(
    current: Settings, work: Work[Any, Any], publisher: Publisher, progress: Progress
) -> Engine[Any, Any]:
    return Engine(work, publisher, Gate(load_bans(current), progress), progress, current)


async def _follow(
    engine: Engine[Any, Any],
    consumer: BatchConsumer,
    progress: Progress,
    stop: asyncio.Event,
    until: Until,
) -> None:
    await consumer.start()
    busy_at = told_at = time.monotonic()
    try:
        while not stop.is_set():
            records = await consumer.take(within=0.5)
            now = time.monotonic()
            if records:
                await engine.deliver(records, consumer.commit)
                busy_at = now = time.monotonic()
            if until.idle_exit is not None and now - busy_at > until.idle_exit:
                return
            if now - told_at > _TELL_SECONDS:
                told_at = now
                log.info("reuse goes on", part=progress.name, records=progress.done)
    finally:
        await consumer.stop()
