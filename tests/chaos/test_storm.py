"""SIGKILLs at random moments over everything that runs, during a replay and a crawl.

Every torrent becomes a row, no result is there twice, and every process comes up again.
`STORM_KILLS=200 python -m pytest tests/chaos/test_storm.py -s` is the long run, about 16 minutes
on two cores; without it 30 kills are tried.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from streams.lab.dht import network
from streams.lab.dht.network import Plan, Running
from tests.chaos.proofs import everything_is_a_row, invented, nothing_is_there_twice, write
from tests.chaos.supervisor import Command, Server, Supervisor
from tests.support import WORKER, eventually, torrent

KILLS = int(os.environ.get("STORM_KILLS", "30"))

SECONDS_A_KILL = 3.3
"""Mean time between two kills: Kafka gives the partitions of a killed worker away after 6 s, and
the next one has to start, so that most kills meet something that has not yet recovered from the one
before.
"""

SHARES = {"worker": 55, "store": 50, "replay": 45, "crawl": 30, "kafka": 10, "postgres": 10}
"""Of 200 kills. The servers take the others down with them, so they are killed more seldom."""

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1_800)]


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A dump that is replayed for as long as the storm lasts."""
    path = tmp_path / "storm.jsonl"
    write(path, rows())
    return path


def rows() -> Iterator[dict[str, object]]:
    """Rows of the dump."""
    return invented(600 + KILLS * 60, seed=11)


@pytest.fixture
def dht(tmp_path: Path) -> Iterator[Running]:
    plan = Plan(nodes=30, torrents=min(1_000, 100 + 5 * KILLS), seed=9, net=7)
    (tmp_path / "dht").mkdir()
    with network.running(plan, tmp_path / "dht") as running_network:
        yield running_network


def victims(dice: random.Random) -> list[str]:
    """Who is killed, in what order."""
    names = list(SHARES)
    chosen = [name for name in names for _ in range(round(SHARES[name] * KILLS / 200))]
    while len(chosen) < KILLS:
        chosen.append(dice.choice(names))
    dice.shuffle(chosen)
    return chosen[:KILLS]


def services(
    pipeline: SimpleNamespace, dump: Path, dht: Running, logs: Path
) -> list[Command | Server]:
    """Everything that runs, as an operator would run it."""
    environment = {**pipeline.environment, "STREAMS_BATCH_SIZE": "64"}
    agents = {**environment, "STREAMS_ROLES": "classify,extract,match"}
    bootstrap = ":".join(map(str, dht.endpoints[0]))
    # As fast as the storm lasts, so that there is something in flight at every kill.
    rate = 60 / SECONDS_A_KILL
    replay = ["streams.replay", str(dump), "--resume", "--rate", f"{rate:.1f}"]
    crawl = ["streams.crawl", "--profile", "lab", "--quiet", "--bind", "127.0.0.1"]
    return [
        Server("kafka", pipeline.stack),
        Server("postgres", pipeline.stack),
        Command("worker", WORKER, agents, logs),
        Command("store", ["streams.store"], environment, logs),
        Command("replay", replay, environment, logs),
        Command("crawl", [*crawl, "--bootstrap", bootstrap], environment, logs),
    ]


async def test_a_storm_of_kills_loses_nothing_and_doubles_nothing(
    pipeline: SimpleNamespace, music_index: None, dump: Path, dht: Running, tmp_path: Path
) -> None:
    dice = random.Random(int(os.environ.get("STORM_SEED", "200")))
    logs = tmp_path / "storm"
    logs.mkdir()
    began = time.monotonic()
    async with Supervisor(services(pipeline, dump, dht, logs)) as supervisor:
        for name in victims(dice):
            await asyncio.sleep(dice.uniform(0, 2 * SECONDS_A_KILL))
            await supervisor.kill(name)
        stormed = time.monotonic() - began
        expected = {str(row["infohash"]) for row in rows()}
        expected |= {truth.infohash.hex() for truth in dht.truths}
        await replayed(supervisor)
        await everything_is_a_row(pipeline, expected)
        print(f"\n{KILLS} kills in {stormed:.0f} s")  # noqa: T201
        print(f"{len(expected)} rows after {time.monotonic() - began:.0f} s")  # noqa: T201
        print(supervisor.told())  # noqa: T201
        await nothing_is_there_twice(pipeline)
        await answers_are_those_of_the_brains(pipeline)
        for watch in supervisor.watches.values():
            assert watch.service.is_alive() or watch.service.name == "replay", watch
            # The servers ran before the supervisor came.
            assert watch.starts >= watch.kills, watch


async def replayed(supervisor: Supervisor) -> None:
    """Let the replay run to its end once, and then no more."""
    replay = supervisor.watches["replay"].service
    assert isinstance(replay, Command)

    async def is_over() -> bool:
        return 0 in replay.codes

    await eventually(is_over, within=300, what="the replay to run to its end")
    await supervisor.release("replay")


def listed(row: dict[str, object]) -> list[tuple[str, int | None]] | None:
    """The files of a row of the dump."""
    files = row.get("files")
    if not isinstance(files, list):
        return None
    return [(file["path"], file["size"]) for file in files]


async def answers_are_those_of_the_brains(pipeline: SimpleNamespace) -> None:
    """What is stored is what the classifier says of each row when it is asked directly."""
    given = [torrent(str(row["name"]), files=listed(row)) for row in rows()]
    subjects = [NamedSubject(item.name, item.size, item.files) for item in given]
    verdicts = Classifier.load().classify(subjects)
    wanted = {
        item.infohash: (verdict.medium, verdict.subcategory)
        for item, verdict in zip(given, verdicts, strict=True)
    }
    query = "SELECT encode(infohash, 'hex') AS infohash, medium, subcategory FROM classifications"
    stored = {
        row["infohash"]: (row["medium"], row["subcategory"])
        for row in await pipeline.db.fetch(query)
    }
    assert {infohash: stored[infohash] for infohash in wanted} == wanted
