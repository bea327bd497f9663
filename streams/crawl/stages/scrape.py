"""Ask the node that told of a torrent how many seeders and leechers it knows (BEP 33)."""

import asyncio
from datetime import UTC, datetime

from schemas import Swarm, Torrent
from streams.crawl import report, wire
from streams.crawl.kit import Kit
from streams.crawl.lead import Found, Lead
from streams.crawl.node import QueryFailed


class Scraping:
    """Turns what was found into records."""

    def __init__(
        self, kit: Kit, found: asyncio.Queue[Found], records: asyncio.Queue[Torrent]
    ) -> None:
        self._kit = kit
        self._found = found
        self._records = records

    async def run(self) -> None:
        """Scrape one torrent after the other until cancelled."""
        while True:
            found = await self._found.get()
            record = await self._record(found)
            if record is not None:
                await self._records.put(record)

    async def _record(self, found: Found) -> Torrent | None:
        swarm = await self._swarm(found.lead)
        if found.torrent is not None:
            return found.torrent.model_copy(update={"swarm": swarm})
        return await self._with_newer(swarm, found.lead.infohash)

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
