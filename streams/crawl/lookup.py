"""The peers of one infohash: node after node, each nearer to it than those before (BEP 5).

Every node is asked once, and within the limits of the socket that asks. What nodes answer is
hostile: of one address few nodes are believed, and there is an end to how many are asked.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from streams.crawl.addresses import is_allowed
from streams.crawl.node import Node, QueryFailed
from streams.crawl.profile import Profile
from streams.crawl.wire import Endpoint

AT_ONCE = 4
"""Nodes that are asked at a time."""
NEAREST = 8
"""When so many of the nearest have answered, no nearer one is left to ask (BEP 5's k)."""
MOST_ASKED = 200
"""Nodes that are asked at most. A table of millions is crossed in some thirty."""
MOST_PEERS = 1_000

_UNKNOWN = -1
"""The distance of a node whose id is not known yet: it comes first."""


class Lookup:
    """Asks nodes for the peers of one infohash."""

    def __init__(self, node: Node, infohash: bytes, profile: Profile, *, lab: bool) -> None:
        self._node = node
        self._infohash = infohash
        self._profile = profile
        self._lab = lab
        self._waiting: dict[Endpoint, int] = {}
        """Nodes that were heard of and not asked -> how far they are from the infohash."""
        self._heard: set[Endpoint] = set()
        self._at_address: Counter[str] = Counter()
        self._near: list[int] = []
        """How far the nodes are that answered, the nearest first."""
        self.peers: dict[Endpoint, None] = {}
        """Peers in the order in which they were heard of."""
        self.asked = 0
        self.answered = 0

    async def run(self, first: Iterable[Endpoint], tell: Callable[[Endpoint], object]) -> None:
        """Ask until no node is nearer than those that answered.

        Args:
            first: nodes to begin with.
            tell: called with every peer, once.
        """
        for endpoint in first:
            self._hear(endpoint, _UNKNOWN)
        asking: set[asyncio.Task[None]] = set()
        try:
            while True:
                while len(asking) < AT_ONCE and (nearest := self._next()) is not None:
                    asking.add(asyncio.create_task(self._ask(nearest, tell)))
                if not asking:
                    return
                done, asking = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in asking:
                task.cancel()

    def _next(self) -> Endpoint | None:
        """The nearest node that was not asked. None if asking it would lead no further."""
        if not self._waiting or self.asked >= MOST_ASKED:
            return None
        endpoint = min(self._waiting, key=self._waiting.__getitem__)
        distance = self._waiting.pop(endpoint)
        if len(self._near) >= NEAREST and distance > self._near[NEAREST - 1]:
            return None
        self.asked += 1
        return endpoint

    async def _ask(self, endpoint: Endpoint, tell: Callable[[Endpoint], object]) -> None:
        try:
            reply = await self._node.ask(endpoint, "get_peers", {b"info_hash": self._infohash})
        except QueryFailed:
            return
        self.answered += 1
        self._near.append(self._distance(reply.node_id))
        self._near.sort()
        for peer in reply.peers:
            if peer not in self.peers and len(self.peers) < MOST_PEERS:
                self.peers[peer] = None
                tell(peer)
        for identifier, nearer in reply.nodes:
            self._hear(nearer, self._distance(identifier))

    def _hear(self, endpoint: Endpoint, distance: int) -> None:
        """Note a node, unless it may not be asked or its address has too many."""
        if endpoint in self._heard or not is_allowed(endpoint, lab=self._lab):
            return
        if self._at_address[endpoint[0]] >= self._profile.nodes_per_ip:
            return
        if not self._node.reaches(endpoint):
            return
        self._heard.add(endpoint)
        self._at_address[endpoint[0]] += 1
        self._waiting[endpoint] = distance

    def _distance(self, identifier: bytes) -> int:
        return int.from_bytes(identifier, "big") ^ int.from_bytes(self._infohash, "big")
