"""Fetch the metadata of a torrent from its peers, one after the other, and read it."""

import asyncio
from datetime import UTC, datetime

from models.content.metainfo import info
from schemas import Provenance, Torrent
from schemas.provenance import Source
from streams.crawl import fetch, report
from streams.crawl.kit import Kit
from streams.crawl.lead import Job, Lead, Scrape
from streams.crawl.parser import ParseFailed
from streams.crawl.second import WORTH_IT
from streams.crawl.wire import Endpoint


class Fetching:
    """Turns jobs into torrents."""

    def __init__(self, kit: Kit, jobs: asyncio.Queue[Job], scrapes: asyncio.Queue[Scrape]) -> None:
        self._kit = kit
        self._jobs = jobs
        self._scrapes = scrapes

    async def run(self) -> None:
        """Fetch one torrent after the other until cancelled."""
        while True:
            job = await self._jobs.get()
            torrent = await self._torrent(job)
            if torrent is not None and not await self._kit.drops(torrent):
                await self._scrapes.put(Scrape(job.lead, torrent))

    async def metadata(self, job: Job) -> bytes | None:
        """The info dict, from the first peer that gives it. Returns None if none does."""
        second = self._kit.second
        worth_it: list[Endpoint] = []
        for peer in job.peers:
            try:
                content = await self._from(peer, job.lead)
            except fetch.PeerFailed as failure:
                self._kit.report.note(report.PEER, failure.outcome)
                if failure.outcome in WORTH_IT:
                    worth_it.append(peer)
                continue
            self._kit.report.note(report.PEER, fetch.Outcome.OK)
            return content
        if second is None or not worth_it:
            return None
        late = await second.fetch(job.lead.infohash, worth_it)
        self._kit.report.note("second", "ok" if late else "none")
        return late if late and fetch.is_of(job.lead.infohash, late) else None

    async def _from(self, peer: Endpoint, lead: Lead) -> bytes:
        kit = self._kit
        return await fetch.fetch(lead.infohash, peer, kit.profile, lab=kit.lab, budget=kit.budget)

    async def _torrent(self, job: Job) -> Torrent | None:
        """The torrent of a job. Returns None if there is none, and its lead has its verdict."""
        content = await self.metadata(job)
        if content is None:
            await self._kit.failed(job.lead)
            return None
        with self._kit.budget.holding(content):
            return await self._read(content, job.lead)

    async def _read(self, content: bytes, lead: Lead) -> Torrent | None:
        kit = self._kit
        try:
            listing = await kit.parser.listing(content)
            torrent = info.torrent(
                lead.infohash,
                info.sha256(content),
                listing,
                observed_at=datetime.now(UTC),
                provenance=_provenance(lead),
            )
        except ParseFailed as failure:
            kit.report.note(report.INFO, str(failure))
            await kit.failed(lead)
        except info.BadInfo as failure:
            # The hash is right, so every peer has the same: no other try will read better.
            kit.report.note(report.INFO, str(failure))
            await kit.give_up(lead.infohash)
        else:
            kit.report.note(report.INFO, "ok")
            return torrent
        return None


def _provenance(lead: Lead) -> Provenance:
    return Provenance(source=Source.CRAWL, origin="sample" if lead.node else "announce")
