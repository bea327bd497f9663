"""Peers and metadata of one infohash, by the sockets and within the limits of the crawl."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.content.metainfo import info
from schemas import Provenance, Torrent
from schemas.provenance import Source
from streams.crawl import fetch
from streams.crawl.addresses import node_id
from streams.crawl.crawl import listening
from streams.crawl.lookup import Lookup
from streams.crawl.node import Node
from streams.crawl.options import Options
from streams.crawl.parser import ParseFailed, Parser
from streams.crawl.second import WORTH_IT, SecondChance
from streams.crawl.wire import Endpoint

_PEERS_AT_ONCE = 8
_MOST_TRIED = 60
"""Peers that are asked for metadata at most. Who has it gives it: a fifth of peers do."""

_OVER: Endpoint = ("", 0)
"""Stands behind the last peer in the queue."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked up, and for how long at most."""

    infohash: str
    options: Options
    seconds: float = 60.0
    wants_metadata: bool = True


@dataclass(slots=True)
class Seen:
    """What the DHT and the peers said so far."""

    infohash: str
    asked: int = 0
    answered: int = 0
    """Nodes."""
    peers: tuple[Endpoint, ...] = ()
    outcomes: Counter[str] = field(default_factory=Counter)
    """What became of the attempts with peers."""
    torrent: Torrent | None = None
    seconds: float = 0.0
    is_over: bool = False
    """False if the time ran out before every node and peer was asked."""


Watch = Callable[[Seen], object]


async def look(sought: Sought, nodes: list[Endpoint], watch: Watch = lambda seen: None) -> Seen:
    """Look an infohash up.

    Args:
        sought: what, and for how long.
        nodes: where to begin.
        watch: called whenever something new is seen.

    Raises:
        StartError: an address cannot be bound.
    """
    seen = Seen(sought.infohash)
    began = time.monotonic()
    options = sought.options
    node = await listening(options, options.profile, node_id(None))
    parser = Parser(options.profile)
    search = _Search(sought, node, parser, seen, watch)
    try:
        async with asyncio.timeout(sought.seconds):
            await search.run(nodes)
            seen.is_over = True
    except TimeoutError:
        pass
    finally:
        search.note()
        node.close()
        parser.close()
        seen.seconds = time.monotonic() - began
    return seen


class _Search:
    """One search: the look-up, and beside it the peers that are asked for metadata."""

    def __init__(
        self, sought: Sought, node: Node, parser: Parser, seen: Seen, watch: Watch
    ) -> None:
        self._sought = sought
        self._infohash = bytes.fromhex(sought.infohash)
        self._lab = not sought.options.public
        self._profile = sought.options.profile
        self._lookup = Lookup(node, self._infohash, self._profile, lab=self._lab)
        self._parser = parser
        self._seen = seen
        self._watch = watch
        self._queue: asyncio.Queue[Endpoint] = asyncio.Queue()
        self._worth_it: list[Endpoint] = []
        self._tried = 0
        self._budget = fetch.ByteBudget()

    def note(self) -> None:
        """What is known now, for whoever watches."""
        self._seen.asked = self._lookup.asked
        self._seen.answered = self._lookup.answered
        self._seen.peers = tuple(self._lookup.peers)
        self._watch(self._seen)

    async def run(self, nodes: list[Endpoint]) -> None:
        """Look for peers and, unless that is not wanted, ask them until the metadata is there."""
        looking = asyncio.create_task(self._look_up(nodes))
        telling = asyncio.create_task(self._tell())
        askers = _PEERS_AT_ONCE if self._sought.wants_metadata else 0
        asking = [asyncio.create_task(self._ask_peers()) for _ in range(askers)]
        try:
            content = await self._first(asking)
            if content is None:
                await looking
                content = await self._second()
            if content is not None:
                await self._read(content)
        finally:
            for task in (looking, telling, *asking):
                task.cancel()
            await asyncio.gather(looking, telling, *asking, return_exceptions=True)

    async def _look_up(self, nodes: list[Endpoint]) -> None:
        try:
            await self._lookup.run(nodes, self._queue.put_nowait)
        finally:
            for _ in range(_PEERS_AT_ONCE):
                self._queue.put_nowait(_OVER)

    async def _tell(self) -> None:
        while True:
            self.note()
            await asyncio.sleep(0.2)

    async def _first(self, asking: list[asyncio.Task[bytes | None]]) -> bytes | None:
        """The info dict of the first peer that gives it."""
        for task in asyncio.as_completed(asking):
            if (content := await task) is not None:
                return content
        return None

    async def _ask_peers(self) -> bytes | None:
        """Ask one peer after the other until one gives the info dict, or none is left."""
        while (peer := await self._queue.get()) != _OVER:
            if self._tried >= _MOST_TRIED:
                return None
            self._tried += 1
            try:
                content = await fetch.fetch(
                    self._infohash, peer, self._profile, lab=self._lab, budget=self._budget
                )
            except fetch.PeerFailed as failure:
                self._seen.outcomes[failure.outcome.value] += 1
                if failure.outcome in WORTH_IT:
                    self._worth_it.append(peer)
            else:
                self._seen.outcomes[fetch.Outcome.OK.value] += 1
                return content
        return None

    async def _second(self) -> bytes | None:
        """The info dict by uTP or encryption, of peers that could not be reached over TCP."""
        if not (self._worth_it and self._profile.second_chances):
            return None
        second = SecondChance(self._sought.options.addresses[0], self._profile, lab=self._lab)
        hearing = asyncio.create_task(second.run())
        try:
            content = await second.fetch(self._infohash, self._worth_it)
        finally:
            hearing.cancel()
            second.close()
        return content if content and fetch.is_of(self._infohash, content) else None

    async def _read(self, content: bytes) -> None:
        """The torrent of an info dict; none if it cannot be read."""
        with suppress(ParseFailed, info.BadInfo):
            listing = await self._parser.listing(content)
            self._seen.torrent = info.torrent(
                self._infohash,
                info.sha256(content),
                listing,
                observed_at=datetime.now(UTC),
                provenance=Provenance(source=Source.CRAWL, origin="lookup"),
            )
