"""A real Prometheus finds real processes, answers every panel, and tells a real Alertmanager."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import yaml

from infra.local.ports import LOOPBACK, is_open, pick
from infra.watch.panels import ROWS
from schemas.topics import DISCOVERED
from streams.kafka.publisher import Message, Publisher, message
from streams.operate.aggregate import aggregate
from tests.support import ROOT, WORKER, eventually, running, torrent
from tests.watch.programs import program

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(300)]

WATCH = ROOT / "infra" / "watch"

WITHOUT_DATA = {
    "mimmo_crawl": "there is no crawl",
    "mimmo_llm": "there is no GGUF worker",
    "mimmo_banned": "a worker bans nothing that replay has let through",
    "mimmo_model_drift": "drift wants more than one week of results",
    "mimmo_model_contradicted": "nothing was answered twice",
    "mimmo_reuse_checked": "nothing is reused",
    "mimmo_reuse_bundles": "nobody tells anything",
    "mimmo_reuse_results": "nobody tells anything",
    "vacuumed": "no table of a new database was vacuumed",
}
"""Why a query may have no answer here; every other one has."""


@contextmanager
def started(command: list[str], log: Path) -> Iterator[None]:
    """A program that does not outlive the block."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


def settings_of(folder: Path, home: Path, alertmanager: int) -> Path:
    """The settings that ship, for this home and looking every second."""
    text = (WATCH / "prometheus.yml").read_text(encoding="utf-8")
    text = text.replace("/srv/mimmo/.mimmo", str(home)).replace(":9093", f":{alertmanager}")
    settings = yaml.safe_load(text.replace("15s", "1s").replace("30s", "1s"))
    settings["rule_files"] = [str(WATCH / "rules.yml")]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


@contextmanager
def watched(folder: Path, home: Path) -> Iterator[SimpleNamespace]:
    """Prometheus and Alertmanager on loopback: `.prometheus` and `.alertmanager` are addresses."""
    ports = [pick(), pick()]
    (folder / "alertmanager.yml").write_text(
        "route: {receiver: nobody, group_wait: 0s}\nreceivers: [{name: nobody}]\n"
    )
    places = [f"{LOOPBACK}:{port}" for port in ports]
    prometheus = [
        program("prometheus"),
        f"--config.file={settings_of(folder, home, ports[1])}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={places[0]}",
    ]
    alertmanager = [
        program("prometheus-alertmanager"),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alerts'}",
        f"--web.listen-address={places[1]}",
        "--cluster.listen-address=",
    ]
    with (
        started(alertmanager, folder / "alertmanager.log"),
        started(prometheus, folder / "prometheus.log"),
    ):
        yield SimpleNamespace(
            ports=ports, prometheus=f"http://{places[0]}", alertmanager=f"http://{places[1]}"
        )


async def asked(session: aiohttp.ClientSession, url: str, query: str) -> list[Any]:
    """What Prometheus answers to a query; a query that it refuses fails the test."""
    async with session.get(f"{url}/api/v1/query", params={"query": query}) as answer:
        told = await answer.json()
    assert told["status"] == "success", (query, told)
    rows: list[Any] = told["data"]["result"]
    return rows


async def busy(pipeline: SimpleNamespace) -> None:
    """Publishes torrents again and again, one record in each round that cannot be read."""
    seen = [torrent(f"Aurora Vale - Paper Lanterns {number} (2011) [FLAC]") for number in range(20)]
    messages = [message(DISCOVERED, album.infohash, album, source="test") for album in seen]
    messages.append(Message(DISCOVERED.name, b"dirty", b"{"))
    async with Publisher(pipeline.settings) as publisher:
        while True:
            await publisher.publish(messages)
            await asyncio.sleep(0.5)


async def panels_answer(session: aiohttp.ClientSession, url: str) -> None:
    """Asks what every panel asks, until each query that should have an answer has one."""
    queries = {
        query.replace("$__rate_interval", "10s"): panel.title
        for row in ROWS.values()
        for panel in row
        for query in panel.queries.values()
    }
    expected = {query for query in queries if not any(name in query for name in WITHOUT_DATA)}
    for name in WITHOUT_DATA:
        assert any(name in query for query in queries), f"{name} stands for no query"

    async def all_of_them() -> bool:
        empty = [query for query in queries if not await asked(session, url, query)]
        missing.clear()
        missing.extend((queries[query], query) for query in empty if query in expected)
        return not missing

    missing: list[tuple[str, str]] = []
    try:
        await eventually(all_of_them, within=60, every=1, what="every panel")
    except AssertionError:
        pytest.fail(f"panels without data: {missing}")


async def evaluated(session: aiohttp.ClientSession, url: str) -> dict[str, str]:
    """How each rule fared when Prometheus asked it last."""
    async with session.get(f"{url}/api/v1/rules") as answer:
        (group,) = (await answer.json())["data"]["groups"]
    return {rule["name"]: rule["health"] for rule in group["rules"]}


def alerts(address: str) -> list[dict[str, Any]]:
    """The dead letters' alerts that Alertmanager has, as its own tool tells them."""
    command = [program("amtool"), "alert", "query", "alertname=DeadLetters", "--output=json"]
    command.append(f"--alertmanager.url={address}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


async def test_what_ships_works_with_a_real_prometheus(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    for name in ("prometheus", "prometheus-alertmanager", "amtool"):
        program(name)
    folder = tmp_path / "watch"
    folder.mkdir()
    environment = {**pipeline.environment, "STREAMS_WEB_PORT": "0"}
    agents = {**environment, "STREAMS_ROLES": "classify,extract", "STREAMS_REUSE": "true"}
    logs = pipeline.logs
    with (
        running(WORKER, agents, logs / "worker.log") as worker,
        running(["streams.store"], environment, logs / "store.log") as store,
        running(["streams.web"], environment, logs / "web.log"),
        watched(folder, pipeline.home) as watch,
    ):
        async with aiohttp.ClientSession() as session:

            async def processes(state: int = 1) -> set[str]:
                if not all(is_open(port) for port in watch.ports):
                    return set()
                rows = await asked(session, watch.prometheus, f'up{{job="mimmo"}} == {state}')
                return {row["metric"]["process"] for row in rows}

            async def all_there() -> bool:
                return await processes() == {"worker", "store", "web"}

            await eventually(all_there, within=90, what="three targets that answer")
            traffic = asyncio.create_task(busy(pipeline))
            try:

                async def stored() -> bool:
                    count = await pipeline.db.fetchval("SELECT count(*) FROM extractions")
                    return bool(count == 20)

                await eventually(stored, within=60, what="rows")
                await aggregate(pipeline.settings)
                await panels_answer(session, watch.prometheus)

                async def told() -> list[dict[str, Any]]:
                    return await asyncio.to_thread(alerts, watch.alertmanager)

                (alert,) = await eventually(told, within=30, what="the alert at Alertmanager")
            finally:
                traffic.cancel()
                await asyncio.gather(traffic, return_exceptions=True)
            assert set((await evaluated(session, watch.prometheus)).values()) == {"ok"}
            assert alert["labels"]["stage"] == "classify"
            assert alert["labels"]["reason"] == "not_json"
            assert alert["annotations"]["action"] == "docs/monitoring.md#deadletters"
            assert store.terminate() == 0, store.output[-3000:]
            worker.kill()

            async def only_the_killed_one_is_missed() -> bool:
                return await processes() == {"web"} and await processes(0) == {"worker"}

            await eventually(only_the_killed_one_is_missed, within=30, what="targets that went")
