"""DHT nodes and seeders on 127.0.x.y: `python -m streams.lab.dht.network --nodes 30`.

Every node is a libtorrent session with an address and a port of its own, knows some of the others,
seeds its share of the torrents and announces them. The nodes log every DHT packet that they get:
the proof of a crawler's manners. Everything is on loopback; nothing leaves the machine.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import libtorrent as lt

from streams.lab.dht.peers import BlackHole
from streams.lab.dht.torrents import Truth, made

FIRST_PORT = 20_000
SILENT_PORT = 19_998
REFUSING_PORT = 19_999


@dataclass(frozen=True)
class Plan:
    """What the network is made of."""

    nodes: int = 30
    torrents: int = 300
    refusing: int = 0
    """More torrents, whose only peer is a port where nobody listens."""
    silent: int = 0
    """More torrents, whose only peer accepts and never answers."""
    interval: int = 1
    """Seconds between two samples of one node (BEP 51; libtorrent's default is six hours)."""
    ban_limit: int = 5_000
    """Messages in ten seconds after which a node bans an address for five minutes, as libtorrent
    counts: `dht_block_ratelimit` times ten.
    """
    mean_info: int = 6_000
    seed: int = 1
    net: int = 0
    """Its nodes are 127.NET.x.y: networks that run at the same time need one each."""


def dead_of(plan: Plan) -> list[Truth]:
    """The torrents that nobody gives.

    First come those with a silent peer, then those whose peer refuses.
    """
    return made(plan.silent + plan.refusing, plan.seed + 1, mean_info=200)


def address(number: int, net: int = 0) -> str:
    """The loopback address of a node."""
    return f"127.{net}.{1 + number // 200}.{1 + number % 200}"


def settings(plan: Plan, ip: str, port: int) -> dict[str, Any]:
    """Settings of a session that is alone on loopback."""
    return {
        "listen_interfaces": f"{ip}:{port}",
        "enable_dht": True,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "dht_bootstrap_nodes": "",
        "dht_restrict_routing_ips": False,
        "dht_restrict_search_ips": False,
        "dht_ignore_dark_internet": False,
        "dht_prefer_verified_node_ids": False,
        "dht_enforce_node_id": False,
        "allow_multiple_connections_per_ip": True,
        "dht_sample_infohashes_interval": plan.interval,
        "dht_max_infohashes_sample_count": 20,
        "dht_block_ratelimit": max(1, plan.ban_limit // 10),
        "dht_max_torrents": 20_000,
        "dht_max_peers": 1_000,
        "dht_upload_rate_limit": 10_000_000,
        "dht_announce_interval": 3_600,
        "enable_outgoing_utp": False,
        "enable_incoming_utp": False,
        "active_limit": -1,
        "active_seeds": -1,
        "active_dht_limit": 0,
        "active_tracker_limit": 0,
        "active_lsd_limit": 0,
        "connections_limit": 4_000,
        "alert_queue_size": 100_000,
        "anonymous_mode": False,
        "alert_mask": lt.alert.category_t.dht_log_notification,
        "allow_idna": False,
        "unchoke_slots_limit": 4,
        "listen_queue_size": 200,
        "peer_timeout": 20,
    }


def _session(plan: Plan, ip: str, port: int) -> Any:
    chosen: Any = settings(plan, ip, port)
    return lt.session(chosen)


class Network:
    """The sessions, in this process."""

    def __init__(self, plan: Plan, log: Path | None = None) -> None:
        self.plan = plan
        self.truths = made(plan.torrents, plan.seed, mean_info=plan.mean_info)
        self.dead = dead_of(plan)
        self.endpoints = [
            (address(number, plan.net), FIRST_PORT + number) for number in range(plan.nodes)
        ]
        self._log = log.open("w", encoding="utf-8") if log else None
        self.sessions = [_session(plan, *endpoint) for endpoint in self.endpoints]
        self._folder = tempfile.mkdtemp(prefix="dht-")

    def join(self) -> None:
        """Every node gets to know a few others; then the torrents are seeded and announced."""
        for number, session in enumerate(self.sessions):
            for step in (1, 2, 3, 5, 8, 13):
                session.add_dht_node(self.endpoints[(number + step) % len(self.endpoints)])
        self.watch(2.0)
        if self.plan.silent:
            BlackHole(SILENT_PORT)
        for number, truth in enumerate(self.truths):
            self._seed(self.sessions[number % len(self.sessions)], truth)
        for number, truth in enumerate([*self.truths, *self.dead]):
            at = number % len(self.sessions)
            self.sessions[at].dht_announce(lt.sha1_hash(truth.infohash), self._port(number), 0)
            if number % 200 == 199:
                self.watch(1.0)
        self.watch(1.0)

    def _port(self, number: int) -> int:
        """The port that a torrent is announced with: its seeder's, or one that gives nothing."""
        dead = number - len(self.truths)
        if dead < 0:
            return self.endpoints[number % len(self.sessions)][1]
        return SILENT_PORT if dead < self.plan.silent else REFUSING_PORT

    def watch(self, seconds: float) -> None:
        """Let them work, and write down what they were asked."""
        end = time.monotonic() + seconds
        while True:
            for at, session in enumerate(self.sessions):
                for alert in session.pop_alerts():
                    if self._log and isinstance(alert, lt.dht_pkt_alert):
                        self._note(at, alert)
            if time.monotonic() >= end:
                break
            time.sleep(min(0.1, max(0.0, end - time.monotonic())))
        if self._log:
            self._log.flush()

    def _note(self, at: int, alert: Any) -> None:
        text = alert.message()
        # "<== [127.0.1.7:4000] { ... }": only what came in.
        if text.startswith("<=="):
            sender = text[text.index("[") + 1 : text.index("]")]
            assert self._log
            self._log.write(
                json.dumps({"t": time.time(), "node": at, "from": sender, "text": text[:200]})
                + "\n"
            )

    def _seed(self, session: Any, truth: Truth) -> None:
        params = lt.add_torrent_params()
        described: Any = lt.bdecode(b"d4:info" + truth.info + b"e")
        params.ti = lt.torrent_info(described)
        params.save_path = self._folder
        flags = lt.torrent_flags
        params.flags = flags.seed_mode | flags.disable_dht | flags.disable_lsd | flags.disable_pex
        session.async_add_torrent(params)


@dataclass
class Running:
    """A network in a process of its own."""

    plan: Plan
    endpoints: list[tuple[str, int]]
    truths: list[Truth]
    dead: list[Truth]
    log: Path
    process: subprocess.Popen[bytes]

    def packets(self) -> list[dict[str, Any]]:
        """What the nodes were sent so far: time, node, sender, text."""
        return [
            json.loads(line)
            for line in self.log.read_text(encoding="utf-8").splitlines()
            if line.endswith("}")
        ]


@contextmanager
def running(plan: Plan, folder: Path, *, within: float = 120) -> Iterator[Running]:
    """Start a network in a process of its own; it ends with the block."""
    ready, log = folder / "ready.json", folder / "packets.jsonl"
    command = [
        sys.executable,
        "-m",
        "streams.lab.dht.network",
        "--plan",
        json.dumps(asdict(plan)),
        "--log",
        str(log),
        "--ready",
        str(ready),
    ]
    with (folder / "network.log").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        end = time.monotonic() + within
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no network: {(folder / 'network.log').read_text()[-2000:]}")
            time.sleep(0.1)
        told = json.loads(ready.read_text())
        yield Running(
            plan,
            [tuple(endpoint) for endpoint in told["endpoints"]],
            made(plan.torrents, plan.seed, mean_info=plan.mean_info),
            dead_of(plan),
            log,
            process,
        )
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """Run a network until it is told to end."""
    plan, log, ready = _arguments()
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: stopped.append(got))
    network = Network(plan, log)
    network.join()
    first = ":".join(map(str, network.endpoints[0]))
    sys.stderr.write(
        f"{plan.nodes} nodes, {plan.torrents} torrents; "
        f"crawl them: python -m streams.crawl --profile lab --bootstrap {first}\n"
    )
    if ready:
        pending = ready.with_suffix(".new")
        pending.write_text(json.dumps({"endpoints": network.endpoints}))
        pending.replace(ready)
    while not stopped:
        network.watch(0.5)
    sys.stderr.flush()
    os._exit(0)  # sessions end slowly, and nothing of them is kept


def _arguments() -> tuple[Plan, Path | None, Path | None]:
    """What the network is made of, where its packets are logged, and what says that it is ready."""
    reading = argparse.ArgumentParser(
        prog="python -m streams.lab.dht.network",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument("--nodes", type=int, default=30)
    reading.add_argument("--torrents", type=int, default=300)
    reading.add_argument("--refusing", type=int, default=0, help="torrents whose only peer refuses")
    reading.add_argument(
        "--silent", type=int, default=0, help="torrents whose only peer never answers"
    )
    reading.add_argument(
        "--interval",
        type=int,
        default=1,
        help="seconds between samples of a node (default: %(default)s)",
    )
    reading.add_argument("--plan", type=json.loads, help=argparse.SUPPRESS)
    reading.add_argument(
        "--log", type=Path, metavar="FILE", help="packets that the nodes get, as JSON lines"
    )
    reading.add_argument("--ready", type=Path, help=argparse.SUPPRESS)
    chosen = reading.parse_args()
    plan = Plan(chosen.nodes, chosen.torrents, chosen.refusing, chosen.silent, chosen.interval)
    if chosen.plan:
        plan = Plan(**chosen.plan)
    return plan, chosen.log, chosen.ready


if __name__ == "__main__":
    sys.exit(main())
