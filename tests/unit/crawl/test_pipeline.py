"""The stages on real sockets, without Kafka: growth, the second chance, scrapes, giving up."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest

from infra.settings import Settings
from models.content.metainfo.info import Listing
from schemas import Torrent
from streams.crawl import wire
from streams.crawl.crawl import KNOWN, _raise_first
from streams.crawl.fetch import ByteBudget
from streams.crawl.kit import Kit
from streams.crawl.lead import Job, Lead, Scrape
from streams.crawl.parser import ParseFailed, Parser
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.second import SecondChance
from streams.crawl.stages.fetch import Fetching
from streams.crawl.stages.publish import PublishingRefused
from streams.crawl.stages.sample import Sampling
from streams.crawl.stages.scrape import Scraping
from streams.lab.dht import peers
from streams.lab.dht.network import Plan, settings
from streams.lab.dht.torrents import made
from tests.dht.pipeline import kit_of
from tests.support import eventually, torrent
from tests.unit.crawl.test_node import reply, stranger

LAB = replace(PROFILES[ProfileName.LAB], peer_timeout=0.5, connect_timeout=0.3, query_timeout=0.5)
INFOHASH = b"i" * 20


def changed(kit: Kit, **parts: object) -> Kit:
    """The same kit with other parts."""
    return replace(kit, **parts)  # type: ignore[arg-type]


async def test_it_grows_from_a_node_that_gives_no_samples(tmp_path: Path) -> None:
    heard: asyncio.Queue[tuple[Any, Any]] = asyncio.Queue()

    async def hear(infohashes: Any, node: Any) -> None:
        await heard.put((infohashes, node))

    def samples(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
        send(reply(raw, samples=INFOHASH, interval=60))

    async with stranger(samples, "127.0.0.5") as (giving, _):

        def refuses(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
            if raw[b"q"] == b"find_node":
                send(reply(raw, nodes=b"o" * 20 + wire.packed(giving)))
            else:
                send(wire.bencode({b"t": raw[b"t"], b"y": b"e", b"e": [204, b"Method Unknown"]}))

        async with (
            stranger(refuses, "127.0.0.6") as (first, _),
            kit_of(Settings(home=tmp_path), LAB) as kit,
        ):
            await kit.frontier.add([first])
            sampling = Sampling(kit, hear)
            work = [asyncio.create_task(sampling.run()), asyncio.create_task(sampling.run_wide())]
            assert await asyncio.wait_for(heard.get(), 5) == ((INFOHASH,), giving)
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)


async def test_a_peer_that_speaks_only_utp_gets_its_second_chance(tmp_path: Path) -> None:
    truth = made(1, seed=9)[0]
    seeder = lt.session(
        {
            **settings(Plan(), "127.0.4.4", 21_000),
            "enable_dht": False,
            "enable_incoming_utp": True,
            "enable_incoming_tcp": False,
            "enable_outgoing_utp": True,
        }
    )
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info({b"info": lt.bdecode(truth.info)})  # type: ignore[typeddict-item]
    params.save_path = tempfile.mkdtemp(dir=tmp_path)
    params.flags = lt.torrent_flags.seed_mode
    seeder.add_torrent(params)
    peer = ("127.0.4.4", 21_000)
    job = Job(Lead(truth.infohash, None, peer), (peer,))
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        assert await Fetching(kit, asyncio.Queue(), asyncio.Queue()).metadata(job) is None
        second = SecondChance(
            "127.0.0.1", replace(LAB, second_chances=1, second_timeout=8), lab=True
        )
        hearing = asyncio.create_task(second.run())
        fetching = Fetching(changed(kit, second=second), asyncio.Queue(), asyncio.Queue())
        assert await fetching.metadata(job) == truth.info
        assert second.in_flight == 0
        hearing.cancel()
        second.close()


async def test_a_second_chance_ends_in_time_and_few_have_one(tmp_path: Path) -> None:
    second = SecondChance("127.0.0.1", replace(LAB, second_chances=2, second_timeout=0.6), lab=True)
    start = time.monotonic()
    async with peers.serving(peers.lies_four_megabytes_and_sends_nothing) as address:
        answers = await asyncio.gather(
            *(second.fetch(bytes((at,)) * 20, [address]) for at in range(5))
        )
    assert answers == [None] * 5
    assert 0.5 < time.monotonic() - start < 2
    assert await second.fetch(b"x" * 20, [("8.8.8.8", 6_881)]) is None, "not in the lab"
    second.close()


async def test_a_torrent_nobody_gives_is_tried_three_times_more_and_given_up(
    tmp_path: Path,
) -> None:
    profile = replace(LAB, retries=(0.0, 0.0, 0.0))
    lead = Lead(b"z" * 20, ("127.0.0.5", 5_000))
    async with kit_of(Settings(home=tmp_path), profile) as kit:
        await kit.memory.begin([lead.infohash])
        for tries in (1, 2, 3):
            await kit.failed(lead)
            assert kit.memory.retries == 1
            (retry,) = await kit.memory.begin_due()
            assert retry.tries == tries
        await kit.failed(lead)
        assert (kit.memory.retries, kit.memory.in_flight) == (0, 0)
        assert kit.report.counts["record", "given_up"] == 1
        assert not await kit.memory.new(lead.infohash), "until the filter turns"


class Broken(Parser):
    """Fails as a process does that hangs."""

    async def listing(self, content: bytes) -> Listing:
        raise ParseFailed("parse_timeout")


async def test_a_torrent_that_cannot_be_parsed_is_tried_later_and_the_crawl_goes_on(
    tmp_path: Path,
) -> None:
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    scrapes: asyncio.Queue[Scrape] = asyncio.Queue()
    async with (
        kit_of(Settings(home=tmp_path), LAB) as kit,
        peers.serving(peers.honest) as honest,
    ):
        await kit.memory.begin([peers.INFOHASH])
        work = asyncio.create_task(Fetching(changed(kit, parser=Broken(LAB)), jobs, scrapes).run())
        await jobs.put(Job(Lead(peers.INFOHASH, ("127.0.0.5", 5_000)), (honest,)))

        async def is_put_off() -> bool:
            return kit.memory.retries == 1

        await eventually(is_put_off, within=5, every=0.02)
        assert kit.report.counts["info", "parse_timeout"] == 1
        assert not work.done()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_scrape_that_is_not_answered_keeps_no_torrent_back(
    tmp_path: Path, answers: bool
) -> None:
    scrapes: asyncio.Queue[Scrape] = asyncio.Queue()
    records: asyncio.Queue[Torrent] = asyncio.Queue()
    bits = (3 << 2_046).to_bytes(256, "big")

    def answer(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
        if answers:
            send(reply(raw, BFsd=bits, BFpe=bytes(256)))

    async with (
        kit_of(Settings(home=tmp_path), LAB) as kit,
        stranger(answer, "127.0.0.5") as (node, _),
    ):
        work = asyncio.create_task(Scraping(kit, scrapes, records).run())
        await scrapes.put(Scrape(Lead(INFOHASH, node), torrent()))
        record = await asyncio.wait_for(records.get(), 5)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    if answers:
        assert record.swarm is not None
        assert (record.swarm.seeders, record.swarm.leechers) == (1, 0)
    else:
        assert record.swarm is None


def test_a_known_failure_of_a_stage_is_told_as_itself() -> None:
    refused = PublishingRefused("see what this client may do")
    group = ExceptionGroup("stages", [ValueError("other"), ExceptionGroup("inner", [refused])])
    with pytest.raises(KNOWN) as told:
        _raise_first([None, asyncio.CancelledError(), group])
    assert told.value is refused
    with pytest.raises(ExceptionGroup):
        _raise_first([ExceptionGroup("stages", [ValueError("other")])])
    _raise_first([None, asyncio.CancelledError()])


async def test_all_peers_together_have_one_bound_of_memory(tmp_path: Path) -> None:
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    scrapes: asyncio.Queue[Scrape] = asyncio.Queue()
    async with (
        kit_of(Settings(home=tmp_path), LAB) as kit,
        peers.serving(peers.honest) as honest,
    ):
        job = Job(Lead(peers.INFOHASH, None, honest), (honest,))
        full = changed(kit, budget=ByteBudget(100))
        assert await Fetching(full, jobs, scrapes).metadata(job) is None
        assert kit.report.counts["peer", "no_memory"] == 1
        work = asyncio.create_task(Fetching(kit, jobs, scrapes).run())
        await jobs.put(job)
        scrape = await asyncio.wait_for(scrapes.get(), 5)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert scrape.torrent is not None
        assert kit.budget.held == 0


async def test_beside_a_liar_the_honest_peer_is_asked(tmp_path: Path) -> None:
    async with (
        kit_of(Settings(home=tmp_path), replace(LAB, peer_timeout=0.5)) as kit,
        peers.serving(peers.lies_four_megabytes_and_sends_nothing) as liar,
        peers.serving(peers.honest) as honest,
    ):
        fetching = Fetching(kit, asyncio.Queue(), asyncio.Queue())
        content = await fetching.metadata(Job(Lead(peers.INFOHASH, None, liar), (liar, honest)))
    assert content == peers.INFO
    assert kit.report.counts["peer", "timeout"] == kit.report.counts["peer", "ok"] == 1
