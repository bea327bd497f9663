"""The live crawl on a DHT of real nodes, into a real Kafka and Postgres: complete and polite."""

import asyncio
import json
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas import Provenance, Source, Swarm, Torrent
from schemas.topics import DISCOVERED
from streams.crawl.crawl import crawl
from streams.crawl.memory import Memory
from streams.crawl.options import Options
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.state import State
from streams.kafka.publisher import Publisher, message
from streams.lab.dht import manners, network, peers
from streams.lab.dht.network import Plan, Running
from streams.lab.dht.torrents import Truth
from tests.fakes import Published
from tests.support import WORKER, eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

LAB = PROFILES[ProfileName.LAB]
CRAWLER = "127.0.0.1"
ANNOUNCED_TO = 23_456
"""Port of the crawl's full node."""
PATIENCE = 300
"""Seconds for a crawl that takes 12. Where a machine stands still for 7 s peers fail, and the
profile tries those again after 30, 60 and 120 s.
"""


@pytest.fixture(scope="module")
def dht(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with network.running(
        Plan(nodes=30, torrents=300), tmp_path_factory.mktemp("dht")
    ) as running_network:
        yield running_network


def options(dht: Running, **more: object) -> Options:
    return Options(bootstrap=(dht.endpoints[0],), bind=CRAWLER, **{"profile": LAB, **more})  # type: ignore[arg-type]


@pytest.fixture
async def kafka(pipeline: SimpleNamespace) -> AsyncIterator[Published]:
    yield await Published.since_now(pipeline.settings.kafka_bootstrap)


def count_done(folder: Path) -> int:
    """Torrents that are done, as the file of a running crawl has them."""
    path = folder / "crawl.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as state:
        return int(state.execute("SELECT count(*) FROM done").fetchone()[0])


async def has_all(kafka: Published) -> bool:
    """Whether every torrent of the network is in Kafka."""
    return len({torrent.infohash for torrent in await kafka.torrents()}) == 300


async def has_begun(log: Path) -> bool:
    """Whether a process has all its libraries and begins to crawl."""
    return "metrics and health" in await asyncio.to_thread(log.read_text)


def assert_true(published: list[Torrent], dht: Running) -> None:
    truths = {truth.infohash.hex(): truth for truth in dht.truths}
    assert {torrent.infohash for torrent in published} == set(truths)
    for torrent in published:
        truth = truths[torrent.infohash]
        assert (torrent.name, torrent.size) == (truth.name, truth.size)
        assert [(file.path, file.size) for file in torrent.files or ()] == list(truth.files)
        assert torrent.provenance.source == "crawl"


async def test_300_torrents_of_30_nodes_become_rows(
    pipeline: SimpleNamespace, kafka: Published, dht: Running
) -> None:
    with running(
        WORKER,
        {**pipeline.environment, "STREAMS_ROLES": "classify,store"},
        pipeline.logs / "worker.log",
    ):
        report = await crawl(options(dht, max_records=300, duration=PATIENCE), pipeline.settings)
        assert report.published == 300

        async def stored() -> bool:
            rows = await pipeline.db.fetchval("SELECT count(*) FROM classifications")
            return bool(rows == 300)

        await eventually(stored, within=60, what="300 classified rows")
    assert_true(await kafka.torrents(), dht)
    row = await pipeline.db.fetchrow(
        "SELECT count(*) AS n, count(seeders) AS scraped FROM torrents"
    )
    assert row["n"] == 300
    # A scrape is not tried twice: one that met a machine that stood still is missing.
    assert row["scraped"] >= 270
    assert report.traffic()["packets out"] <= 4 * 300


async def test_after_an_outage_in_which_every_node_is_silent_the_rest_is_found(
    pipeline: SimpleNamespace, kafka: Published, dht: Running
) -> None:
    stop = asyncio.Event()
    work = asyncio.create_task(crawl(options(dht), pipeline.settings, stop=stop))

    async def begun() -> bool:
        return bool(await kafka.torrents())

    await eventually(begun, within=60, what="the first torrents")
    dht.process.send_signal(signal.SIGSTOP)
    try:
        # Three failures in a row, with pauses of 5 and 10 s and four to wait each time.
        await asyncio.sleep(35)
    finally:
        dht.process.send_signal(signal.SIGCONT)
    assert len(await kafka.torrents()) < 300, "the outage came too late to say anything"

    await eventually(partial(has_all, kafka), within=PATIENCE, every=2, what="300 in Kafka")
    stop.set()
    await work
    assert_true(await kafka.torrents(), dht)


async def test_killed_at_20_moments_it_loses_nothing_and_repeats_little(
    pipeline: SimpleNamespace, kafka: Published, dht: Running, tmp_path: Path
) -> None:
    rng = random.Random(20)
    command = [
        "streams.crawl",
        "--profile",
        "lab",
        "--quiet",
        "--bind",
        CRAWLER,
        "--bootstrap",
        ":".join(map(str, dht.endpoints[0])),
    ]
    for number in range(20):
        log = tmp_path / f"crawl-{number}.log"
        with running(command, pipeline.environment, log) as process:
            await eventually(partial(has_begun, log), within=60, every=0.1, what="a crawl")
            await asyncio.sleep(rng.uniform(0.1, 1.6))
            process.kill()
    with running(command, pipeline.environment, tmp_path / "crawl.log") as process:

        async def done() -> bool:
            return count_done(pipeline.settings.crawl_dir) == 300

        await eventually(done, within=90, every=1, what="300 done")
        assert process.terminate() == 0, process.output[-2000:]
    published = await kafka.torrents()
    assert_true(published, dht)
    repeated = len(published) - 300
    # Only what Kafka had and the disk had not yet at a kill: at most a batch each time.
    assert repeated <= 100, repeated


async def test_intervals_and_limits_are_kept_across_kills(
    pipeline: SimpleNamespace, kafka: Published, tmp_path: Path
) -> None:
    interval = 8
    with network.running(
        Plan(nodes=12, torrents=400, interval=interval, seed=3, net=1), tmp_path
    ) as dht:
        changed = json.dumps(
            {"shortest_interval": 1, "assumed_interval": 10, "save_every": 2, "announces": False}
        )
        command = [
            "tests.dht.crawler",
            changed,
            "--quiet",
            "--bind",
            CRAWLER,
            "--bootstrap",
            ":".join(map(str, dht.endpoints[0])),
        ]
        for seconds in (11, 3, 14):
            with running(command, pipeline.environment, tmp_path / "crawl.log") as process:
                await asyncio.sleep(seconds)
                process.kill()
        await asyncio.sleep(1)
        packets = manners.of(dht.packets(), CRAWLER)
    production = PROFILES[ProfileName.PRODUCTION]
    assert sum(manners.SAMPLE in packet["text"] for packet in packets) >= 18, (
        "every node, and most again"
    )
    assert manners.interval_violations(packets, interval) == []
    assert manners.limit_violations(packets, production.per_ip, production.burst) == 0
    assert manners.most_in(packets, 10) < 50


async def test_a_lost_state_is_no_reason_to_publish_twice(
    pipeline: SimpleNamespace, kafka: Published, dht: Running
) -> None:
    first = await crawl(options(dht, max_records=50, duration=PATIENCE), pipeline.settings)
    assert first.published >= 50
    with running(
        WORKER,
        {**pipeline.environment, "STREAMS_ROLES": "classify,store"},
        pipeline.logs / "worker.log",
    ):

        async def stored() -> bool:
            return bool(
                await pipeline.db.fetchval("SELECT count(*) FROM torrents") >= first.published
            )

        await eventually(stored, within=60, what="rows")
    for file in pipeline.settings.crawl_dir.iterdir():
        file.unlink()
    # What is there from before is one torrent: as little as an interrupted repair might leave.
    state = State.open(pipeline.settings.crawl_dir)
    memory = await Memory.open(state, pipeline.settings.crawl_dir, LAB)
    await memory.done([bytes.fromhex((await kafka.torrents())[0].infohash)])
    state.close()
    await crawl(options(dht, duration=15, max_records=300 - first.published), pipeline.settings)
    published = Counter(torrent.infohash for torrent in await kafka.torrents())
    assert set(published.values()) == {1}, "nothing is published twice"


async def test_what_is_wanted_of_a_stored_torrent_is_fetched_and_nothing_else(
    pipeline: SimpleNamespace, dht: Running
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    long_ago = now - timedelta(days=60)
    nameless, stale, fresh = (dht.truths[at : at + 5] for at in (0, 5, 10))
    rows = {truth.infohash.hex(): known(truth, long_ago) for truth in stale}
    rows |= {truth.infohash.hex(): known(truth, now) for truth in fresh}
    for truth in nameless:
        bare = known(truth, long_ago)
        rows[bare.infohash] = bare.model_copy(
            update={"files": None, "size": None, "num_files": None, "swarm": None}
        )
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            [message(DISCOVERED, row.infohash, row, source="test") for row in rows.values()]
        )
    with running(
        WORKER,
        {**pipeline.environment, "STREAMS_ROLES": "classify,store"},
        pipeline.logs / "worker.log",
    ):

        async def stored() -> bool:
            return bool(await pipeline.db.fetchval("SELECT count(*) FROM torrents") == 15)

        await eventually(stored, within=60, what="rows")
    kafka = await Published.since_now(pipeline.settings.kafka_bootstrap)
    await crawl(options(dht, max_records=295, duration=PATIENCE), pipeline.settings)
    published = {torrent.infohash: torrent for torrent in await kafka.torrents()}
    assert len(published) == 295
    assert not {truth.infohash.hex() for truth in fresh} & set(published), "nothing is wanted"
    for truth in nameless:
        torrent = published[truth.infohash.hex()]
        assert [(file.path, file.size) for file in torrent.files or ()] == list(truth.files)
        assert torrent.provenance.source == "crawl"
    for truth in stale:
        torrent, before = published[truth.infohash.hex()], rows[truth.infohash.hex()]
        assert torrent.swarm is not None
        assert torrent.swarm.seen_at is not None
        assert torrent.swarm.seen_at >= now
        assert torrent.model_copy(update={"swarm": before.swarm}) == before, "nothing else is new"


def known(truth: Truth, seen_at: datetime) -> Torrent:
    """A torrent of the network as a dump of long ago had it, its swarm seen at a moment."""
    return Torrent.repaired(
        infohash=truth.infohash.hex(),
        name=truth.name,
        size=truth.size,
        files=truth.files,
        observed_at=datetime(2025, 1, 2, tzinfo=UTC),
        provenance=Provenance(source=Source.REPLAY, origin="jsonl", dataset="old.jsonl"),
        swarm=Swarm(seeders=1, leechers=0, seen_at=seen_at),
    )


async def test_announces_alone_are_heard(
    pipeline: SimpleNamespace, kafka: Published, tmp_path: Path
) -> None:
    with network.running(Plan(nodes=8, torrents=0, seed=5, net=2), tmp_path) as dht:
        stop = asyncio.Event()
        heard = options(dht, from_announces=True, node_port=ANNOUNCED_TO)
        work = asyncio.create_task(crawl(heard, pipeline.settings, stop=stop))
        await asyncio.sleep(2)
        async with peers.serving(peers.honest) as (_, port):
            await peers.announce((CRAWLER, ANNOUNCED_TO), peers.INFOHASH, port)

            async def published() -> bool:
                return [torrent.infohash for torrent in await kafka.torrents()] == [
                    peers.INFOHASH.hex()
                ]

            await eventually(published, within=20, what="the announced torrent")
        stop.set()
        report = await work
    assert report.traffic()["packets out"] == 0, "it asks nothing"


async def test_kafka_away_is_waited_for_and_nothing_is_lost(
    pipeline: SimpleNamespace, kafka: Published, dht: Running
) -> None:
    stop = asyncio.Event()
    profile = replace(LAB, max_records=20)
    work = asyncio.create_task(crawl(options(dht, profile=profile), pipeline.settings, stop=stop))
    await asyncio.sleep(3)
    pipeline.stack.stop_kafka()
    try:
        await asyncio.sleep(10)
        assert not work.done()
    finally:
        pipeline.stack.start_kafka()
    await pipeline.reconnect()

    await eventually(partial(has_all, kafka), within=90, every=2, what="300 in Kafka")
    stop.set()
    await work
    assert_true(await kafka.torrents(), dht)
