"""The Faust app behind `faust -A streams worker`: one agent a stage, the store beside them, one
group.

Start it as often as there are cores: partitions are shared. Agents are thin:
`streams.kafka.delivery` holds the rules, `streams.pipeline.stages` the work.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import faust
from mode import CrashingSupervisor, Service

from infra.logging import configure_structlog, get_logger, logging_config
from infra.settings import Role, Settings, settings
from schemas import Contract
from schemas.topics import DISCOVERED, EXTRACTED, EXTRACTION_REQUESTS, TOPICS, Topic
from streams.kafka.consumer import require_topics
from streams.kafka.delivery import BatchStage, Handler
from streams.kafka.publisher import Publisher
from streams.operate.health import Monitor, free_port
from streams.operate.metrics import Stage, Stages
from streams.operate.process import end_within
from streams.pipeline.store import Store

log = get_logger(__name__)


def _load_classify(current: Settings) -> Handler[Any]:
    from models.ban.ban_list import BanList
    from models.classify.cascade import Classifier
    from streams.pipeline.stages import Classify

    bans = BanList.load(rules=current.ban_keywords, infohashes=current.ban_infohashes)
    return Classify(Classifier.load(threads=current.bert_threads), bans)


def _load_extract(current: Settings) -> Handler[Any]:
    from models.extract.extractor import Extractor
    from streams.pipeline.stages import Extract

    return Extract(Extractor.load(), current)


def _load_match(current: Settings) -> Handler[Any]:
    from streams.pipeline.stages import MatchMusic

    return MatchMusic(current.index_dir)


AGENTS: dict[Role, tuple[Topic, Callable[[Settings], Handler[Any]]]] = {
    Role.CLASSIFY: (DISCOVERED, _load_classify),
    Role.EXTRACT: (EXTRACTION_REQUESTS, _load_extract),
    Role.MATCH: (EXTRACTED, _load_match),
}
"""What each role reads, and how its brains are loaded."""


class MimmoApp(faust.App):
    """Faust's app, with our checks before it consumes anything: topics, models, publisher, monitor."""

    parts: "Parts"

    async def on_start(self) -> None:
        await self.parts.start()
        await super().on_start()

    async def on_shutdown(self) -> None:
        await super().on_shutdown()
        await self.parts.stop()


class Parts:
    """What the agents of one process share; made before the loop runs, started with the app."""

    def __init__(self, current: Settings, roles: tuple[Role, ...]) -> None:
        self.settings = current
        self.publisher = Publisher(current)
        self.stages = Stages(current.stall_after)
        self.monitor = Monitor(current, self.stages)
        self.handlers: dict[Role, Handler[Any]] = {}
        self._roles = roles
        self._executors: list[ThreadPoolExecutor] = []

    async def start(self) -> None:
        """Check the topics and load the models, so that what is missing is said before anything is
        consumed.
        """
        await require_topics(self.settings, list(TOPICS))
        for role in self._roles:
            self.handlers[role] = AGENTS[role][1](self.settings)
        await self.publisher.start()
        await self.monitor.start()

    async def stop(self) -> None:
        await self.monitor.stop()
        await self.publisher.stop()
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)

    def batch_stage(self, role: Role, stage: Stage, contract: type[Contract]) -> BatchStage[Any]:
        """The stage of a role, with a thread of its own for its models."""
        executor = ThreadPoolExecutor(1, thread_name_prefix=role.value)
        self._executors.append(executor)
        return BatchStage(
            stage, contract, self.handlers[role], self.publisher, executor, self.settings
        )


def create_app(current: Settings | None = None) -> faust.App:
    """The app for the roles in the settings.

    Raises:
        SystemExit: the roles leave no agent (a Faust worker without one cannot run).
    """
    current = current or settings()
    roles = tuple(role for role in current.roles if role in AGENTS)
    if not roles:
        raise SystemExit(
            "STREAMS_ROLES names no agent; run the store alone with `python -m streams.store`"
        )
    if Role.MATCH in roles and not _has_index(current):
        log.warning(
            "no MusicBrainz index: match is off, its events wait",
            hint="python -m streams.musicbrainz import",
        )
        roles = tuple(role for role in roles if role is not Role.MATCH)
        if not roles:
            raise SystemExit(
                "no MusicBrainz index; run `python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS`"
            )
    configure_structlog()
    datadir = current.home / "faust"  # Faust makes the last folder only
    datadir.mkdir(parents=True, exist_ok=True)
    app = MimmoApp(
        current.group,
        broker=";".join(
            f"kafka://{server.strip()}" for server in current.kafka_bootstrap.split(",")
        ),
        store="memory://",
        datadir=str(datadir),
        processing_guarantee="at_least_once",
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_commit_interval=1.0,
        # Two batches in the buffer keep an agent busy; much more would only age there and be
        # delivered again on a crash.
        stream_buffer_maxsize=2 * current.batch_size,
        broker_max_poll_records=2 * current.batch_size,
        broker_max_poll_interval=600.0,
        # How long a killed worker's partitions wait for a new owner. Heartbeats have a thread of
        # their own, so that even a loop that is busy for seconds is not taken for dead.
        broker_session_timeout=15.0,
        broker_heartbeat_interval=3.0,
        consumer_auto_offset_reset="earliest",
        logging_config=logging_config(current),
        # Faust's own web server insists on a port; a free one lets a second worker start beside the
        # first.
        web_bind="127.0.0.1",
        web_host="127.0.0.1",
        web_port=free_port(),
    )
    app.parts = Parts(current, roles)
    for role in roles:
        _add_agent(app, role, *AGENTS[role][:1])
    if Role.STORE in current.roles:
        _add_store(app, current)
    return app


def _add_agent(app: MimmoApp, role: Role, topic: Topic) -> None:
    """One agent: take a batch, process it, and only then acknowledge, in order.

    Not `take` (it acknowledges even when the agent raises), not concurrency > 1 (it breaks order),
    and a supervisor that ends the process: after an in-process restart Faust may stall silently
    (facts: 6 of 6 runs).
    """
    parts = app.parts
    stage = parts.stages.add(role.value)
    stage.lag = lambda: _lag(app, topic.name, stage)
    source = app.topic(
        topic.name, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes
    )

    async def run(stream: Any) -> None:
        batches = parts.batch_stage(role, stage, topic.contract)
        async for events in stream.noack_take(
            parts.settings.batch_size, within=parts.settings.batch_within
        ):
            try:
                await batches.process([event.message for event in events])
            except Exception:
                log.exception(
                    "stage failed, the process ends; nothing of the batch is acknowledged",
                    stage=role.value,
                )
                end_within()
                raise
            for event in events:
                event.ack()

    app.agent(source, name=role.value, concurrency=1, supervisor_strategy=CrashingSupervisor)(run)


def _add_store(app: MimmoApp, current: Settings) -> None:
    class StoreService(Service):
        """The store hosted by the worker: an exception in it stops the worker, and the process ends
        with a non-zero code.
        """

        async def on_start(self) -> None:
            self.store = Store(current, app.parts.stages.add("store"), app.parts.publisher)
            await self.store.start()

        async def on_stop(self) -> None:
            await self.store.stop()

        @Service.task
        async def _run(self) -> None:
            try:
                await self.store.run(lambda: self.should_stop)
            except Exception:
                log.exception("store failed, the process ends; nothing of the batch is committed")
                end_within()
                raise

    app.service(StoreService)


def _has_index(current: Settings) -> bool:
    return (current.index_dir / "current").exists()


def _lag(app: faust.App, topic: str, stage: Stage) -> int:
    waiting = 0
    for place in app.consumer.assignment():
        if place.topic == topic:
            end = app.consumer.highwater(place)
            done = stage.done.get((place.topic, place.partition))
            if end is not None and done is not None:
                waiting += max(0, end - done)
    return waiting
