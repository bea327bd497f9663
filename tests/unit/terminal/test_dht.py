"""`mimmo dht` on a DHT of real nodes on loopback: what it finds, what it asks, what it refuses."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.ban.ban_list import infohash_hash
from streams.lab.dht import manners, network
from streams.lab.dht.network import Plan, Running
from tests.support import ROOT
from tests.unit.terminal.conftest import Calls

pytestmark = pytest.mark.slow

NOWHERE = "00" * 19 + "01"
"""An infohash that nobody has."""
NOBODY = "127.9.9.9:19997"
"""Where no node listens."""


@pytest.fixture(scope="module")
def dht(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    plan = Plan(nodes=12, torrents=24, net=7)
    with network.running(plan, tmp_path_factory.mktemp("dht")) as running_network:
        yield running_network


@pytest.fixture
def here(dht: Running) -> list[str]:
    """The options that lead to the network."""
    return ["--profile", "lab", "--bootstrap", ":".join(map(str, dht.endpoints[0]))]


@contextmanager
def packets(dht: Running) -> Iterator[list[dict[str, object]]]:
    """What the nodes are sent by us in the block; they write it down twice a second."""
    time.sleep(0.6)
    before = time.time()
    sent: list[dict[str, object]] = []
    yield sent
    time.sleep(1.2)
    ours = manners.of(dht.packets(), "127.0.0.1")
    sent += [packet for packet in ours if packet["t"] > before]


def test_a_torrent_is_found_and_classified(mimmo: Calls, dht: Running, here: list[str]) -> None:
    truth = dht.truths[5]
    ended = mimmo("dht", truth.infohash.hex(), *here)
    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert told["infohash"] == truth.infohash.hex()
    assert (told["name"], told["size"], told["files"]) == (
        truth.name,
        truth.size,
        len(truth.files),
    )
    assert told["medium"] in {"audio", "video", "book", "software", "image", "other"}
    assert told["dht"]["peers"] >= 1
    assert told["dht"]["attempts"] == {"ok": 1}


def test_on_request_it_is_a_card_as_mimmo_prints_it(
    mimmo: Calls, dht: Running, here: list[str]
) -> None:
    truth = dht.truths[3]
    ended = mimmo("dht", "--table", *here, truth.infohash.hex())
    assert ended.code == 0
    assert truth.infohash.hex() in ended.out
    assert "class" in ended.out
    assert "nodes that answered" in ended.err


def test_a_magnet_link_names_an_infohash(mimmo: Calls, dht: Running, here: list[str]) -> None:
    truth = dht.truths[7]
    ended = mimmo("dht", f"magnet:?xt=urn:btih:{truth.infohash.hex()}&dn=x", *here)
    assert json.loads(ended.out)["name"] == truth.name


def test_every_node_is_asked_once(mimmo: Calls, dht: Running, here: list[str]) -> None:
    with packets(dht) as sent:
        assert mimmo("dht", dht.truths[9].infohash.hex(), *here).code == 0
    asked = Counter(packet["node"] for packet in sent)
    assert asked
    assert set(asked.values()) == {1}


def test_peers_are_listed_and_not_connected_to(mimmo: Calls, dht: Running, here: list[str]) -> None:
    number = 4
    ended = mimmo("dht", "--peers", *here, dht.truths[number].infohash.hex())
    assert ended.code == 0
    assert ":".join(map(str, dht.endpoints[number])) in ended.out.split()


def test_what_nobody_has_is_not_found(mimmo: Calls, here: list[str]) -> None:
    ended = mimmo("dht", NOWHERE, *here)
    assert ended.code == 1
    assert json.loads(ended.out)["name"] is None
    assert "no metadata" in ended.err


def test_the_time_is_bounded(mimmo: Calls) -> None:
    ended = mimmo("dht", "--timeout", "0.5", "--profile", "lab", "--bootstrap", NOBODY, NOWHERE)
    assert ended.code == 1
    assert json.loads(ended.out)["dht"]["timed_out"] is True
    assert "in time" in ended.err


def test_of_a_banned_infohash_nobody_is_asked(
    mimmo: Calls, dht: Running, here: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banned = tmp_path / "banned.txt"
    banned.write_text(infohash_hash(dht.truths[1].infohash.hex()))
    monkeypatch.setenv("STREAMS_BAN_INFOHASHES", str(banned))
    with packets(dht) as sent:
        ended = mimmo("dht", dht.truths[1].infohash.hex(), *here)
    assert (ended.code, ended.out) == (1, "")
    assert "ban list" in ended.err
    assert sent == []


def test_what_only_its_metadata_shows_to_be_banned_is_not_shown(
    mimmo: Calls, dht: Running, here: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = next(truth for truth in dht.truths if "Harbor" in truth.name or truth.name.isascii())
    word = max(truth.name.replace(".", " ").split(), key=len)
    rules = tmp_path / "rules.toml"
    rules.write_text(f'[[rules]]\nid = "here"\nterms = [{json.dumps(word)}]\n')
    monkeypatch.setenv("STREAMS_BAN_KEYWORDS", str(rules))
    ended = mimmo("dht", truth.infohash.hex(), *here)
    assert (ended.code, ended.out) == (1, "")
    assert "not shown" in ended.err
    assert word not in ended.err


def test_without_public_nothing_leaves_loopback(mimmo: Calls) -> None:
    ended = mimmo("dht", NOWHERE, "--bootstrap", "192.0.2.1:6881")
    assert (ended.code, ended.out) == (2, "")
    assert "--public" in ended.err


def test_without_a_node_it_says_what_to_give(mimmo: Calls) -> None:
    ended = mimmo("dht", NOWHERE)
    assert ended.code == 2
    assert "--bootstrap HOST:PORT" in ended.err


@pytest.mark.parametrize("wrong", ["low tide", "abc", "magnet:?dn=x", ""])
def test_what_is_no_infohash_is_wrong_usage(mimmo: Calls, wrong: str) -> None:
    ended = mimmo("dht", wrong)
    assert ended.code == 2
    assert "infohash is 40" in ended.err


def test_interrupted_it_ends_quietly() -> None:
    command = ["-m", "mimmo", "dht", "--profile", "lab", "--bootstrap", NOBODY, NOWHERE]
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(2.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
