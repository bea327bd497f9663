"""Which node is sampled next: a heap of the moments from which nodes may be asked again."""

import heapq
import time
from collections import Counter
from collections.abc import Callable
from itertools import count

from streams.crawl.profile import Profile
from streams.crawl.state import KnownNode, State
from streams.crawl.wire import Endpoint

_FORGOTTEN_AFTER = 3
"""Failures in a row: of what is on lists, many nodes are gone for good. It is forgotten only when
it is due again: heard of anew it would be asked at once, and what was sent may have arrived.
"""


class Frontier:
    """The known nodes. A node that is taken has its next moment on disk before anything is sent to
    it.
    """

    def __init__(
        self, state: State, profile: Profile, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._state, self._profile, self._clock = state, profile, clock
        self._order = count()
        self._nodes: dict[Endpoint, KnownNode] = {}
        self._heap: list[tuple[float, int, Endpoint]] = []
        self._per_ip: Counter[str] = Counter()
        self._unsaved: set[Endpoint] = set()
        for node in state.nodes():
            self._insert(node)

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, endpoint: Endpoint) -> bool:
        return endpoint in self._nodes

    def add(self, endpoint: Endpoint) -> bool:
        """A node that was heard of; False when it is known, or there is no room."""
        if endpoint in self._nodes or len(self._nodes) >= self._profile.max_nodes:
            return False
        if self._per_ip[endpoint[0]] >= self._profile.nodes_per_ip:
            return False
        self._insert(KnownNode(endpoint, self._clock()))
        self._unsaved.add(endpoint)
        return True

    def wait(self) -> float | None:
        """Seconds until the next node is due (0: now); None when there is none."""
        node = self._next()
        return max(0.0, node.next_at - self._clock()) if node else None

    def take(self) -> Endpoint | None:
        """The node that is due for longest, if one is; until it answers it counts as asked for as
        long as it may have to be.
        """
        now = self._clock()
        while (node := self._next()) is not None and node.next_at <= now:
            heapq.heappop(self._heap)
            if node.failures >= _FORGOTTEN_AFTER:
                self._forget(node)
                continue
            self._move(
                node,
                now
                + max(
                    node.interval or self._profile.assumed_interval, self._profile.shortest_interval
                ),
            )
            self._state.save_nodes([node])
            return node.endpoint
        return None

    def _next(self) -> KnownNode | None:
        """The first of the heap, entries of moments that were moved taken off."""
        while self._heap:
            next_at, _, endpoint = self._heap[0]
            node = self._nodes.get(endpoint)
            if node is not None and node.next_at == next_at:
                return node
            heapq.heappop(self._heap)
        return None

    def answered(self, endpoint: Endpoint, interval: int | None) -> None:
        """The node gave a sample and named its interval."""
        node = self._nodes.get(endpoint)
        if node is not None:
            node.interval = min(max(interval or 0, self._profile.shortest_interval), 86_400)
            node.failures = 0
            # From now, not from when it was asked: the node counts from when it answered.
            self._move(node, self._clock() + node.interval + 0.05)
            self._unsaved.add(endpoint)

    def failed(self, endpoint: Endpoint) -> None:
        """The node did not answer, or not as it should."""
        node = self._nodes.get(endpoint)
        if node is None:
            return
        node.failures += 1
        # Never earlier than what the node may have meant by an answer that was lost.
        pause = self._profile.failed_pause * 2 ** (node.failures - 1)
        self._move(node, max(node.next_at, self._clock() + pause))
        self._unsaved.add(endpoint)

    def save(self) -> None:
        """Write what changed."""
        nodes = [self._nodes[endpoint] for endpoint in self._unsaved if endpoint in self._nodes]
        self._unsaved.clear()
        self._state.save_nodes(nodes)

    def _forget(self, node: KnownNode) -> None:
        del self._nodes[node.endpoint]
        self._per_ip[node.endpoint[0]] -= 1
        self._unsaved.discard(node.endpoint)
        self._state.drop_node(node.endpoint)

    def _insert(self, node: KnownNode) -> None:
        self._nodes[node.endpoint] = node
        self._per_ip[node.endpoint[0]] += 1
        self._push(node)

    def _move(self, node: KnownNode, next_at: float) -> None:
        node.next_at = next_at
        self._push(node)

    def _push(self, node: KnownNode) -> None:
        heapq.heappush(self._heap, (node.next_at, next(self._order), node.endpoint))
        if len(self._heap) > 2 * len(self._nodes) + 1_000:
            # Entries of moments that were moved; they are passed over when they come up, but must
            # not pile up.
            self._heap = [
                (each.next_at, next(self._order), each.endpoint) for each in self._nodes.values()
            ]
            heapq.heapify(self._heap)
