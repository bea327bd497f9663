"""The stages on real sockets, without Kafka: growing from a node that gives no samples, the second
chance, giving up.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import libtorrent as lt

from infra.settings import Settings
from streams.crawl import wire
from streams.crawl.node import Node
from streams.crawl.pipeline import Job, Lead
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.second import SecondChance
from streams.lab.dht import peers
from streams.lab.dht.network import Plan, settings
from streams.lab.dht.torrents import made
from tests.dht.pipeline import pipeline_of
from tests.unit.crawl.test_node import reply, stranger

LAB = replace(PROFILES[ProfileName.LAB], peer_timeout=0.5, connect_timeout=0.3, query_timeout=0.5)


async def test_it_grows_from_a_node_that_gives_no_samples(tmp_path: Path) -> None:
    pipeline = pipeline_of(Settings(home=tmp_path), LAB)
    await Node.listen(pipeline._node, ("127.0.0.1", 0))

    def samples(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
        send(reply(raw, samples=b"i" * 20, interval=60))

    async with stranger(samples, "127.0.0.5") as (giving, _):

        def refuses(raw: dict[bytes, Any], send: Callable[[bytes], None]) -> None:
            if raw[b"q"] == b"find_node":
                send(reply(raw, nodes=b"o" * 20 + wire.packed(giving)))
            else:
                send(wire.bencode({b"t": raw[b"t"], b"y": b"e", b"e": [204, b"Method Unknown"]}))

        async with stranger(refuses, "127.0.0.6") as (first, _):
            pipeline._frontier.add(first)
            work = [
                asyncio.create_task(pipeline._sampler()),
                asyncio.create_task(pipeline._widener()),
            ]
            lead = await asyncio.wait_for(pipeline._leads.get(), 5)
            for each in work:
                each.cancel()
    assert lead == Lead(b"i" * 20, giving)
    pipeline._node.close()


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
    pipeline = pipeline_of(Settings(home=tmp_path), LAB)
    job = Job(Lead(truth.infohash, None, ("127.0.4.4", 21_000)), (("127.0.4.4", 21_000),))
    assert await pipeline._fetched(job) is None
    pipeline.second = SecondChance(
        "127.0.0.1", replace(LAB, second_chances=1, second_timeout=8), lab=True
    )
    hearing = asyncio.create_task(pipeline.second.run())
    assert await pipeline._fetched(job) == truth.info
    assert pipeline.second.in_flight == 0
    hearing.cancel()
    pipeline.second.close()


async def test_a_second_chance_ends_in_time_and_few_have_one(tmp_path: Path) -> None:
    second = SecondChance("127.0.0.1", replace(LAB, second_chances=2, second_timeout=0.6), lab=True)
    start = time.monotonic()
    async with peers.serving(peers.lies_four_megabytes_and_sends_nothing) as address:
        found = await asyncio.gather(
            *(second.fetch(bytes((at,)) * 20, [address]) for at in range(5))
        )
    assert found == [None] * 5
    assert 0.5 < time.monotonic() - start < 2
    assert await second.fetch(b"x" * 20, [("8.8.8.8", 6_881)]) is None, "not in the lab"
    second.close()


async def test_a_torrent_nobody_gives_is_tried_three_times_more_and_given_up(
    tmp_path: Path,
) -> None:
    pipeline = pipeline_of(Settings(home=tmp_path), replace(LAB, retries=(0.0, 0.0, 0.0)))
    lead = Lead(b"z" * 20, ("127.0.0.5", 5_000))
    for tries in (1, 2, 3):
        pipeline._failed(lead)
        assert pipeline._state.tries_of(lead.infohash) == tries
    pipeline._failed(lead)
    assert pipeline._state.retries == 0
    assert pipeline.report.counts["record", "given_up"] == 1
    assert lead.infohash in pipeline._seen, "until the filter turns"
