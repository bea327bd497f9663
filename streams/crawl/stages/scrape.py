"""Ask the node that told of a torrent how many seeders and leechers it knows (BEP 33)."""

import asyncio
from datetime import UTC, datetime

from schemas import Swarm, Torrent
from streams.crawl import report, wire
from streams.crawl.kit import Kit
from streams.crawl.lead import Lead, Scrape
from streams.crawl.node import QueryFailed


class Scraping:
    """Turns torrents that wait for their scrape into records."""

    def __init__(
        self, kit: Kit, scrapes: asyncio.Queue[Scrape], records: asyncio.Queue[Torrent]
    ) -> None:
        self._kit = kit
        self._scrapes = scrapes
        self._records = records

    async def run(self) -> None:
        """Scrape one torrent after the other until cancelled."""
        while True:
            scrape = await self._scrapes.get()
            record = await self._record(scrape)
            if record is not None:
                await self._records.put(record)

    async def _record(self, scrape: Scrape) -> Torrent | None:
        swarm = await self._swarm(scrape.lead)
        if scrape.torrent is not None:
            return scrape.torrent.model_copy(update={"swarm": swarm})
        return await self._with_newer(swarm, scrape.lead.infohash)

    async def _with_newer(self, swarm: Swarm | None, infohash: bytes) -> Torrent | None:
        """A stored torrent with its new swarm. Returns None if it has none, and is given up."""
        kit = self._kit
        torrent = None if swarm is None else await kit.stored.torrent(infohash, swarm)
        if torrent is None:
            await kit.give_up(infohash)
            return None
        if await kit.drops(torrent):
            return None
        kit.report.note(report.RECORD, "scraped_again")
        return torrent

    async def _swarm(self, lead: Lead) -> Swarm | None:
        """The swarm as the node knows it: a lower bound."""
        kit = self._kit
        if not kit.profile.scrape or lead.node is None:
            return None
        question = {b"info_hash": lead.infohash, b"scrape": 1}
        try:
            reply = await kit.node.ask(lead.node, "get_peers", question)
        except QueryFailed as failure:
            kit.report.note(report.SCRAPE, str(failure))
            return None
        if reply.seeds is None or reply.downloaders is None:
            kit.report.note(report.SCRAPE, "none")
            return None
        kit.report.note(report.SCRAPE, "ok")
        return Swarm(
            seeders=wire.swarm_size(reply.seeds),
            leechers=wire.swarm_size(reply.downloaders),
            seen_at=datetime.now(UTC),
        )
