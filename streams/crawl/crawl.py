"""One crawl from start to end: sockets, state, stages, and saving it all now and then.

What the command and the tests call.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace

from infra.settings import Settings
from schemas.topics import DISCOVERED
from streams.crawl.addresses import node_id
from streams.crawl.announces import FullNode
from streams.crawl.database import StateUnusable
from streams.crawl.frontier import Frontier
from streams.crawl.kit import Kit
from streams.crawl.limits import Limits
from streams.crawl.memory import Memory
from streams.crawl.node import Node
from streams.crawl.options import Options, resolved
from streams.crawl.parser import Parser
from streams.crawl.pipeline import Pipeline
from streams.crawl.profile import Profile
from streams.crawl.report import Report
from streams.crawl.second import SecondChance
from streams.crawl.stages.publish import PublishingRefused
from streams.crawl.state import State
from streams.crawl.stored import Stored
from streams.kafka.consumer import require_topics
from streams.operate.process import StartError
from streams.pipeline.bans import load_bans

_ID = "node_id"
_ID_FOR = "node_id_for"
_EXTERNAL = "external"
_LOOKED_AT = 0.25
"""Seconds between two looks at whether the crawl should end."""
_GRACE = 10
"""Seconds that records which are ready have to reach Kafka when the crawl ends."""

KNOWN = (PublishingRefused, StateUnusable)
"""Failures of a running crawl whose message is enough."""

Watch = Callable[[Report], object]


async def crawl(
    options: Options,
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    watch: Watch = lambda report: None,
) -> Report:
    """Crawl until `stop`, the duration or the number of records; returns what happened.

    Raises:
        KafkaUnreachable: no broker answers.
        TopicsMissing: Kafka does not have the topic.
        StartError: the crawl cannot start.
        PublishingRefused: Kafka will never take what is published.
        StateUnusable: the disk fails.
    """
    await require_topics(settings, [DISCOVERED.name])
    async with AsyncExitStack() as cleanup:
        running = await _prepared(options, settings, cleanup)
        await running.until_over(stop or asyncio.Event(), watch)
    return running.kit.report


@dataclass(frozen=True)
class _Crawl:
    """A crawl that is ready to run."""

    options: Options
    kit: Kit
    state: State
    pipeline: Pipeline
    full: FullNode | None

    async def begin(self) -> None:
        """Tell everybody of the bootstrap nodes.

        Raises:
            StartError: no node is known.
        """
        nodes = await resolved(self.options)
        await self.kit.frontier.add(nodes)
        for endpoint in nodes:
            if not self.options.from_announces:
                self.pipeline.widen_from(endpoint)
            if self.full is not None:
                self.full.know(endpoint)
        if self.kit.frontier.is_empty:
            raise StartError(
                "no node is known yet: give one with --bootstrap HOST:PORT;"
                " the nodes it leads to are remembered"
            )

    async def until_over(self, stop: asyncio.Event, watch: Watch) -> None:
        """Run the stages until the crawl should end, then let them finish what is ready."""
        work = [asyncio.create_task(self.pipeline.run(sampling=not self.options.from_announces))]
        work += [
            asyncio.create_task(session.run())
            for session in (self.full, self.kit.second)
            if session is not None
        ]
        try:
            await self._watched(work, stop, watch)
            if not any(task.done() for task in work):
                await self.pipeline.drain(_GRACE)
        finally:
            for task in work:
                task.cancel()
            ended = await asyncio.gather(*work, return_exceptions=True)
        _raise_first(ended)
        await self._save()
        watch(self.kit.report)

    async def _watched(
        self, work: list[asyncio.Task[None]], stop: asyncio.Event, watch: Watch
    ) -> None:
        """Look after the stages until one ends, or the crawl should."""
        began = time.monotonic()
        saved = began
        while not stop.is_set() and not any(task.done() for task in work):
            now = time.monotonic()
            if self._is_enough(now - began):
                break
            if now - saved >= self.kit.profile.save_every:
                await self._save()
                saved = now
            watch(self.kit.report)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOKED_AT)

    def _is_enough(self, seconds: float) -> bool:
        options = self.options
        if options.duration is not None and seconds >= options.duration:
            return True
        return options.max_records is not None and self.kit.report.published >= options.max_records

    async def _save(self) -> None:
        """Everything that is not on disk at once."""
        external = self.kit.node.external
        if external:
            self.state.save_note(_EXTERNAL, external.most_common(1)[0][0].encode())
        if self.full is not None:
            self.full.save()
        await self.kit.memory.save()


async def _prepared(options: Options, settings: Settings, cleanup: AsyncExitStack) -> _Crawl:
    """Open everything that a crawl needs; `cleanup` closes it in the end."""
    profile = options.profile
    if options.from_announces:
        profile = replace(profile, announces=True)
    lab = not options.public
    state = State.open(settings.crawl_dir)
    cleanup.callback(state.close)
    node = await listening(options, profile, _identity(state))
    cleanup.callback(node.close)
    second = (
        SecondChance(options.addresses[0], profile, lab=lab) if profile.second_chances else None
    )
    if second is not None:
        cleanup.callback(second.close)
    stored = Stored(settings, profile.swarm_days)
    cleanup.push_async_callback(stored.close)
    kit = Kit(
        settings=settings,
        profile=profile,
        node=node,
        frontier=await Frontier.open(state.database, profile),
        memory=await Memory.open(state, settings.crawl_dir, profile),
        stored=stored,
        parser=Parser(profile),
        bans=load_bans(settings),
        lab=lab,
        second=second,
    )
    pipeline = Pipeline(kit)
    full = None
    if profile.announces:
        where = (options.addresses[0], options.node_port)
        full = FullNode(where, state, lab=lab, heard=pipeline.offer)
        cleanup.callback(full.close)
    running = _Crawl(options, kit, state, pipeline, full)
    await running.begin()
    return running


async def listening(options: Options, profile: Profile, identity: bytes) -> Node:
    """The socket that asks.

    Raises:
        StartError: an address cannot be bound.
    """
    limits = Limits(profile.rate, profile.per_ip, profile.burst)
    node = Node(identity, limits, profile, lab=not options.public)
    try:
        await Node.listen(node, *((address, options.port) for address in options.addresses))
    except OSError as error:
        node.close()
        where = f"{', '.join(options.addresses)}:{options.port}"
        raise StartError(
            f"{where} cannot be bound: {error.strerror}; see STREAMS_CRAWL_BIND"
        ) from error
    return node


def _identity(state: State) -> bytes:
    """Our node id: of the address that others last saw, if they said; kept while that stays."""
    external = (state.note(_EXTERNAL) or b"").decode() or None
    kept = state.note(_ID)
    kept_for = (state.note(_ID_FOR) or b"").decode() or None
    if kept is not None and kept_for == external:
        return kept
    identity = node_id(external)
    state.save_note(_ID, identity)
    state.save_note(_ID_FOR, (external or "").encode())
    return identity


def _reasons(error: Exception) -> Iterator[Exception]:
    """What is inside of a group, or the error itself."""
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _reasons(inner)
    else:
        yield error


def _raise_first(ended: list[BaseException | None]) -> None:
    """Raise what ended a stage, if anything did: a known failure alone, others as they came."""
    failures = [error for error in ended if isinstance(error, Exception)]
    for error in failures:
        for reason in _reasons(error):
            if isinstance(reason, KNOWN):
                raise reason
    if failures:
        raise failures[0]
