"""One broker or three in a home: what is decided before any of them starts."""

import socket
from pathlib import Path
from threading import Event

import pytest

from infra.local import stack as local
from infra.local.__main__ import main
from infra.local.errors import PortTakenError, StackError
from infra.local.kafka import Kafka
from infra.local.nodes import Node, Nodes
from infra.local.ports import LOOPBACK, pick
from infra.local.together import together
from infra.local.wanted_ports import ports_for
from infra.settings import Settings

PORTS = {
    f"{name}-{number}": 20_000 + number for name in ("kafka", "controller") for number in (1, 2, 3)
}


def home_of(tmp_path: Path, brokers: int) -> local.Stack:
    """A home whose brokers have data, as after a start."""
    stack = local.at(tmp_path)
    stack.layout.make()
    stack.nodes.make(brokers)
    for broker in stack.brokers:
        broker.folder.mkdir()
    return stack


def test_a_home_has_one_broker_and_the_names_it_always_had(tmp_path: Path) -> None:
    (broker,) = local.at(tmp_path).brokers
    assert broker.name == "Kafka"
    assert broker.port_names == ("kafka", "controller")
    assert broker.folder == tmp_path / "stack" / "kafka"
    assert broker.daemon.pid_file == tmp_path / "stack" / "kafka.pid"
    assert broker.daemon.log == tmp_path / "logs" / "kafka.log"
    assert Node().properties({"controller": 20_001}) == {
        "node.id": "1",
        "controller.quorum.bootstrap.servers": "127.0.0.1:20001",
    }


def test_three_brokers_know_each_other_and_share_the_id_of_their_cluster(tmp_path: Path) -> None:
    nodes = Nodes(tmp_path / "brokers.json")
    nodes.make(3)
    first, second, third = nodes.all()
    assert first.cluster == second.cluster == third.cluster
    assert len(first.cluster) == 22
    told = second.properties(PORTS)
    assert told["node.id"] == "2"
    assert (
        told["controller.quorum.voters"] == "1@127.0.0.1:20001,2@127.0.0.1:20002,3@127.0.0.1:20003"
    )
    assert told["min.insync.replicas"] == "2"
    copies = {value for name, value in told.items() if name.endswith("replication.factor")}
    assert copies == {"3"}


def test_what_a_cluster_replicates_wins_over_what_a_single_broker_has(tmp_path: Path) -> None:
    broker = Kafka(tmp_path, tmp_path, node=Node(1, 3, "id"))
    lines = broker._config(PORTS).splitlines()
    assert "offsets.topic.replication.factor=3" in lines
    assert "transaction.state.log.min.isr=2" in lines
    assert len({line.split("=")[0] for line in lines}) == len(lines)


@pytest.mark.parametrize(("present", "asked"), [(1, 3), (3, 1)])
def test_a_home_keeps_its_number_of_brokers_and_says_what_to_do(
    tmp_path: Path, present: int, asked: int
) -> None:
    home_of(tmp_path, present)
    with pytest.raises(StackError, match=r"was made with .*--home.*infra\.local wipe"):
        local.up(tmp_path, brokers=asked)
    assert len(local.at(tmp_path).brokers) == present


def test_the_command_ends_with_a_line_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home_of(tmp_path, 1)
    assert main(["up", "--brokers", "3", "--home", str(tmp_path)]) == 1
    assert "was made with one broker" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["up", "--brokers", "2", "--home", str(tmp_path)])
    assert ended.value.code == 2


@pytest.mark.parametrize("count", [0, 2, 5])
def test_a_number_of_brokers_that_helps_nobody_is_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(StackError, match=f"1 or 3 brokers, not {count}"):
        local.up(tmp_path, brokers=count)


def test_what_was_decided_but_never_started_may_be_decided_again(tmp_path: Path) -> None:
    nodes = Nodes(tmp_path / "brokers.json")
    nodes.make(3)
    nodes.make(1)
    assert nodes.all() == (Node(),)


def test_a_damaged_list_of_brokers_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "brokers.json").write_text("{")
    with pytest.raises(StackError, match=r"brokers\.json is damaged"):
        Nodes(tmp_path / "brokers.json").all()


def test_clients_are_told_of_all_brokers(tmp_path: Path) -> None:
    stack = home_of(tmp_path, 3)
    stack.layout.remember_ports({**PORTS, "postgres": 20_009})
    assert stack.kafka_bootstrap == "127.0.0.1:20001,127.0.0.1:20002,127.0.0.1:20003"
    stack.layout.write_addresses({"STREAMS_KAFKA_BOOTSTRAP": stack.kafka_bootstrap})
    names = [service.name for service in stack.services()]
    assert names == ["Kafka 1", "Kafka 2", "Kafka 3", "Postgres"]


def test_a_broker_comes_back_where_the_others_look_for_it_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = home_of(tmp_path, 3)
    before: dict[str, int] = {}
    for broker in stack.brokers:
        for name in broker.port_names:
            before[name] = pick(taken=before.values())
    running = lambda daemon: None if daemon.name == "Kafka 2" else object()  # noqa: E731
    monkeypatch.setattr("infra.local.process.Daemon.process", running)
    ports = ports_for(stack.brokers, stack.postgres, before, {})
    assert {name: ports[name] for name in before} == before
    with socket.socket() as other:
        other.bind((LOOPBACK, before["controller-2"]))
        other.listen()
        with pytest.raises(PortTakenError, match="another program has it"):
            ports_for(stack.brokers, stack.postgres, before, {})
    with pytest.raises(PortTakenError, match="1 was asked for"):
        ports_for(stack.brokers, stack.postgres, before, {"kafka-2": 1})
    monkeypatch.setattr("infra.local.process.Daemon.process", lambda _: None)
    with socket.socket() as other:
        other.bind((LOOPBACK, before["controller-2"]))
        other.listen()
        moved = ports_for(stack.brokers, stack.postgres, before, {})
    assert moved["controller-2"] != before["controller-2"], "with all down it may move"


def test_the_failure_of_one_server_gives_up_the_others() -> None:
    cancelled = Event()

    def fail() -> None:
        raise StackError("the first")

    def wait() -> None:
        assert cancelled.wait(10)
        raise StackError("given up")

    with pytest.raises(StackError, match="the first\ngiven up\ngiven up"):
        together(fail, wait, wait, cancelled=cancelled)


def test_topics_have_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Settings().partitions, Settings().replication) == (None, None)
    monkeypatch.setenv("STREAMS_PARTITIONS", "24")
    monkeypatch.setenv("STREAMS_REPLICATION", "2")
    assert (Settings().partitions, Settings().replication) == (24, 2)
