"""Ask the node that told of a torrent for its peers: one packet, no search through the DHT."""

import asyncio

from streams.crawl import report
from streams.crawl.kit import Kit
from streams.crawl.lead import Job, Lead
from streams.crawl.node import QueryFailed
from streams.crawl.wire import Endpoint


class Peers:
    """Turns leads into jobs."""

    def __init__(self, kit: Kit, leads: asyncio.Queue[Lead], jobs: asyncio.Queue[Job]) -> None:
        self._kit = kit
        self._leads = leads
        self._jobs = jobs

    async def run(self) -> None:
        """Ask for one torrent after the other until cancelled."""
        while True:
            lead = await self._leads.get()
            if peers := await self._peers(lead):
                await self._jobs.put(Job(lead, peers))
            else:
                await self._kit.failed(lead)

    async def _peers(self, lead: Lead) -> tuple[Endpoint, ...]:
        kit = self._kit
        if lead.node is None:
            return () if lead.peer is None else (lead.peer,)
        try:
            reply = await kit.node.ask(lead.node, "get_peers", {b"info_hash": lead.infohash})
        except QueryFailed as failure:
            kit.report.note(report.PEERS, str(failure))
            return ()
        peers = tuple(dict.fromkeys(reply.peers))[: kit.profile.peers_tried]
        kit.report.note(report.PEERS, "ok" if peers else "none")
        return peers
