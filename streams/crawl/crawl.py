"""One crawl from start to end: sockets, state, stages, and saving it all now and then. What the
command and the tests call.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import asyncpg
import structlog

from infra.postgres.connect import DatabaseUnreachable, connect
from infra.settings import Settings
from schemas.topics import DISCOVERED
from streams.crawl.addresses import is_allowed, node_id
from streams.crawl.announces import FullNode
from streams.crawl.frontier import Frontier
from streams.crawl.limits import Limits
from streams.crawl.node import Node
from streams.crawl.pipeline import Pipeline
from streams.crawl.profile import PROFILES, Profile, ProfileName
from streams.crawl.report import Report
from streams.crawl.second import SecondChance
from streams.crawl.seen import Seen
from streams.crawl.state import State
from streams.crawl.wire import Endpoint
from streams.kafka.consumer import require_topics
from streams.operate.process import StartError

log = structlog.get_logger(__name__)

_ID = "node_id"
_EXTERNAL = "external"
_LOOKED_AT = 0.25
"""Seconds between two looks at whether the crawl should end."""
_GRACE = 10
"""Seconds that records which are ready have to reach Kafka when the crawl ends."""


@dataclass(frozen=True)
class Options:
    """What to crawl and for how long. `public` is the real DHT; without it, only loopback."""

    public: bool = False
    bootstrap: tuple[Endpoint, ...] = ()
    bind: str = ""
    port: int = 0
    node_port: int = 0
    profile: Profile = PROFILES[ProfileName.PRODUCTION]
    from_announces: bool = False
    duration: float | None = None
    max_records: int | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where sockets bind: loopback, unless it is said otherwise; for the real DHT all of IPv4,
        and IPv6 if there.
        """
        if self.bind:
            return tuple(each.strip() for each in self.bind.split(","))
        if not self.public:
            return ("127.0.0.1",)
        return ("0.0.0.0", "::") if socket.has_ipv6 and _has_ipv6_address() else ("0.0.0.0",)  # noqa: S104 (only when asked for)


def _has_ipv6_address() -> bool:
    """Whether a packet to a public IPv6 address would find a way; none is sent."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("2001:db8::1", 9))
        except OSError:
            return False
    return True


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
        KafkaUnreachable, TopicsMissing, StartError: the message says what to do.
    """
    stop = stop or asyncio.Event()
    await require_topics(settings, [DISCOVERED.name])
    profile = (
        replace(options.profile, announces=True) if options.from_announces else options.profile
    )
    state = State(settings.crawl_dir)
    full: FullNode | None = None
    second: SecondChance | None = None
    node = Node(
        _identity(state),
        Limits(profile.rate, profile.per_ip, profile.burst),
        profile,
        lab=not options.public,
    )
    try:
        await _rebuild(state, settings)
        try:
            await Node.listen(node, *((address, options.port) for address in options.addresses))
        except OSError as error:
            raise StartError(
                f"{', '.join(options.addresses)}:{options.port} cannot be bound: {error.strerror}; see STREAMS_CRAWL_BIND"
            ) from error
        frontier, seen = Frontier(state, profile), Seen(settings.crawl_dir, profile)
        pipeline = Pipeline(
            settings,
            profile,
            node,
            frontier,
            state,
            seen,
            lab=not options.public,
            sampling=not options.from_announces,
        )
        if profile.second_chances:
            pipeline.second = second = SecondChance(
                options.addresses[0], profile, lab=not options.public
            )
        if profile.announces:
            full = FullNode(
                (options.addresses[0], options.node_port),
                state,
                lab=not options.public,
                heard=pipeline.offer,
            )
        for endpoint in await _resolved(options):
            frontier.add(endpoint)
            if not options.from_announces:
                pipeline.widen_from(endpoint)
            if full is not None:
                full.know(endpoint)
        if not len(frontier):
            raise StartError(
                "no node is known yet: give one with --bootstrap HOST:PORT; the nodes it leads to are remembered"
            )
        await _until_over(options, profile, stop, pipeline, node, state, full, watch)
        return pipeline.report
    finally:
        node.close()
        for session in (full, second):
            if session is not None:
                session.close()
        state.close()


async def _until_over(
    options: Options,
    profile: Profile,
    stop: asyncio.Event,
    pipeline: Pipeline,
    node: Node,
    state: State,
    full: FullNode | None,
    watch: Watch,
) -> None:
    work = [asyncio.create_task(pipeline.run())]
    if full is not None:
        work.append(asyncio.create_task(full.run()))
    if pipeline.second is not None:
        work.append(asyncio.create_task(pipeline.second.run()))
    began = saved = time.monotonic()

    def save() -> None:
        pipeline.save()
        if node.external:
            state.save_note(_EXTERNAL, node.external.most_common(1)[0][0].encode())
        if full is not None:
            full.save()

    try:
        while not stop.is_set() and not any(each.done() for each in work):
            now = time.monotonic()
            if options.duration is not None and now - began >= options.duration:
                break
            if options.max_records is not None and pipeline.report.published >= options.max_records:
                break
            if now - saved >= profile.save_every:
                save()
                saved = now
            watch(pipeline.report)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOKED_AT)
        await pipeline.drain(_GRACE)
    finally:
        for each in work:
            each.cancel()
        ended = await asyncio.gather(*work, return_exceptions=True)
        save()
        watch(pipeline.report)
    for error in ended:
        if isinstance(error, Exception):
            raise error


def _identity(state: State) -> bytes:
    """Our node id: of the address that others last saw, if they said; kept as long as that stays."""
    external = (state.note(_EXTERNAL) or b"").decode() or None
    kept = state.note(_ID)
    made_for = (state.note("node_id_for") or b"").decode() or None
    if kept is not None and made_for == external:
        return kept
    made = node_id(external)
    state.save_note(_ID, made)
    state.save_note("node_id_for", (external or "").encode())
    return made


async def _rebuild(state: State, settings: Settings) -> None:
    """With the store of what is done lost, Postgres knows: what is there was published."""
    if state.count_done():
        return
    try:
        connection = await connect(settings, read_only=True)
    except DatabaseUnreachable:
        return
    try:
        async with connection.transaction():
            batch: list[bytes] = []
            async for row in connection.cursor("SELECT infohash FROM torrents", prefetch=5_000):
                batch.append(bytes(row["infohash"]))
                if len(batch) == 5_000:
                    state.mark_done(batch)
                    batch.clear()
            state.mark_done(batch)
    except asyncpg.UndefinedTableError:
        return  # a database without our tables knows of no torrent
    except asyncpg.PostgresError as error:
        log.warning("what is done could not be read from Postgres", error=repr(error))
    finally:
        await connection.close()


async def _resolved(options: Options) -> list[Endpoint]:
    """The addresses of the bootstrap nodes.

    Raises:
        StartError: one has no address that may be sent to.
    """
    found: list[Endpoint] = []
    for host, port in options.bootstrap:
        try:
            answers = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_DGRAM, family=socket.AF_INET
            )
        except OSError as error:
            raise StartError(f"bootstrap node {host}: {error.strerror}") from error
        allowed = [
            (str(each[4][0]), port)
            for each in answers
            if is_allowed((str(each[4][0]), port), lab=not options.public)
        ]
        if not allowed:
            hint = (
                "loopback needs no --public" if options.public else "use --public for the real DHT"
            )
            raise StartError(
                f"bootstrap node {host}:{port} is not an address for this crawl ({hint})"
            )
        found += allowed
    return found
