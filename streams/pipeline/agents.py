"""The Faust agents: what each reads and runs, and how one is built over the engine of delivery."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import faust
from mode import CrashingSupervisor

from infra.roles import EMBED_SUFFIX, TAGS_SUFFIX, Role
from infra.settings import Settings
from models.active import Stage
from models.ban.ban_list import BanList
from models.match.errors import MatchError
from models.registry import WeightsError
from schemas import Contract, Offer, Record
from schemas.topics import (
    DISCOVERED,
    EXTRACTED,
    EXTRACTION_REQUESTS,
    REQUIRED,
    TAGGED,
    TOPICS,
    Topic,
)
from streams.kafka.consumer import BatchConsumer, require_topics
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.kafka.metered import Meter, in_thread
from streams.kafka.publisher import Message, Publisher
from streams.operate.capabilities.announcer import Announced, Announcer
from streams.operate.health import Monitor
from streams.operate.memory import Housekeeping
from streams.operate.metrics import Progress, ProgressBoard, Reads
from streams.operate.process import ending_the_process
from streams.pipeline.bans import load_bans
from streams.pipeline.channel import BatchChannel, Feed
from streams.pipeline.stages import AgentStage

BROKEN = (ImportError, MemoryError, MatchError, WeightsError)
"""Failures of a stage as a whole: a damaged index or missing weights would refuse every record."""

Item = TypeVar("Item", bound=Contract)
Outcome = TypeVar("Outcome")
Given = TypeVar("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: its role, the topics that it reads, and how its stage is loaded."""

    role: Role
    topics: Sequence[Topic]
    load: Callable[["Parts"], AgentStage[Any, Any]]
    suffix: str = ""
    """Ends the name of its consumer group, where it reads what another agent reads."""


class Parts:
    """What the agents of one process share; made before the loop runs, started with the app."""

    def __init__(self, settings: Settings, agents: Sequence[Agent]) -> None:
        self.settings = settings
        self.bans: BanList = load_bans(settings)
        self.publisher = Publisher(settings)
        self.board = ProgressBoard(settings.stall_after)
        self.monitor = Monitor(settings, self.board, "worker")
        self.announcer = Announcer(settings, Announced("worker", self.offers, self.board))
        self.partitions: Mapping[str, int] = {}
        """How many each topic has in Kafka, which may be other than is declared."""
        self.stages: dict[Role, AgentStage[Any, Any]] = {}
        self._agents = agents
        self._consumers: dict[Role, BatchConsumer] = {}
        self._feeds: dict[Role, Feed] = {}
        self._executors: list[ThreadPoolExecutor] = []
        self._housekeeping = Housekeeping()

    async def start(self) -> None:
        """Checks the topics, loads the models and joins the group.

        What is missing is said before anything is consumed.
        """
        self.partitions = await require_topics(self.settings, REQUIRED)
        for agent in self._agents:
            self.stages[agent.role] = agent.load(self)
        self._housekeeping.start()
        await self.publisher.start()
        # At once: whoever joins a group has to wait for those who are in it.
        await asyncio.gather(*(self._consume(agent) for agent in self._agents))
        await self.monitor.start()
        self.announcer.start()

    async def finish(self) -> None:
        """Takes no more batches, and returns when those in work are done."""
        await asyncio.gather(*(feed.close() for feed in self._feeds.values()))

    async def stop(self) -> None:
        """Closes what was started."""
        await self._housekeeping.stop()
        await self.announcer.stop()
        await self.monitor.stop()
        # At once, too: whoever leaves makes all others of the group join anew.
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers.values()))
        await self.publisher.stop()
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)

    def offers(self) -> list[Offer]:
        """What the agents of this process can do now."""
        authors = {role: stage.author for role, stage in self.stages.items()}
        return [
            Offer(stage=role.value, model=author.model, revision=author.revision)
            for role, author in authors.items()
            if author is not None
        ]

    def feed(self, agent: Agent) -> Feed:
        """Returns where an agent's batches come from."""
        return self._feeds[agent.role]

    async def _consume(self, agent: Agent) -> None:
        settings = self.settings
        group = settings.group + agent.suffix
        consumer = BatchConsumer(
            settings, agent.topics, group=group, batch_size=settings.batch_size
        )
        self._consumers[agent.role] = consumer
        self._feeds[agent.role] = Feed(consumer, settings.batch_within)
        self.board.add(agent.role.value).reads = Reads(group, consumer.assignment)
        await consumer.start()

    def engine(self, agent: Agent, progress: Progress) -> Engine[Any, Any]:
        """Returns the engine of an agent, with a thread of its own for the agent's models."""
        executor = ThreadPoolExecutor(1, thread_name_prefix=agent.role.value)
        self._executors.append(executor)
        work = InThread(self.stages[agent.role], executor, progress)
        return Engine(work, self.publisher, Gate(self.bans, progress), progress, self.settings)


class InThread(Generic[Item, Outcome]):
    """The work of an agent: its stage in a thread, while the event loop serves heartbeats."""

    def __init__(
        self,
        stage: AgentStage[Item, Outcome],
        executor: Executor,
        meter: Meter,
    ) -> None:
        self.first = stage.first
        self._stage = stage
        self._executor = executor
        self._meter = meter

    def decode(self, record: Record) -> Item | None:
        """Reads a record as its topic's contract; a tombstone is passed over."""
        if record.value is None:
            return None
        return cast(Item, TOPICS[record.topic].contract.model_validate_json(record.value))

    async def handle(self, items: Sequence[Item]) -> list[Outcome]:
        """Runs the pure half of the stage."""
        return await self._run("handle", self._stage.handle, items)

    async def conclude(self, outcomes: Sequence[Outcome]) -> list[list[Message]]:
        """Runs the other half, once a batch."""
        return await self._run("conclude", self._stage.conclude, outcomes)

    def blame(self, error: Exception) -> str | None:
        """A pure function of records fails by a record's fault, unless its models are gone."""
        return None if isinstance(error, BROKEN) else "handler_error"

    async def _run(
        self, step: str, work: Callable[[Sequence[Given]], Answer], items: Sequence[Given]
    ) -> Answer:
        loop = asyncio.get_running_loop()
        measured = in_thread(self._meter, step, work)
        return await loop.run_in_executor(self._executor, measured, items)


def build(app: faust.App, parts: Parts, agent: Agent) -> None:
    """Adds an agent to the app: it takes a batch, delivers it, and only then acknowledges.

    Its concurrency is 1, since more would break the order. Its supervisor ends the process: after a
    restart within the process Faust may stall without a word.
    """
    progress = parts.board.add(agent.role.value)

    async def run(stream: Any) -> None:
        engine = parts.engine(agent, progress)
        async for batch in stream:
            async with batch.at_work:
                with ending_the_process(agent.role.value):
                    await engine.deliver(batch.records, batch.acknowledge)

    app.agent(
        BatchChannel(app, feed=lambda: parts.feed(agent)),
        name=agent.role.value,
        concurrency=1,
        supervisor_strategy=CrashingSupervisor,
    )(run)


def load_classify(parts: Parts) -> AgentStage[Any, Any]:
    """Loads the classifier; ONNX Runtime is imported here, by those who need it."""
    from models.loading import classifier
    from streams.pipeline.chosen import chosen_weights
    from streams.pipeline.reuse import Peers
    from streams.pipeline.stages import Classify

    settings = parts.settings
    weights = chosen_weights(settings, Stage.CLASSIFY)
    loaded = classifier(weights, settings.bert_threads)
    return Classify(loaded, parts.bans, Peers.of(settings))


def load_extract(parts: Parts) -> AgentStage[Any, Any]:
    """Loads rules and tagger."""
    from models.loading import extractor
    from streams.pipeline.chosen import chosen_weights
    from streams.pipeline.reuse import Peers
    from streams.pipeline.stages import Extract

    weights = chosen_weights(parts.settings, Stage.TAGGER)
    topic = EXTRACTION_REQUESTS
    partitions = parts.partitions.get(topic.name, topic.partitions)
    peers = Peers.of(parts.settings)
    return Extract(extractor(weights), parts.settings, partitions, peers)


def load_match(parts: Parts) -> AgentStage[Any, Any]:
    """Opens the MusicBrainz index."""
    from streams.pipeline.chosen import chosen_weights
    from streams.pipeline.linking import MatchMusic

    settings = parts.settings
    return MatchMusic(settings.index_dir, chosen_weights(settings, Stage.MATCH))


def load_tags(parts: Parts) -> AgentStage[Any, Any]:
    """Reads the manifests of the models that are here; no model is loaded."""
    from models.tags import Builds
    from streams.pipeline.tags import TellTags

    return TellTags(Builds.on_this_machine(parts.settings.weights_dir))


def load_embed(parts: Parts) -> AgentStage[Any, Any]:
    """Loads the text network."""
    from models.embed import minilm
    from streams.pipeline.embed import Embed

    return Embed(minilm.load(parts.settings.weights_dir))


AGENTS = (
    Agent(Role.CLASSIFY, [DISCOVERED], load_classify),
    Agent(Role.EXTRACT, [EXTRACTION_REQUESTS], load_extract),
    Agent(Role.MATCH, [EXTRACTED], load_match),
    Agent(Role.TAGS, TAGGED, load_tags, TAGS_SUFFIX),
    Agent(Role.EMBED, [EXTRACTED], load_embed, EMBED_SUFFIX),
)
