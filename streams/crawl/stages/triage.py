"""Sort what is heard of by what is still wanted of it.

A torrent that is unknown, or known without its files, has its metadata fetched. One whose swarm was
seen long ago, or never, is only scraped. Everything else is dropped.
"""

import asyncio
from collections.abc import Sequence

from streams.crawl import report
from streams.crawl.kit import Kit
from streams.crawl.lead import Lead, Scrape
from streams.crawl.memory import Begun
from streams.crawl.stored import Need, Wanted
from streams.crawl.wire import Endpoint

_TRIAGE = "triage"
_HEARD = 500
"""Announces that wait to be sorted: ten seconds of a busy node."""
_AT_ONCE = 100


class Triage:
    """Fills the queues of the stages that ask for peers and for swarms."""

    def __init__(
        self, kit: Kit, leads: asyncio.Queue[Lead], scrapes: asyncio.Queue[Scrape]
    ) -> None:
        self._kit = kit
        self._leads = leads
        self._scrapes = scrapes
        self._heard: asyncio.Queue[tuple[bytes, Endpoint]] = asyncio.Queue(_HEARD)

    async def hear(self, infohashes: Sequence[bytes], node: Endpoint) -> None:
        """Sort what a node told of; waits while the next stages have no room."""
        begun = await self._kit.memory.begin(infohashes)
        self._kit.report.note(report.HASH, "new", len(begun))
        self._kit.report.note(report.HASH, "known", len(infohashes) - len(begun))
        needs = await self._sorted(begun)
        for torrent in begun:
            await self._pass_on(Lead(torrent.infohash, node, need=needs[torrent.infohash]))

    def offer(self, infohash: bytes, peer: Endpoint) -> bool:
        """Take an announce that was heard. Returns False if there is no room for it now."""
        if self._heard.full() or self._leads.full():
            return False
        self._heard.put_nowait((infohash, peer))
        return True

    async def run(self) -> None:
        """Sort announces until cancelled."""
        while True:
            heard = [await self._heard.get()]
            while len(heard) < _AT_ONCE and not self._heard.empty():
                heard.append(self._heard.get_nowait())
            peers = dict(heard)
            begun = await self._kit.memory.begin(peers)
            self._kit.report.note(report.HASH, "new", len(begun))
            self._kit.report.note(report.HASH, "known", len(heard) - len(begun))
            needs = await self._sorted(begun)
            for torrent in begun:
                infohash = torrent.infohash
                await self._pass_on(Lead(infohash, None, peers[infohash], needs[infohash]))

    async def _sorted(self, begun: Sequence[Begun]) -> dict[bytes, Need]:
        """What is wanted of each torrent; those that are fresh are noted as known."""
        if not begun:
            return {}
        verdicts = await self._kit.stored.verdicts([torrent.infohash for torrent in begun])
        if verdicts is None:
            verdicts = {torrent.infohash: _without_postgres(torrent) for torrent in begun}
        fresh = {
            infohash: verdict.swarm_seen_at.timestamp()
            for infohash, verdict in verdicts.items()
            if verdict.need is Need.NOTHING and verdict.swarm_seen_at is not None
        }
        if fresh:
            await self._kit.memory.known(fresh)
        for verdict in verdicts.values():
            self._kit.report.note(_TRIAGE, verdict.need.value)
        return {infohash: verdict.need for infohash, verdict in verdicts.items()}

    async def _pass_on(self, lead: Lead) -> None:
        if lead.need is Need.METADATA:
            await self._leads.put(lead)
        elif lead.need is Need.SWARM and lead.node is not None and self._kit.profile.scrape:
            await self._scrapes.put(Scrape(lead))
        else:
            await self._kit.memory.give_up(lead.infohash)


def _without_postgres(torrent: Begun) -> Wanted:
    """What was published is done; what was not is fetched."""
    return Wanted(Need.NOTHING if torrent.is_published else Need.METADATA)
