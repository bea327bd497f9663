"""The stages of a crawl with the bounded queues between them."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from schemas import Torrent
from streams.crawl.kit import Kit
from streams.crawl.lead import Job, Lead, Scrape
from streams.crawl.stages.again import Again
from streams.crawl.stages.fetch import Fetching
from streams.crawl.stages.peers import Peers
from streams.crawl.stages.publish import Publishing
from streams.crawl.stages.sample import Sampling
from streams.crawl.stages.scrape import Scraping
from streams.crawl.stages.triage import Triage
from streams.crawl.wire import Endpoint

_LOOKED_AT = 0.05
"""Seconds between two looks at whether everything is published."""


class Pipeline:
    """Wires the stages of one crawl, and runs each as often as the profile says."""

    def __init__(self, kit: Kit) -> None:
        profile = kit.profile
        self._kit = kit
        self._leads: asyncio.Queue[Lead] = asyncio.Queue(profile.max_hashes)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(profile.max_jobs)
        self._scrapes: asyncio.Queue[Scrape] = asyncio.Queue(profile.max_scrapes)
        self._records: asyncio.Queue[Torrent] = asyncio.Queue(profile.max_records)
        self._triage = Triage(kit, self._leads, self._scrapes)
        self._sampling = Sampling(kit, self._triage.hear)
        self._again = Again(kit, self._leads)
        self._peers = Peers(kit, self._leads, self._jobs)
        self._fetching = Fetching(kit, self._jobs, self._scrapes)
        self._scraping = Scraping(kit, self._scrapes, self._records)
        self._publishing = Publishing(kit, self._records)
        kit.report.depths = self._depths
        kit.report.traffic = self._traffic

    def offer(self, infohash: bytes, peer: Endpoint) -> bool:
        """Take an announce that was heard. Returns False if there is no room for it now."""
        return self._triage.offer(infohash, peer)

    def widen_from(self, endpoint: Endpoint) -> None:
        """Ask a node for other nodes."""
        self._sampling.widen_from(endpoint)

    async def run(self, *, sampling: bool = True) -> None:
        """Crawl until cancelled. What is in flight then is found again another time.

        Raises:
            ExceptionGroup: a stage failed in a way that it should not.
        """
        profile = self._kit.profile
        work: list[Coroutine[Any, Any, None]] = [
            self._publishing.run(),
            self._triage.run(),
            self._again.run(),
            self._sampling.run_wide(),
        ]
        work += [self._sampling.run() for _ in range(profile.samplers if sampling else 0)]
        work += [self._peers.run() for _ in range(profile.getters)]
        work += [self._fetching.run() for _ in range(profile.slots)]
        work += [self._scraping.run() for _ in range(profile.scrapers)]
        try:
            async with asyncio.TaskGroup() as group:
                for stage in work:
                    group.create_task(stage)
        finally:
            self._kit.parser.close()

    async def drain(self, within: float) -> None:
        """Wait, but not for long, until what is ready to be published is in Kafka."""
        end = time.monotonic() + within
        while self._unpublished and time.monotonic() < end:  # noqa: ASYNC110 (two conditions)
            await asyncio.sleep(_LOOKED_AT)

    @property
    def _unpublished(self) -> int:
        return self._records.qsize() + self._publishing.held

    def _depths(self) -> dict[str, tuple[int, int]]:
        profile = self._kit.profile
        return {
            "frontier": (len(self._kit.frontier), profile.max_nodes),
            "infohashes": (self._leads.qsize(), profile.max_hashes),
            "jobs": (self._jobs.qsize(), profile.max_jobs),
            "to scrape": (self._scrapes.qsize(), profile.max_scrapes),
            "records": (self._unpublished, profile.max_records),
            "queries": (self._kit.node.pending, profile.max_pending),
            "again later": (self._kit.memory.retries, profile.max_retries),
            "in flight": (self._kit.memory.in_flight, profile.most_in_flight),
        }

    def _traffic(self) -> dict[str, int]:
        return {
            name.replace("_", " "): self._kit.node.counts[name]
            for name in ("packets_out", "packets_in", "bytes_out", "bytes_in")
        }
