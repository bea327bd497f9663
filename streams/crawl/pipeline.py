"""The stages of a crawl and the bounded queues between them: sample, ask for peers, fetch, scrape,
publish.

A full queue makes whoever fills it wait, back to the sampling: that is all the back-pressure there
is. An infohash is in flight until it is done, given up, or on disk to be tried again; only then is
it noted as seen, so that a kill loses none.
"""

import asyncio
import os
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from infra.settings import Settings
from models.ban.ban_list import BanList
from schemas import Provenance, Swarm, Torrent
from schemas.provenance import Source
from streams.crawl import fetch as metadata
from streams.crawl import info, report, wire
from streams.crawl.addresses import is_allowed
from streams.crawl.frontier import Frontier
from streams.crawl.node import Node, QueryFailed
from streams.crawl.profile import Profile
from streams.crawl.publishing import Publishing
from streams.crawl.report import Report
from streams.crawl.second import WORTH_IT, SecondChance
from streams.crawl.seen import Seen
from streams.crawl.state import Retry, State
from streams.crawl.wire import Endpoint
from streams.operate.metrics import BANNED

log = structlog.get_logger(__name__)

_IDLE = 0.5
"""Seconds at most that a sampler waits before it looks at the frontier again."""
_RETRIES_AT_ONCE = 50
_WIDENED = 100
"""Nodes that wait to be asked for other nodes."""
_LEASE = 600
"""Seconds after which a retry that was taken is due again, should the process have died over it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An infohash, and who told of it: a node that may know its peers, or a peer itself."""

    infohash: bytes
    node: Endpoint | None
    peer: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A lead with peers to ask."""

    lead: Lead
    peers: tuple[Endpoint, ...]


class Pipeline:
    """One crawl."""

    def __init__(
        self,
        settings: Settings,
        profile: Profile,
        node: Node,
        frontier: Frontier,
        state: State,
        seen: Seen,
        *,
        lab: bool,
        sampling: bool = True,
    ) -> None:
        self._settings, self._profile, self._node = settings, profile, node
        self._frontier, self._state, self._seen, self._lab = frontier, state, seen, lab
        self._sampling = sampling
        self._bans = BanList.load(rules=settings.ban_keywords, infohashes=settings.ban_infohashes)
        self._leads: asyncio.Queue[Lead] = asyncio.Queue(profile.max_hashes)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(profile.max_jobs)
        self._records: asyncio.Queue[Torrent] = asyncio.Queue(profile.max_records)
        self._in_flight: set[bytes] = set()
        self._publishing = Publishing(settings, self._records, self._published)
        self._pool: ProcessPoolExecutor | None = None
        self._wide: asyncio.Queue[Endpoint] = asyncio.Queue(_WIDENED)
        self.second: SecondChance | None = None
        self.report = Report(self._depths, self._traffic)

    def offer(self, infohash: bytes, peer: Endpoint) -> bool:
        """An announce that was heard; False when it is known, or there is no room for it now."""
        if self._leads.full() or not self._is_new(infohash):
            return False
        self._in_flight.add(infohash)
        self._leads.put_nowait(Lead(infohash, None, peer))
        return True

    async def run(self) -> None:
        """Crawl until cancelled. What is in flight then is found again another time.

        Raises:
            ExceptionGroup: a stage failed in a way that it should not.
        """
        profile = self._profile
        work: list[Coroutine[Any, Any, None]] = [
            self._publishing.run(),
            self._again(),
            self._widener(),
        ]
        work += [self._sampler() for _ in range(profile.samplers if self._sampling else 0)]
        work += [self._getter() for _ in range(profile.getters)]
        work += [self._fetcher() for _ in range(profile.slots)]
        try:
            async with asyncio.TaskGroup() as group:
                for each in work:
                    group.create_task(each)
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)

    async def drain(self, within: float) -> None:
        """Wait, but not for long, until what is ready to be published is in Kafka."""
        end = time.monotonic() + within
        while (self._records.qsize() or self._publishing.held) and time.monotonic() < end:  # noqa: ASYNC110 (two conditions)
            await asyncio.sleep(0.05)

    def save(self) -> None:
        """Everything that is not on disk at once."""
        self._frontier.save()
        self._seen.save()

    async def _sampler(self) -> None:
        while True:
            endpoint = self._frontier.take()
            if endpoint is None:
                wait = self._frontier.wait()
                await asyncio.sleep(_IDLE if wait is None else min(max(wait, 0.01), _IDLE))
                continue
            try:
                reply = await self._node.ask(
                    endpoint,
                    "sample_infohashes",
                    {b"target": os.urandom(20), b"want": [b"n4", b"n6"]},
                )
            except QueryFailed as failure:
                self._frontier.failed(endpoint)
                self.report.note(report.SAMPLE, "failed")
                self.report.note(report.SAMPLE, str(failure))
                if str(failure) == "refused":
                    self.widen_from(endpoint)
                continue
            self._frontier.answered(endpoint, reply.interval)
            self.report.note(report.SAMPLE, "ok")
            self._heard_of(reply)
            for infohash in reply.samples:
                if self._is_new(infohash):
                    self._in_flight.add(infohash)
                    await self._leads.put(Lead(infohash, endpoint))

    def widen_from(self, endpoint: Endpoint) -> None:
        """Ask a node that gives no samples, or may give none, at least for nodes."""
        if not self._wide.full():
            self._wide.put_nowait(endpoint)

    async def _widener(self) -> None:
        while True:
            endpoint = await self._wide.get()
            try:
                self._heard_of(
                    await self._node.ask(endpoint, "find_node", {b"target": os.urandom(20)})
                )
            except QueryFailed as failure:
                self.report.note("find_node", str(failure))

    def _heard_of(self, reply: wire.Reply) -> None:
        for _, other in reply.nodes:
            if (
                self._node.reaches(other)
                and is_allowed(other, lab=self._lab)
                and self._frontier.add(other)
            ):
                self.report.note("node", "new")

    def _is_new(self, infohash: bytes) -> bool:
        known = (
            infohash in self._in_flight or infohash in self._seen or self._state.is_known(infohash)
        )
        self.report.note(report.HASH, "known" if known else "new")
        return not known

    async def _again(self) -> None:
        """Torrents whose pause is over."""
        while True:
            now = time.time()
            for retry in self._state.take_retries(now, _RETRIES_AT_ONCE, now + _LEASE):
                if retry.infohash not in self._in_flight:
                    self._in_flight.add(retry.infohash)
                    await self._leads.put(Lead(retry.infohash, retry.endpoint))
            await asyncio.sleep(_IDLE)

    async def _getter(self) -> None:
        while True:
            lead = await self._leads.get()
            if lead.peer is not None:
                await self._jobs.put(Job(lead, (lead.peer,)))
                continue
            assert lead.node is not None
            try:
                reply = await self._node.ask(lead.node, "get_peers", {b"info_hash": lead.infohash})
            except QueryFailed as failure:
                self.report.note(report.PEERS, str(failure))
                self._failed(lead)
                continue
            peers = tuple(dict.fromkeys(reply.peers))[: self._profile.peers_tried]
            self.report.note(report.PEERS, "ok" if peers else "none")
            if peers:
                await self._jobs.put(Job(lead, peers))
            else:
                self._failed(lead)

    async def _fetcher(self) -> None:
        while True:
            job = await self._jobs.get()
            found = await self._fetched(job)
            if found is None:
                self._failed(job.lead)
                continue
            try:
                listing = await self._listing(found)
                swarm = await self._swarm(job.lead)
                torrent = info.torrent(
                    job.lead.infohash,
                    info.sha256(found),
                    listing,
                    observed_at=datetime.now(UTC),
                    provenance=Provenance(
                        source=Source.CRAWL, origin="sample" if job.lead.node else "announce"
                    ),
                    swarm=swarm,
                )
            except info.BadInfo as error:
                # The hash is right, so every peer has the same: no other try will read better.
                self.report.note(report.INFO, str(error))
                self._given_up(job.lead)
                continue
            self.report.note(report.INFO, "ok")
            if rule := self._bans.check(
                torrent.name, infohash=torrent.infohash, paths=[f.path for f in torrent.files or ()]
            ):
                self.report.note(report.RECORD, "banned")
                BANNED.labels(rule).inc()
                self._given_up(job.lead)
                continue
            await self._records.put(torrent)

    async def _fetched(self, job: Job) -> bytes | None:
        worth_it = []
        for peer in job.peers:
            try:
                found = await metadata.fetch(job.lead.infohash, peer, self._profile, lab=self._lab)
            except metadata.PeerFailed as failure:
                self.report.note(report.PEER, failure.outcome)
                if failure.outcome in WORTH_IT:
                    worth_it.append(peer)
                continue
            self.report.note(report.PEER, metadata.Outcome.OK)
            return found
        if self.second is None or not worth_it:
            return None
        again = await self.second.fetch(job.lead.infohash, worth_it)
        self.report.note("second", "ok" if again else "none")
        return again if again and metadata.is_of(job.lead.infohash, again) else None

    async def _listing(self, found: bytes) -> info.Listing:
        if len(found) <= self._profile.big_info:
            return info.read(found)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1)
        return await asyncio.get_running_loop().run_in_executor(self._pool, info.read, found)

    async def _swarm(self, lead: Lead) -> Swarm | None:
        """Seeders and leechers as the node that told of the torrent knows them: a lower bound (BEP
        33).
        """
        if not self._profile.scrape or lead.node is None:
            return None
        try:
            reply = await self._node.ask(
                lead.node, "get_peers", {b"info_hash": lead.infohash, b"scrape": 1}
            )
        except QueryFailed as failure:
            self.report.note(report.SCRAPE, str(failure))
            return None
        if reply.seeds is None or reply.downloaders is None:
            self.report.note(report.SCRAPE, "none")
            return None
        self.report.note(report.SCRAPE, "ok")
        seeders, leechers = wire.swarm_size(reply.seeds), wire.swarm_size(reply.downloaders)
        return Swarm(seeders=seeders, leechers=leechers, seen_at=datetime.now(UTC))

    def _published(self, torrents: Sequence[Torrent]) -> None:
        """Kafka has them: first the mark on disk, then everything else."""
        infohashes = [bytes.fromhex(each.infohash) for each in torrents]
        self._state.mark_done(infohashes)
        self.report.note(report.RECORD, "published", len(torrents))
        for infohash in infohashes:
            self._seen.add(infohash)
            self._in_flight.discard(infohash)

    def _failed(self, lead: Lead) -> None:
        """Every peer failed, or none is known: once more after each pause, then no more until it is
        heard of another day.
        """
        tries = self._state.tries_of(lead.infohash)
        if lead.node is not None and tries < len(self._profile.retries):
            retry = Retry(
                lead.infohash, tries + 1, time.time() + self._profile.retries[tries], lead.node
            )
            if self._state.add_retry(retry, self._profile.max_retries):
                self.report.note(report.RECORD, "retry")
                self._leave(lead)
                return
        self._given_up(lead)

    def _given_up(self, lead: Lead) -> None:
        self.report.note(report.RECORD, "given_up")
        self._state.drop_retry(lead.infohash)
        self._leave(lead)

    def _leave(self, lead: Lead) -> None:
        self._seen.add(lead.infohash)
        self._in_flight.discard(lead.infohash)

    def _depths(self) -> dict[str, tuple[int, int]]:
        profile = self._profile
        return {
            "frontier": (len(self._frontier), profile.max_nodes),
            "infohashes": (self._leads.qsize(), profile.max_hashes),
            "jobs": (self._jobs.qsize(), profile.max_jobs),
            "records": (self._records.qsize() + self._publishing.held, profile.max_records),
            "queries": (self._node.pending, profile.max_pending),
            "again later": (self._state.retries, profile.max_retries),
            "in flight": (
                len(self._in_flight),
                profile.max_hashes
                + profile.getters
                + profile.max_jobs
                + profile.slots
                + 2 * profile.max_records
                + 20 * profile.samplers,
            ),
        }

    def _traffic(self) -> dict[str, int]:
        return {
            name.replace("_", " "): self._node.counts[name]
            for name in ("packets_out", "packets_in", "bytes_out", "bytes_in")
        }
