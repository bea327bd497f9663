"""Ask nodes for a sample of the infohashes that they know (BEP 51), and for other nodes."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence

from streams.crawl import report
from streams.crawl.addresses import is_allowed
from streams.crawl.kit import Kit
from streams.crawl.node import QueryFailed
from streams.crawl.wire import Endpoint, Reply

_IDLE = 0.5
"""Seconds at most before the frontier is looked at again."""
_SHORTEST = 0.01
_WIDENED = 100
"""Nodes that wait to be asked for other nodes."""

Hear = Callable[[Sequence[bytes], Endpoint], Awaitable[None]]


class Sampling:
    """Asks the nodes of the frontier, and hands the infohashes to whoever hears of them."""

    def __init__(self, kit: Kit, hear: Hear) -> None:
        self._kit = kit
        self._hear = hear
        self._wide: asyncio.Queue[Endpoint] = asyncio.Queue(_WIDENED)

    async def run(self) -> None:
        """Sample one node after the other until cancelled."""
        frontier = self._kit.frontier
        while True:
            endpoint = await frontier.take()
            if endpoint is None:
                await asyncio.sleep(min(max(frontier.wait(), _SHORTEST), _IDLE))
            else:
                await self._sample(endpoint)

    async def run_wide(self) -> None:
        """Ask nodes that give no samples for other nodes until cancelled."""
        while True:
            endpoint = await self._wide.get()
            try:
                reply = await self._kit.node.ask(endpoint, "find_node", {b"target": os.urandom(20)})
            except QueryFailed as failure:
                self._kit.report.note("find_node", str(failure))
            else:
                await self._note_nodes(reply)

    def widen_from(self, endpoint: Endpoint) -> None:
        """Ask a node that gives no samples, or may give none, at least for nodes."""
        if not self._wide.full():
            self._wide.put_nowait(endpoint)

    async def _sample(self, endpoint: Endpoint) -> None:
        kit = self._kit
        question = {b"target": os.urandom(20), b"want": [b"n4", b"n6"]}
        try:
            reply = await kit.node.ask(endpoint, "sample_infohashes", question)
        except QueryFailed as failure:
            await kit.frontier.failed(endpoint)
            kit.report.note(report.SAMPLE, "failed")
            kit.report.note(report.SAMPLE, str(failure))
            if str(failure) == "refused":
                self.widen_from(endpoint)
            return
        await kit.frontier.answered(endpoint, reply.interval)
        kit.report.note(report.SAMPLE, "ok")
        await self._note_nodes(reply)
        await self._hear(reply.samples, endpoint)

    async def _note_nodes(self, reply: Reply) -> None:
        kit = self._kit
        endpoints = [
            endpoint
            for _, endpoint in reply.nodes
            if kit.node.reaches(endpoint) and is_allowed(endpoint, lab=kit.lab)
        ]
        if added := await kit.frontier.add(endpoints):
            kit.report.note("node", "new", added)
